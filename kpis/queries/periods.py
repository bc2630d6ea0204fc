"""Which periods a KPI has, when their readings are due, and where each of them stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kpis.domain.periods import Period, PeriodCalendar
from kpis.domain.status import PeriodStatus, status_of
from kpis.models import Kpi, Reading
from kpis.queries.calendars import calendars_of

# Behind by so many due periods in a row, a KPI is stale: what it last said no longer tells how things are.
STALE_FROM: Final = 2


@dataclass(frozen=True, slots=True)
class KpiPeriod:
    """One period of one KPI, as it stands on a day."""

    kpi: Kpi
    period: Period
    due_on: date
    status: PeriodStatus
    reading: Reading | None

    def days_late(self, on: date) -> int:
        """By how many days a missing reading is late on the day `on`; 0 when it is not missing."""
        return max(0, (on - self.due_on).days) if self.status == PeriodStatus.MISSING else 0


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far a KPI is behind: `behind` counts the due periods in a row, up to now, that have no reading.

    `newest` is the first day of the newest period that has one; `missing` counts all due periods without.
    """

    newest: date | None
    missing: int
    behind: int

    @property
    def is_stale(self) -> bool:
        return self.behind >= STALE_FROM


def due_on(kpi: Kpi, period: Period) -> date:
    """The last day on which the reading of a period is in time."""
    return period.last + timedelta(days=kpi.due_days)


def is_measured(kpi: Kpi, period: Period) -> bool:
    """Whether the KPI is measured in this period: it starts within the KPI's days."""
    return kpi.starts_on <= period.first and (kpi.ends_on is None or period.first <= kpi.ends_on)


def measured_periods(kpi: Kpi, calendar: PeriodCalendar, first: date, last: date) -> list[Period]:
    """The periods of the KPI whose first day lies in [first, last], in order."""
    start = max(first, kpi.starts_on)
    end = last if kpi.ends_on is None else min(last, kpi.ends_on)
    if start > end:
        return []
    # A named calendar may begin after the first day asked for; its own `between` knows.
    return calendar.between(start, end)


def periods_between(kpis: Sequence[Kpi], first: date, last: date, *, on: date) -> dict[int, list[KpiPeriod]]:
    """Each KPI's periods that start in [first, last], by KPI, as they stand on the day `on`; two queries."""
    calendars = calendars_of(kpis)
    wanted = {kpi.pk: measured_periods(kpi, calendars[kpi.pk], first, last) for kpi in kpis}
    readings = _readings_of(wanted)
    return {
        kpi.pk: [
            _standing(kpi, period, readings.get((kpi.pk, period.first)), on) for period in wanted[kpi.pk]
        ]
        for kpi in kpis
    }


def latest_periods(kpis: Sequence[Kpi], count: int, *, on: date) -> dict[int, list[KpiPeriod]]:
    """Each KPI's newest `count` periods that are over on the day `on`, oldest first; two queries."""
    calendars = calendars_of(kpis)
    wanted = {kpi.pk: _newest_over(kpi, calendars[kpi.pk], count, on) for kpi in kpis}
    readings = _readings_of(wanted)
    return {
        kpi.pk: [
            _standing(kpi, period, readings.get((kpi.pk, period.first)), on) for period in wanted[kpi.pk]
        ]
        for kpi in kpis
    }


def missing_readings(kpis: Sequence[Kpi], *, on: date, since: date | None = None) -> list[KpiPeriod]:
    """What is due and not there on the day `on`, longest overdue first; two queries.

    Looks at periods that start on `since` or later; at all of them when None.
    """
    missing = [
        KpiPeriod(kpi, period, due_on(kpi, period), PeriodStatus.MISSING, None)
        for kpi, due, there in _due_and_there(kpis, on, since)
        for period in due
        if period.first not in there
    ]
    return sorted(missing, key=lambda found: (found.due_on, found.kpi.position, found.kpi.pk))


def freshness_of(kpis: Sequence[Kpi], *, on: date, since: date | None = None) -> dict[int, Freshness]:
    """How far each KPI is behind on the day `on`; two queries."""
    found = {}
    for kpi, due, there in _due_and_there(kpis, on, since):
        behind = 0
        while behind < len(due) and due[-1 - behind].first not in there:
            behind += 1
        lacking = sum(period.first not in there for period in due)
        found[kpi.pk] = Freshness(max(there, default=None), lacking, behind)
    return found


def _due_and_there(
    kpis: Sequence[Kpi], on: date, since: date | None
) -> Iterable[tuple[Kpi, list[Period], set[date]]]:
    """For each KPI the periods whose reading is due by now, and the first days of those that have one."""
    calendars = calendars_of(kpis)
    there: dict[int, set[date]] = {kpi.pk: set() for kpi in kpis}
    readings = Reading.objects.filter(kpi_id__in=list(there), period_start__lte=on)
    if since is not None:
        readings = readings.filter(period_start__gte=since)
    for kpi_id, first in readings.order_by().values_list("kpi_id", "period_start"):
        there[kpi_id].add(first)
    for kpi in kpis:
        periods = measured_periods(kpi, calendars[kpi.pk], since or date.min, on)
        due = [period for period in periods if on > max(due_on(kpi, period), period.last)]
        yield kpi, due, there[kpi.pk]


def _readings_of(wanted: Mapping[int, Sequence[Period]]) -> dict[tuple[int, date], Reading]:
    firsts = [period.first for periods in wanted.values() for period in periods]
    if not firsts:
        return {}
    readings = Reading.objects.filter(
        kpi_id__in=[kpi_id for kpi_id, periods in wanted.items() if periods],
        period_start__range=(min(firsts), max(firsts)),
    )
    return {(reading.kpi_id, reading.period_start): reading for reading in readings.order_by()}


def _newest_over(kpi: Kpi, calendar: PeriodCalendar, count: int, on: date) -> list[Period]:
    end = on if kpi.ends_on is None else min(on, kpi.ends_on)
    period = calendar.of(end)
    if period is None:  # outside a named calendar
        known = measured_periods(kpi, calendar, kpi.starts_on, end)
        return [period for period in known if period.last <= on][-count:]
    found: list[Period] = []
    while period is not None and period.first >= kpi.starts_on and len(found) < count:
        if period.last <= on and is_measured(kpi, period):
            found.append(period)
        period = calendar.before(period)
    return found[::-1]


def _standing(kpi: Kpi, period: Period, reading: Reading | None, on: date) -> KpiPeriod:
    due = due_on(kpi, period)
    status = status_of(
        period=period,
        due_on=due,
        on=on,
        state=None if reading is None else reading.state,
        is_not_applicable=reading is not None and reading.is_not_applicable,
        verdict=None if reading is None else reading.verdict,
    )
    return KpiPeriod(kpi, period, due, status, reading)
