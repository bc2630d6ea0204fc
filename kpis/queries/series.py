"""The last periods of KPIs over their bands: what sparklines, charts and tables are drawn from."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

from kpis.domain.periods import Period, PeriodCalendar
from kpis.domain.status import PeriodStatus, status_of
from kpis.models import BandRevision, Kpi, Reading
from kpis.queries.bands import bands_in_force, pick
from kpis.queries.calendars import calendars_of
from kpis.queries.cells import due_on_of
from portal.lib.series import Point, Series, Thresholds

RECENT: Final = 12
COUNTS: Final = (PeriodStatus.JUDGED, PeriodStatus.NO_BAND)


class Believed(Protocol):
    """The columns of a reading, present or past, that a picture needs."""

    @property
    def value(self) -> Decimal | None: ...
    @property
    def is_not_applicable(self) -> bool: ...
    @property
    def state(self) -> str: ...
    @property
    def verdict(self) -> int | None: ...


def recent_series(kpis: Iterable[Kpi], *, on: date, periods: int = RECENT) -> dict[int, Series]:
    """The last `periods` periods of each KPI that are over on the day `on`, by its id; three queries for any number."""
    kpis = list(kpis)
    calendars = calendars_of(kpis)
    shown = {kpi.pk: last_periods(kpi, calendars[kpi.pk], until=on, count=periods) for kpi in kpis}
    readings = _readings_of(shown)
    bands = bands_in_force(kpi.pk for kpi in kpis)
    return {
        kpi.pk: series_of(kpi, shown[kpi.pk], readings.get(kpi.pk, {}), bands.get(kpi.pk, ()), on=on)
        for kpi in kpis
    }


def last_periods(kpi: Kpi, calendar: PeriodCalendar, *, until: date, count: int) -> list[Period]:
    """The last `count` periods in which the KPI is measured and that are over by `until`, oldest first."""
    period = calendar.of(min(until, kpi.ends_on or until))
    if period is None:  # after the end of a named calendar, or before its start
        named = calendar.between(date.min, until)
        period = named[-1] if named else None
    found: list[Period] = []
    while period is not None and period.first >= kpi.starts_on and len(found) < count:
        if period.last <= until:
            found.append(period)
        period = calendar.before(period)
    return found[::-1]


def series_of(
    kpi: Kpi,
    periods: Sequence[Period],
    readings: Mapping[date, Believed],
    bands: Sequence[BandRevision],
    *,
    on: date,
) -> Series:
    """One KPI's periods with what was believed of them, each over the band that judges it."""
    thresholds = {band.pk: thresholds_of(band) for band in bands}
    points = []
    for period in periods:
        band = pick(bands, period.first)
        reading = readings.get(period.first)
        status = period_status(kpi, period, reading, on=on)
        points.append(
            Point(
                period.first,
                period.last,
                period.label,
                value=reading.value if reading else None,
                verdict=reading.verdict if reading else None,
                status="" if status in COUNTS else status.value,
                band=thresholds[band.pk] if band else None,
                href=f"/kpis/{kpi.pk}/readings/{period.first}/",
                state=reading.state if reading else "",
            )
        )
    return Series(kpi.name, kpi.unit, kpi.decimals, kpi.polarity, tuple(points))


def period_status(kpi: Kpi, period: Period, reading: Believed | None, *, on: date) -> PeriodStatus:
    """Where a period of a KPI stands on the day `on`."""
    due_on = due_on_of(kpi, period)
    if reading is None:
        return status_of(period=period, due_on=due_on, on=on, state=None)
    return status_of(
        period=period,
        due_on=due_on,
        on=on,
        state=reading.state,
        is_not_applicable=reading.is_not_applicable,
        verdict=reading.verdict,
    )


def thresholds_of(band: BandRevision) -> Thresholds:
    """A revision as charts want it."""
    return Thresholds(
        band.floor, band.tolerance, band.target, band.upper_target, band.upper_tolerance, band.upper_floor
    )


def _readings_of(shown: Mapping[int, Sequence[Period]]) -> dict[int, dict[date, Believed]]:
    firsts = [periods[0].first for periods in shown.values() if periods]
    if not firsts:
        return {}
    rows = (
        Reading.objects.filter(kpi_id__in=list(shown), period_start__gte=min(firsts))
        .order_by()
        .values_list("kpi_id", "period_start", "value", "is_not_applicable", "state", "verdict", named=True)
    )
    found: dict[int, dict[date, Believed]] = {}
    for row in rows:
        found.setdefault(row.kpi_id, {})[row.period_start] = row
    return found
