"""Verbs of uploads: receive a file, name its columns, apply what it says."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from kpis.actions.errors import Refused
from kpis.actions.upload_report import added, said_of
from kpis.models import ColumnMapping, Upload
from kpis.queries.uploads import Reader, mapping_for, mapping_of, measures_of, sheet_of
from kpis.spreadsheets import EncodingUnknown, Sheet, open_sheet
from kpis.spreadsheets.mapping import EVENTS, LONG, WIDE, Mapping
from relationships.models import Relationship, Side

CHECKED_AT_ONCE: Final = 2_000
OPEN_STATES: Final = (Upload.State.MAPPING, Upload.State.PREVIEWED, Upload.State.REFUSED)


class UploadIsUnderWay(Refused):
    """The upload is being applied or was applied already."""


class NotYourUpload(Refused):
    """Whoever chose the file answers for its readings; nobody else applies it."""


class ColumnsUnnamed(Refused):
    """It is not known yet which column means what."""


@transaction.atomic
def receive_upload(
    *, relationship: Relationship, name: str, content: bytes, actor: Person, side: Side, now: datetime
) -> Upload:
    """Takes a file in and, where its columns are clear, checks its first rows; nothing is reported yet.

    A file in an unknown encoding is kept and waits for its sender to say which (`header` stays empty). Raises
    FileRefused for everything that is not a spreadsheet worth opening.
    """
    upload = Upload(
        relationship=relationship,
        side=side,
        name=name.replace("\x00", "")[:200] or _("Unnamed file"),
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=actor,
        uploaded_at=now,
    )
    try:
        sheet = open_sheet(content)
    except EncodingUnknown:
        upload.save()
        return upload
    _open(upload, sheet, now)
    return upload


@transaction.atomic
def say_encoding(*, upload: Upload, encoding: str, actor: Person, now: datetime) -> Upload:
    """Says what the text of an upload was written in. Raises EncodingUnknown, FileRefused or NotYourUpload."""
    locked = _lock(upload, actor, OPEN_STATES)
    locked.mapping = replace(mapping_of(locked), encoding=encoding).as_json()
    _open(locked, sheet_of(locked), now)
    return locked


@transaction.atomic
def name_columns(*, upload: Upload, mapping: Mapping, actor: Person, now: datetime) -> Upload:
    """Says which column means what, remembers it for the next file with these columns, and checks the first rows.

    Raises UploadIsUnderWay or NotYourUpload.
    """
    locked = _lock(upload, actor, OPEN_STATES)
    locked.mapping = replace(mapping, encoding=mapping_of(locked).encoding).as_json()
    ColumnMapping.objects.update_or_create(
        relationship_id=locked.relationship_id,
        side=locked.side,
        source=locked.source,
        defaults={"mapping": replace(mapping, encoding="").as_json(), "saved_at": now},
    )
    _check(locked, now)
    return locked


@transaction.atomic
def start_application(*, upload: Upload, only_good_rows: bool, actor: Person, now: datetime) -> Upload:
    """Marks an upload as being applied, from its first row on; `apply_upload` does the work.

    With `only_good_rows` rows with problems are left out, without it one of them keeps everything out. Raises
    UploadIsUnderWay, ColumnsUnnamed or NotYourUpload.
    """
    locked = _lock(upload, actor, OPEN_STATES)
    if locked.state == Upload.State.MAPPING:
        raise ColumnsUnnamed(_("Say first which column means what."))
    locked.only_good_rows = only_good_rows
    locked.state = Upload.State.APPLYING
    locked.rows_done = locked.rows_good = locked.rows_bad = 0
    locked.report = []
    locked.save()
    return locked


def is_checked_whole(upload: Upload) -> bool:
    """Whether the check reached the last row, so that applying takes no longer than a page may."""
    return upload.rows_done >= upload.rows_total


def is_complete(mapping: Mapping) -> bool:
    """Whether a mapping names everything its layout needs."""
    if mapping.layout == LONG:
        has_figure = mapping.value is not None or None not in (mapping.numerator, mapping.denominator)
        has_period = mapping.period is not None or bool(mapping.fixed_period)
        return has_figure and has_period and (mapping.kpi is not None or mapping.one_kpi is not None)
    if mapping.layout == WIDE:
        return mapping.period is not None and bool(mapping.kpi_columns)
    needs_threshold = mapping.test in ("at_most", "at_least")
    return (
        None not in (mapping.period, mapping.holds, mapping.one_kpi)
        and mapping.layout == EVENTS
        and (bool(mapping.threshold) or not needs_threshold)
    )


def check_sender(upload: Upload, actor: Person) -> None:
    """Raises NotYourUpload unless the actor chose the file."""
    if upload.uploaded_by_id != actor.pk:
        raise NotYourUpload(
            _("%(name)s chose this file and decides about it.") % {"name": upload.uploaded_by.full_name}
        )


def _lock(upload: Upload, actor: Person, states: Sequence[str]) -> Upload:
    locked = (
        Upload.objects.select_for_update(of=("self",))
        .select_related("relationship", "uploaded_by")
        .get(pk=upload.pk)
    )
    check_sender(locked, actor)
    if locked.state not in states:
        raise UploadIsUnderWay(_("This upload is already being applied, or was."))
    return locked


def _open(upload: Upload, sheet: Sheet, now: datetime) -> None:
    """Keeps the header, finds the mapping to start from and checks with it where it is complete."""
    upload.header = list(sheet.header)
    upload.source = sheet.fingerprint
    measures = measures_of(upload.relationship.kpis.all(), upload.side)
    mapping, is_remembered = mapping_for(upload, sheet, measures)
    upload.mapping = replace(mapping, encoding=mapping_of(upload).encoding).as_json() | {
        "is_remembered": is_remembered
    }
    if is_complete(mapping):
        _check(upload, now, sheet)
        return
    upload.state = Upload.State.MAPPING
    upload.save()


def _check(upload: Upload, now: datetime, sheet: Sheet | None = None) -> None:
    """Checks the first rows and notes how far the check went (`rows_done`, by row number) and what it found."""
    reader = Reader(upload, now, sheet)
    lines = reader.lines()
    checked = list(islice(lines, CHECKED_AT_ONCE))
    is_whole = next(lines, None) is None
    last = max((row.number for row in reader.sheet.rows()), default=0)
    upload.rows_total = last
    upload.rows_done = last if is_whole else min(last - 1, max(line.row for line in checked))
    upload.rows_bad = sum(bool(line.problem) for line in checked)
    upload.rows_good = len(checked) - upload.rows_bad
    upload.report = added(
        [], [said for line in checked if (said := said_of(line, reader.mapping, upload.header))]
    )
    upload.state = Upload.State.PREVIEWED
    upload.save()
