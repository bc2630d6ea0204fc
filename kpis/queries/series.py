"""The last periods of KPIs over their bands: what sparklines, charts and tables are drawn from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

from kpis.domain.bands import Band
from kpis.domain.periods import Period, PeriodCalendar
from kpis.domain.status import PeriodStatus, status_of
from kpis.models import BandRevision, Flexing, Kpi, Reading
from kpis.queries.bands import bands_in_force, pick
from kpis.queries.calendars import calendars_of
from kpis.queries.cells import due_on_of
from portal.lib.series import Point, Series, Thresholds

RECENT: Final = 12
SIX: Final = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")
COLUMNS: Final = ("kpi_id", "period_start", "value", "is_not_applicable", "state", "verdict")
OF_MOVED: Final = (*(f"flexing__{name}" for name in SIX), "flexing__unflexed_verdict")
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


@dataclass(frozen=True, slots=True)
class MovedBand:
    """The thresholds that judge a period whose band was moved, and the verdict of the band as it was signed.

    There is no such verdict for a period that has no reading yet.
    """

    thresholds: Thresholds
    unmoved_verdict: int | None


def recent_series(
    kpis: Iterable[Kpi],
    *,
    on: date,
    periods: int = RECENT,
    bands: Mapping[int, Sequence[BandRevision]] | None = None,
) -> dict[int, Series]:
    """The last `periods` periods of each KPI that are over on the day `on`, by its id; three queries for any number.

    Who has the `bands` in force already hands them in and saves one.
    """
    kpis = list(kpis)
    calendars = calendars_of(kpis)
    shown = {kpi.pk: last_periods(kpi, calendars[kpi.pk], until=on, count=periods) for kpi in kpis}
    readings, moved = _readings_of(shown)
    if bands is None:
        bands = bands_in_force(kpi.pk for kpi in kpis)
    return {
        kpi.pk: series_of(
            kpi,
            shown[kpi.pk],
            readings.get(kpi.pk, {}),
            bands.get(kpi.pk, ()),
            on=on,
            moved=moved.get(kpi.pk, {}),
        )
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


NOTHING_MOVED: Final[Mapping[date, MovedBand]] = {}


def series_of(
    kpi: Kpi,
    periods: Sequence[Period],
    readings: Mapping[date, Believed],
    bands: Sequence[BandRevision],
    *,
    on: date,
    moved: Mapping[date, MovedBand] = NOTHING_MOVED,
) -> Series:
    """One KPI's periods with what was believed of them, each over the band that judges it, moved where it was."""
    thresholds = {band.pk: thresholds_of(band) for band in bands}
    points = []
    for period in periods:
        band = pick(bands, period.first)
        reading = readings.get(period.first)
        status = period_status(kpi, period, reading, on=on)
        signed = thresholds[band.pk] if band else None
        there = moved.get(period.first)
        points.append(
            Point(
                period.first,
                period.last,
                period.label,
                value=reading.value if reading else None,
                verdict=reading.verdict if reading else None,
                status="" if status in COUNTS else status.value,
                band=there.thresholds if there else signed,
                href=f"/kpis/{kpi.pk}/readings/{period.first}/",
                state=reading.state if reading else "",
                unmoved=signed if there else None,
                unmoved_verdict=there.unmoved_verdict if there else None,
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


def thresholds_of(band: Band | BandRevision | Flexing) -> Thresholds:
    """A revision, or the record of how one was moved, as charts want it."""
    return Thresholds(
        band.floor, band.tolerance, band.target, band.upper_target, band.upper_tolerance, band.upper_floor
    )


def moved_by(record: Flexing) -> MovedBand:
    """How the record says a band was moved."""
    return MovedBand(thresholds_of(record), record.unflexed_verdict)


Found = tuple[dict[int, dict[date, Believed]], dict[int, dict[date, MovedBand]]]


def _readings_of(shown: Mapping[int, Sequence[Period]]) -> Found:
    """Readings and moved bands, by KPI and first day."""
    firsts = [periods[0].first for periods in shown.values() if periods]
    found: dict[int, dict[date, Believed]] = {}
    moved: dict[int, dict[date, MovedBand]] = {}
    if not firsts:
        return found, moved
    rows = Reading.objects.filter(kpi_id__in=list(shown), period_start__gte=min(firsts)).order_by()
    for row in rows.values_list(*COLUMNS, *OF_MOVED, named=True):
        found.setdefault(row.kpi_id, {})[row.period_start] = row
        if row.flexing__floor is not None:
            six = Thresholds(*row[len(COLUMNS) : len(COLUMNS) + len(SIX)])
            there = MovedBand(six, row.flexing__unflexed_verdict)
            moved.setdefault(row.kpi_id, {})[row.period_start] = there
    return found, moved
