"""What became of many rows, and the one line that tells it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from kpis.actions.rows import Problem, Row
from kpis.subjects import about_reading
from relationships.actions import note_event
from relationships.models import Relationship, Side


@dataclass(frozen=True)
class BulkOutcome:
    """What became of the rows; problems name a row by its place in what was handed in, from 0.

    `is_refused` says that one bad row kept all of them out: then nothing was written.
    """

    total: int
    reported: int = 0
    corrected: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    is_refused: bool = False

    @property
    def accepted(self) -> int:
        """How many rows now stand as they say: newly reported, corrected, or so already."""
        return self.reported + self.corrected + self.unchanged


def tell_of(
    outcome: BulkOutcome,
    rows: Sequence[Row],
    relationship: Relationship,
    actor: Person,
    side: Side,
    now: datetime,
) -> None:
    """Writes one line on the timeline about the rows that were written.

    A single reading is named as if it had come alone; many are counted, with their period where they share one.
    """
    about: dict[str, str] = {}
    if len(rows) == 1:
        [row] = rows
        said = (
            _("reported %(period)s of “%(kpi)s”")
            if outcome.reported
            else _("corrected %(period)s of “%(kpi)s”")
        )
        text = said % {"period": row.period.label, "kpi": row.kpi.name}
        about = {"about": about_reading(row.kpi.pk, row.period.first)}
    else:
        text = _counted(outcome)
        periods = {row.period.label for row in rows}
        if len(periods) == 1:
            text = _("%(what)s for %(period)s") % {"what": text, "period": periods.pop()}
    note_event(
        relationship_id=relationship.pk,
        side=side,
        actor=actor,
        now=now,
        text=text,
        url=f"/relationships/{relationship.pk}/readings/",
        **about,
    )


def _counted(outcome: BulkOutcome) -> str:
    said = []
    if outcome.reported:
        said.append(
            ngettext("reported %(count)d reading", "reported %(count)d readings", outcome.reported)
            % {"count": outcome.reported}
        )
    if outcome.corrected:
        said.append(
            ngettext("corrected %(count)d reading", "corrected %(count)d readings", outcome.corrected)
            % {"count": outcome.corrected}
        )
    return ", ".join(said)
