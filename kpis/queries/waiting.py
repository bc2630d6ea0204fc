"""What waits for a side to be confirmed."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from kpis.models import Kpi, Reading
from kpis.queries.calendars import calendars_of
from kpis.queries.cells import mark_of, shown, typed
from relationships.access import Standpoint
from relationships.models import Side


@dataclass(frozen=True)
class WaitingLine:
    """One reading of the other side that nobody has answered yet; `until` is when it is deemed confirmed."""

    reading: Reading
    period: str
    shown: str
    parts: str
    mark: str
    word: str
    evidence: int
    until: datetime | None
    is_ticked: bool


@dataclass(frozen=True)
class WaitingKpi:
    """The waiting readings of one KPI."""

    kpi: Kpi
    lines: list[WaitingLine]


def waiting_of(standpoint: Standpoint) -> QuerySet[Reading]:
    """The other side's readings that wait for the viewer's side."""
    is_customer = Q(kpi__performed_by=Kpi.PerformedBy.CUSTOMER)
    theirs = ~is_customer if standpoint.side == Side.CUSTOMER else is_customer
    waiting = Reading.objects.filter(relationship=standpoint.relationship, state=Reading.State.SUBMITTED)
    return waiting.filter(theirs)


def get_waiting(standpoint: Standpoint, *, ticked: set[int]) -> list[WaitingKpi]:
    """What waits, by KPI in the order of goals, oldest period first, in two queries."""
    readings = list(
        waiting_of(standpoint)
        .select_related("kpi__goal", "kpi__calendar", "submitted_by", "clock")
        .annotate(files=Count("evidence"))
        .order_by("kpi__goal__position", "kpi__goal_id", "kpi__position", "kpi_id", "period_start")
    )
    calendars = calendars_of({reading.kpi_id: reading.kpi for reading in readings}.values())
    found: dict[int, WaitingKpi] = {}
    for reading in readings:
        kpi = reading.kpi
        period = calendars[kpi.pk].starting(reading.period_start)
        line = WaitingLine(
            reading,
            period.label if period else reading.period_start.isoformat(),
            shown(kpi, reading),
            typed(reading) if reading.numerator is not None else "",
            *mark_of(reading),
            evidence=reading.files,
            until=reading.clock.due_at if reading.clock else None,
            is_ticked=reading.pk in ticked,
        )
        found.setdefault(kpi.pk, WaitingKpi(kpi, [])).lines.append(line)
    return list(found.values())
