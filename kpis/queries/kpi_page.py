"""One KPI with everything that led to where it stands, as it stands now or as it was believed to stand then."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kpis.domain.budget import YEAR, months_before
from kpis.domain.periods import Period, PeriodCalendar
from kpis.models import BandRevision, Kpi
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
from kpis.queries.period_rows import PeriodRow, marked
from kpis.queries.room import Room
from kpis.queries.room_words import RoomSaid, say_room
from kpis.queries.series import MovedBand, last_periods, moved_by, period_status, series_of, thresholds_of
from kpis.queries.signal_words import Said, say
from portal.lib.series import Series

__all__ = ["KpiPage", "Moment", "PeriodRow", "get_kpi_page", "moment_of"]

PERIODS = 36
# So many rows stand open, unless only a few more would be folded away.
AT_A_GLANCE, FEW_MORE = 12, 3


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
    moved |= _awaited(around, periods, readings)
    series = series_of(kpi, periods, readings, agreed, on=moment.day, moved=moved)
    spent = {one.period.first: one for one in (around.room.spendings if around.room else ())}
    series = marked(series, around, spent)
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


def _awaited(around: Around, periods: Sequence[Period], readings: Container[date]) -> dict[date, MovedBand]:
    """The bands that wait, moved by spells, for periods without a reading."""
    waiting = {period.first: around.awaits(period) for period in periods if period.first not in readings}
    return {
        first: MovedBand(thresholds_of(band), None) for first, band in waiting.items() if band is not None
    }


def _around(kpi: Kpi, periods: Sequence[Period], moment: Moment) -> Around:
    """What stands around it, back to the year that the first shown period's room depends on."""
    begins = min([moment.day, *(period.first for period in periods[:1])])
    since = months_before(begins, 2 * YEAR) if begins.year > 2 else date.min
    return get_around(kpi, on=moment.day, since=since, at=moment.at if moment.is_past else None)


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
