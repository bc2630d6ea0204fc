"""Files that support a reading."""

from datetime import datetime
from pathlib import PurePath

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from kpis.actions.entries import period_name
from kpis.actions.errors import EvidenceRefused
from kpis.models import Evidence, Reading
from kpis.subjects import about_reading, page_of_reading
from relationships import files
from relationships.actions import note_event
from relationships.models import Side


@transaction.atomic
def add_evidence(
    *, reading: Reading, file: "File[bytes]", actor: Person, side: Side, now: datetime
) -> Evidence:
    """Attaches a file to a reading: either side may, for a figure or against it.

    What kind of file it is says its content, not its name. The same content again is the file already there.
    Raises EvidenceRefused for one that is empty, too large, damaged, or of a kind that is not taken.
    """
    try:
        examined = files.examine(file)
    except files.FileRefused as refusal:
        raise EvidenceRefused(str(refusal)) from refusal
    already = Evidence.objects.filter(reading=reading, sha256=examined.sha256).first()
    if already is not None:
        return already
    name = PurePath((file.name or "").replace("\\", "/").replace("\x00", "")).name[-200:]
    evidence = Evidence(
        relationship_id=reading.relationship_id,
        reading=reading,
        name=name or _("File"),
        content_type=examined.content_type,
        size=examined.size,
        sha256=examined.sha256,
        added_by=actor,
        added_at=now,
    )
    # The name on disk is the content's own, so that nothing of what was typed reaches the file system.
    evidence.file.save(f"{examined.sha256}{examined.suffix}", file, save=False)
    evidence.save()
    note_event(
        relationship_id=reading.relationship_id,
        side=side,
        actor=actor,
        now=now,
        text=_("attached “%(name)s” to “%(kpi)s” for %(period)s")
        % {
            "name": evidence.name,
            "kpi": reading.kpi.name,
            "period": period_name(reading.kpi, reading.period_start),
        },
        url=page_of_reading(reading.kpi_id, reading.period_start),
        about=about_reading(reading.kpi_id, reading.period_start),
    )
    return evidence
