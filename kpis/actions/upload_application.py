"""Applying an upload: in one piece or row by row, safe to be killed and run again at any line."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Final

from django.db import transaction

from kpis.actions.bulk import submit_readings_in_bulk
from kpis.actions.outcome import BulkOutcome
from kpis.actions.upload_report import Said, added, said_of, whole_file
from kpis.models import Upload
from kpis.queries.uploads import Reader
from kpis.spreadsheets import FileRefused
from kpis.spreadsheets.lines import Line
from kpis.spreadsheets.mapping import EVENTS
from relationships.models import Side

AT_ONCE: Final = 10_000
TOLD_EVERY: Final = 5_000
PARTS: Final = {"kpi_id": "kpi", "period_start": "period"}


class _TakeNothing(Exception):
    """A row was refused while everything was to be taken; the transaction goes back."""

    def __init__(self, said: list[Said], bad: int) -> None:
        self.said, self.bad = said, bad
        super().__init__()


def apply_upload(*, upload_id: int, now: datetime) -> None:
    """Reports what an upload says that is marked as being applied; does nothing to any other.

    Good rows only: each portion commits with the number of its last row, and a second run goes on from there. All
    or nothing: first every row is checked, then all are written in one transaction. Running it twice, even at the
    same time, reports nothing twice.
    """
    with transaction.atomic():
        upload = Upload.objects.select_related("relationship", "uploaded_by").get(pk=upload_id)
        if upload.state != Upload.State.APPLYING:
            return
        try:
            reader = Reader(upload, now)
        except FileRefused as refusal:
            _settle(upload, [whole_file(str(refusal))], now)
            return
    if upload.only_good_rows:
        _apply_good_rows(upload, reader, now)
    elif _check_every_row(upload, reader, now):
        _apply_everything(upload, reader, now)


def refuse_upload(*, upload_id: int, text: str, now: datetime) -> None:
    """Ends an upload that may not be applied any more, and says why in its report."""
    with transaction.atomic():
        upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload_id)
        if upload.state == Upload.State.APPLYING:
            _settle(upload, [whole_file(text)], now)


def _apply_good_rows(upload: Upload, reader: Reader, now: datetime) -> None:
    for last_row, lines in _portions(reader, after=upload.rows_done):
        with transaction.atomic():
            locked = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
            if locked.state != Upload.State.APPLYING or locked.rows_done != upload.rows_done:
                return  # another worker has taken over
            said = [entry for line in lines if (entry := said_of(line, reader.mapping, upload.header))]
            good = [line for line in lines if not line.problem]
            left_out = _told(upload, reader, good, _submit(upload, good, now, all_or_nothing=False))
            upload.rows_good += len(good) - len(left_out)
            upload.rows_bad += len(lines) - len(good) + len(left_out)
            upload.report = added(upload.report, sorted([*said, *left_out], key=lambda entry: entry["row"]))
            upload.rows_done = last_row
            upload.save(update_fields=["rows_good", "rows_bad", "report", "rows_done"])
    _settle(upload, [], now)


def _check_every_row(upload: Upload, reader: Reader, now: datetime) -> bool:
    """Whether every row is good; the progress is committed on the way."""
    report: list[Said] = []
    good = bad = 0
    for count, line in enumerate(reader.lines(), start=1):
        bad += bool(line.problem)
        good += not line.problem
        if (said := said_of(line, reader.mapping, upload.header)) and len(report) < 2 * AT_ONCE:
            report.append(said)
        if count % TOLD_EVERY == 0:
            with transaction.atomic():
                Upload.objects.filter(pk=upload.pk, state=Upload.State.APPLYING).update(
                    rows_done=min(line.row, upload.rows_total), rows_good=good, rows_bad=bad
                )
    upload.rows_good, upload.rows_bad = good, bad
    upload.report = added([], report)
    if bad:
        with transaction.atomic():
            _settle(upload, [], now)
        return False
    return True


def _apply_everything(upload: Upload, reader: Reader, now: datetime) -> None:
    try:
        with transaction.atomic():
            free = Upload.objects.select_for_update(of=("self",), skip_locked=True).filter(
                pk=upload.pk, state=Upload.State.APPLYING
            )
            if free.only("pk").first() is None:
                return  # another worker is writing, or has written
            for _last_row, lines in _portions(reader, after=0):
                outcome = _submit(upload, lines, now, all_or_nothing=True)
                if outcome.is_refused:
                    raise _TakeNothing(_told(upload, reader, lines, outcome), len(outcome.problems))
            _settle(upload, [], now)
    except _TakeNothing as refused:
        upload.rows_bad, upload.rows_good = refused.bad, upload.rows_good - refused.bad
        with transaction.atomic():
            _settle(upload, refused.said, now)


def _portions(reader: Reader, *, after: int) -> Iterator[tuple[int, list[Line]]]:
    """The lines in portions that end with a row, each with the number of its last row."""
    # What is not to be seen in the file is checked where it is written.
    every = reader.lines(is_checked=False)
    if reader.mapping.layout == EVENTS:  # its lines are sums over the whole file
        lines = list(every)
        if lines and after == 0:
            yield max(line.row for line in lines), lines
        return
    portion: list[Line] = []
    for row, of_row in groupby(every, key=lambda line: line.row):
        if row <= after:
            for _line in of_row:
                pass
            continue
        portion.extend(of_row)
        if len(portion) >= AT_ONCE:
            yield row, portion
            portion = []
    if portion:
        yield portion[-1].row, portion


def _submit(upload: Upload, lines: list[Line], now: datetime, *, all_or_nothing: bool) -> BulkOutcome:
    rows = [
        {"kpi_id": line.measure.kpi_id, "period_start": line.period_start, **line.figures}
        for line in lines
        if line.measure is not None
    ]
    return submit_readings_in_bulk(
        relationship=upload.relationship,
        rows=rows,
        actor=upload.uploaded_by,
        side=Side(upload.side),
        now=now,
        all_or_nothing=all_or_nothing,
    )


def _told(upload: Upload, reader: Reader, lines: list[Line], outcome: BulkOutcome) -> list[Said]:
    told = []
    for index, field, text in outcome.problems:
        line = replace(lines[index], at=PARTS.get(field, field), problem=str(text))
        told.append(said_of(line, reader.mapping, upload.header))
    return [said for said in told if said is not None]


def _settle(upload: Upload, said: list[Said], now: datetime) -> None:
    """Ends the application: applied when something was taken, else refused."""
    upload.report = added(upload.report, said)
    is_whole = upload.rows_bad == 0 and not said
    is_taken = upload.rows_good > 0 and (upload.only_good_rows or is_whole)
    upload.state = Upload.State.APPLIED if is_taken else Upload.State.REFUSED
    upload.applied_at = now if is_taken else None
    upload.rows_done = upload.rows_total
    with transaction.atomic():
        upload.save(
            update_fields=[
                "report",
                "state",
                "applied_at",
                "rows_done",
                "rows_good",
                "rows_bad",
            ]
        )
