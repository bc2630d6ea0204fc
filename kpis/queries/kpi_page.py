"""One KPI with everything that led to where it stands, as it stands now or as it was believed to stand then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kpis.domain.budget import YEAR, months_before
from kpis.domain.periods import Period, PeriodCalendar
from kpis.domain.signals import Point as SignalPoint
from kpis.domain.status import PeriodStatus
from kpis.models import BandRevision, Flexing, Kpi, Reading, ReadingPast
from kpis.queries.around import Around, get_around
from kpis.queries.belief import (
    Moment,
    believed_moves,
    believed_readings,
    is_agreed,
    is_open,
    moment_of,
    revisions_known,
)
from kpis.queries.calendars import calendars_of
from kpis.queries.cells import due_on_of
from kpis.queries.owners import Owner, owners_of
from kpis.queries.room import Room, Spending
from kpis.queries.room_words import RoomSaid, say_room
from kpis.queries.series import last_periods, moved_by, period_status, series_of
from kpis.queries.signal_words import Said, say
from portal.lib.series import Point, Series, Shade

__all__ = ["KpiPage", "Moment", "PeriodRow", "get_kpi_page", "moment_of"]

PERIODS = 36
# So many rows stand open, unless only a few more would be folded away.
AT_A_GLANCE, FEW_MORE = 12, 3


@dataclass(frozen=True)
class PeriodRow:
    """One period: what was reported, by whom, and what came of it."""

    period: Period
    point: Point
    status: PeriodStatus
    due_on: date
    reading: Reading | ReadingPast | None
    evidence: int = 0
    moved: Flexing | None = None
    spending: Spending | None = None
    signal: SignalPoint | None = None

    @property
    def attainment(self) -> Decimal | None:
        """In per cent; None where no verdict counts."""
        if self.reading is None or self.reading.attainment is None:
            return None
        return Decimal(self.reading.attainment) / 10_000

    @property
    def is_missing(self) -> bool:
        return self.status == PeriodStatus.MISSING

    @property
    def counts(self) -> bool:
        """Whether its verdict counts, so that it is worth saying how it came about."""
        return self.status == PeriodStatus.JUDGED


@dataclass(frozen=True)
class KpiPage:
    """Everything the page shows; `earlier` and `later` are the last days of the neighbouring pages of periods."""

    kpi: Kpi
    moment: Moment
    series: Series
    rows: list[PeriodRow]
    in_force: BandRevision | None
    revisions: list[BandRevision]
    proposals: list[BandRevision]
    owners: list[Owner]
    earlier: date | None
    later: date | None
    around: Around

    @property
    def room(self) -> Room | None:
        """The wiggle room on the page's day."""
        return self.around.room

    @property
    def room_said(self) -> RoomSaid | None:
        """The same in words."""
        return None if self.room is None else say_room(self.room)

    @property
    def signal(self) -> Said | None:
        """What the values signal, in words; None for a driver, which nobody judges."""
        return None if self.kpi.is_driver else say(self.kpi, self.around.signals, self.series.points)

    @property
    def is_bent(self) -> bool:
        """Whether the picture shows more than the periods' table does: moved bands, spells or signals."""
        return bool(self.series.shades) or any(
            point.unmoved is not None or point.signal for point in self.series.points
        )

    @property
    def has_allowance(self) -> bool:
        """Whether any agreed band came with an allowance of wiggle room."""
        return any(band.allowance is not None for band in self.revisions)

    @property
    def goal_url(self) -> str:
        """Where the goal stands among the others."""
        return f"/relationships/{self.kpi.relationship_id}/goals/#goal-{self.kpi.goal_id}"

    @property
    def shown(self) -> PeriodRow | None:
        """The newest period with a value, whose figure stands large; the newest of all while there is none."""
        return next((row for row in self.rows if row.point.value is not None), self.newest)

    @property
    def newest_rows(self) -> list[PeriodRow]:
        """The rows that stand open."""
        return self.rows if len(self.rows) <= AT_A_GLANCE + FEW_MORE else self.rows[:AT_A_GLANCE]

    @property
    def older_rows(self) -> list[PeriodRow]:
        """The rows that are folded away."""
        return self.rows[len(self.newest_rows) :]

    @property
    def newest(self) -> PeriodRow | None:
        """The newest period that is over."""
        return self.rows[0] if self.rows else None


def get_kpi_page(kpi: Kpi, moment: Moment, *, until: date | None = None) -> KpiPage:
    """The KPI as known at `moment`, with up to 36 periods that are over by `until`.

    Five or six queries, and up to three more in the past.
    """
    calendar = calendars_of([kpi])[kpi.pk]
    until = min(until or moment.day, moment.day)
    periods = last_periods(kpi, calendar, until=until, count=PERIODS)
    readings = believed_readings(kpi, periods, moment)
    known = revisions_known(kpi, moment)
    agreed = _of_each_day_the_last(band for band in known if is_agreed(band, moment))
    records = believed_moves(readings.values())
    around = _around(kpi, periods, moment)
    moved = {first: moved_by(record) for first, record in records.items()}
    series = series_of(kpi, periods, readings, agreed, on=moment.day, moved=moved)
    spent = {one.period.first: one for one in (around.room.spendings if around.room else ())}
    series = _marked(series, around, spent)
    rows = [
        PeriodRow(
            period,
            point,
            period_status(kpi, period, reading, on=moment.day),
            due_on_of(kpi, period),
            reading,
            getattr(reading, "files", 0),
            records.get(period.first),
            spent.get(period.first),
            around.signals.at(period.first),
        )
        for period, point in zip(periods, series.points, strict=True)
        for reading in [readings.get(period.first)]
    ]
    return KpiPage(
        kpi,
        moment,
        series,
        rows[::-1],
        in_force=next((band for band in reversed(agreed) if band.effective_from <= moment.day), None),
        revisions=agreed[::-1],
        proposals=[band for band in known if is_open(band.agreement, moment)],
        owners=owners_of(kpi),
        earlier=_earlier(kpi, calendar, periods),
        later=_later(kpi, calendar, periods, moment),
        around=around,
    )


def _around(kpi: Kpi, periods: Sequence[Period], moment: Moment) -> Around:
    """What stands around it, back to the year that the first shown period's room depends on."""
    begins = min([moment.day, *(period.first for period in periods[:1])])
    since = months_before(begins, 2 * YEAR) if begins.year > 2 else date.min
    return get_around(kpi, on=moment.day, since=since, at=moment.at if moment.is_past else None)


def _marked(series: Series, around: Around, spent: Mapping[date, Spending]) -> Series:
    """The picture with its spells, its signals, and what counts as a miss because the room was used up."""
    signals = around.signals
    points = []
    for point in series.points:
        signal, spending = signals.at(point.first_day), spent.get(point.first_day)
        points.append(
            replace(
                point,
                signal=str(signal.meaning) if signal is not None and signal.meaning is not None else "",
                is_miss=spending is not None and spending.is_miss_by_exhaustion,
            )
        )
    shades = tuple(
        Shade(spell.environment, spell.first_day, spell.last_day, f"/spells/{spell.pk}/")
        for spell in around.spells
        if points
        and spell.first_day <= points[-1].last_day
        and (spell.last_day is None or spell.last_day >= points[0].first_day)
    )
    return replace(series, points=tuple(points), shades=shades)


def _of_each_day_the_last(bands: Iterable[BandRevision]) -> list[BandRevision]:
    """Of several revisions from one day only the one agreed last, oldest day first."""
    return list({band.effective_from: band for band in bands}.values())


def _earlier(kpi: Kpi, calendar: PeriodCalendar, periods: Sequence[Period]) -> date | None:
    before = calendar.before(periods[0]) if periods else None
    return before.last if before is not None and before.first >= kpi.starts_on else None


def _later(kpi: Kpi, calendar: PeriodCalendar, periods: Sequence[Period], moment: Moment) -> date | None:
    """The end of the page after this one: PERIODS further on, or as far as there are any."""
    period = calendar.after(periods[-1]) if periods else None
    last: date | None = None
    for _step in range(PERIODS):
        if period is None or period.last > moment.day or (kpi.ends_on and period.first > kpi.ends_on):
            break
        last, period = period.last, calendar.after(period)
    return last
