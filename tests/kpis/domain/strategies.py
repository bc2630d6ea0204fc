"""Bands, values and calendars as hypothesis invents them."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from kpis.domain.bands import Band, Polarity
from kpis.domain.periods import Period, PeriodCalendar, calendar_for

MOST = 10**12 - 1


def number(low: int = -(10**9), high: int = 10**9) -> st.SearchStrategy[Decimal]:
    """A number with six decimals, as they are stored; bounds in whole units."""
    return st.integers(low * 10**6, high * 10**6).map(lambda millionths: Decimal(millionths).scaleb(-6))


def _distinct(count: int) -> st.SearchStrategy[list[Decimal]]:
    return st.lists(number(-1000, 1000), min_size=count, max_size=count, unique=True).map(sorted)


rising = _distinct(3).map(lambda found: Band(*found))
falling = _distinct(3).map(lambda found: Band(*reversed(found)))


@st.composite
def ranges(draw: st.DrawFn) -> Band:
    """Six thresholds; sometimes the range is a single value."""
    floor, tolerance, target, *upper = draw(_distinct(6))
    if draw(st.booleans()):
        upper[0] = target
    return Band(floor, tolerance, target, *upper)


banded = st.one_of(
    st.tuples(st.just(Polarity.HIGHER), rising),
    st.tuples(st.just(Polarity.LOWER), falling),
    st.tuples(st.just(Polarity.WITHIN_RANGE), ranges()),
)


@st.composite
def banded_values(draw: st.DrawFn) -> tuple[Polarity, Band, Decimal]:
    """A band with a value: anywhere, on a threshold, or a hair beside one."""
    polarity, band = draw(banded)
    known = [threshold for threshold in band.thresholds if threshold is not None]
    near = st.builds(
        lambda threshold, step: threshold + step,
        st.sampled_from(known),
        st.sampled_from([Decimal(0), Decimal("0.000001"), Decimal("-0.000001")]),
    )
    return polarity, band, draw(st.one_of(near, number(-1200, 1200), number()))


days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@st.composite
def named_calendars(draw: st.DrawFn) -> PeriodCalendar:
    """Explicit periods of uneven length that follow each other."""
    first = draw(days)
    periods = []
    for length in draw(st.lists(st.integers(1, 40), min_size=1, max_size=30)):
        periods.append(Period(first, first + timedelta(days=length - 1)))
        first += timedelta(days=length)
    return calendar_for("CALENDAR", named=periods)


endless = st.one_of(
    st.sampled_from(["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"]).map(calendar_for),
    st.integers(1, 28).map(lambda day: calendar_for("CONTRACT_MONTH", contract_month_day=day)),
)
