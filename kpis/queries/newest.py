"""The newest period of each KPI a side reports: the plain form that fills a month in one go."""

from dataclasses import dataclass
from datetime import date

from kpis.domain.periods import Period
from kpis.models import Kpi
from kpis.queries.bands import bands_in_force, pick
from kpis.queries.cells import Cell, cell_of, due_on_of, shown
from kpis.queries.grid import (
    Filters,
    by_calendar,
    columns_of,
    kpis_of,
    newest_over,
    readings_between,
    target_of,
)
from relationships.access import Standpoint


@dataclass(frozen=True)
class NewestLine:
    """One KPI with the newest period that is over, what stands there, and what stood in the period before."""

    kpi: Kpi
    period: Period
    due_on: date
    cell: Cell
    note: str
    target: str
    before: str


def get_newest(standpoint: Standpoint, *, on: date) -> list[NewestLine]:
    """The lines of what the viewer's side reports, in the order of goals, in four queries."""
    filters = Filters(until=on, periods=2, only_mine=True)
    kpis = list(kpis_of(standpoint, filters))
    columns = {}
    for family, calendar in by_calendar(kpis):
        newest = newest_over(calendar, on)
        for kpi in family:
            found = columns_of([kpi], calendar, filters)
            columns[kpi.pk] = found if found and found[-1] == newest else []
    firsts = [period.first for periods in columns.values() for period in periods]
    if not firsts:
        return []
    readings = readings_between(kpis, min(firsts), max(firsts))
    bands = bands_in_force(kpi.pk for kpi in kpis)
    lines = []
    for kpi in kpis:
        if not columns[kpi.pk]:
            continue
        *earlier, period = columns[kpi.pk]
        reading = readings.get((kpi.pk, period.first))
        before = readings.get((kpi.pk, earlier[0].first)) if earlier else None
        lines.append(
            NewestLine(
                kpi,
                period,
                due_on_of(kpi, period),
                cell_of(kpi, period, reading, on=on, is_editable=standpoint.can_report),
                reading.note if reading else "",
                target_of(kpi, pick(bands.get(kpi.pk, []), period.first)),
                shown(kpi, before) if before else "",
            )
        )
    return lines
