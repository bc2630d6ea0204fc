"""The pages that watch one KPI: how its wiggle room was used, and what its values signal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpis.domain.budget import YEAR, months_before
from kpis.domain.periods import Period
from kpis.domain.signals import Point as SignalPoint
from kpis.models import BandRevision, Kpi, Rebase
from kpis.queries.around import Around, OpenReview, get_around
from kpis.queries.calendars import calendars_of
from kpis.queries.room import LOOKED_BACK, Room, Spending
from kpis.queries.room_words import RoomSaid, say_room
from kpis.queries.signal_words import Said, say
from kpis.queries.signals import Signals
from portal.lib.rounding import half_even
from portal.lib.series import Limits, Point, Series

LIMIT_PLACES = 6
# Holds the 24 newest values also where many periods are disputed or did not apply.
ENOUGH = 72


@dataclass(frozen=True)
class SpentRow:
    """What one period took from the room, with its value."""

    label: str
    href: str
    value: Decimal | None
    spending: Spending


@dataclass(frozen=True)
class RoomPage:
    """How the room of a KPI was used; `room` is None where no allowance is in force."""

    kpi: Kpi
    room: Room | None
    said: RoomSaid | None
    rows: list[SpentRow]
    history: list[tuple[date, Decimal | None]]
    reviews: Sequence[OpenReview]
    terms: BandRevision | None


@dataclass(frozen=True)
class SignalRow:
    """One value on the chart and what the chart says of it."""

    label: str
    href: str
    point: SignalPoint


@dataclass(frozen=True)
class SignalsPage:
    """What a KPI's values usually do and which of them stand out."""

    kpi: Kpi
    signals: Signals
    said: Said
    series: Series
    rows: list[SignalRow]
    rebases: Sequence[Rebase]
    reviews: Sequence[OpenReview]


def get_room_page(kpi: Kpi, *, on: date) -> RoomPage:
    """The room on the day `on` with what the periods of the last two years used, newest first; one or two queries."""
    around = _around(kpi, on, LOOKED_BACK + YEAR)
    labels = _labels(kpi, [row.period for row in around.rows])
    values = {row.period.first: row.value for row in around.rows}
    since = months_before(on, LOOKED_BACK)
    room = around.room
    spendings = [one for one in (room.spendings if room else ()) if one.period.last > since]
    rows = [
        SpentRow(labels[one.period.first], _href(kpi, one.period), values.get(one.period.first), one)
        for one in reversed(spendings)
    ]
    history = _allowances(around.bands)
    said = None if room is None else say_room(room)
    return RoomPage(kpi, room, said, rows, history[::-1], around.reviews, around.terms)


def get_signals_page(kpi: Kpi, *, on: date) -> SignalsPage:
    """The chart on the day `on` with each of its values, newest first; one or two queries."""
    around = get_around(kpi, on=on, since=date.min, most=ENOUGH)
    signals = around.signals
    labels = _labels(kpi, signals.periods)
    verdicts = {row.period.first: row.verdict for row in around.rows}
    points = [
        Point(
            period.first,
            period.last,
            labels[period.first],
            value=point.value,
            verdict=verdicts.get(period.first),
            href=_href(kpi, period),
            state="CONFIRMED",
            signal=str(point.meaning) if point.meaning else "",
        )
        for period, point in zip(signals.periods, signals.chart.points, strict=True)
    ]
    series = Series(kpi.name, kpi.unit, kpi.decimals, kpi.polarity, tuple(points), limits=_limits(signals))
    rows = [
        SignalRow(drawn.label, drawn.href, point)
        for drawn, point in zip(points, signals.chart.points, strict=True)
    ]
    said = say(kpi, signals, points)
    return SignalsPage(kpi, signals, said, series, rows[::-1], around.rebases[::-1], around.reviews)


def _around(kpi: Kpi, on: date, months: int) -> Around:
    return get_around(kpi, on=on, since=months_before(on, months))


def _allowances(bands: Sequence[BandRevision]) -> list[tuple[date, Decimal | None]]:
    """From which day on which allowance was agreed, oldest first; bands that left it as it was are left out."""
    found: list[tuple[date, Decimal | None]] = []
    for band in bands:
        if not found or found[-1][1] != band.allowance:
            found.append((band.effective_from, band.allowance))
    return found


def _labels(kpi: Kpi, periods: Sequence[Period]) -> dict[date, str]:
    """What people call the periods; those outside the calendar by their first day."""
    calendar = calendars_of([kpi])[kpi.pk]
    named = {period.first: calendar.starting(period.first) for period in periods}
    return {first: period.label if period else first.isoformat() for first, period in named.items()}


def _href(kpi: Kpi, period: Period) -> str:
    return f"/kpis/{kpi.pk}/readings/{period.first}/"


def _limits(signals: Signals) -> Limits | None:
    if signals.limits is None:
        return None
    exact = (signals.limits.lower, signals.limits.mean, signals.limits.upper)
    return Limits(*(half_even(value, LIMIT_PLACES) for value in exact))
