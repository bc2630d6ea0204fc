"""Method, section 1: periods tile, every day in exactly one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.domain.periods import Period, PeriodsDoNotTile, calendar_for
from tests.kpis.domain.strategies import days, endless, named_calendars

DAY = timedelta(days=1)


def tiles(calendar, period):
    """Whether the period's days, and only they, lie in it."""
    inside = [period.first, period.last, period.first + (period.last - period.first) // 2]
    assert all(calendar.of(day) == period for day in inside)
    for beyond in (period.first - DAY, period.last + DAY):
        neighbour = calendar.of(beyond)
        assert neighbour is None or neighbour != period


@given(endless, days)
def test_every_day_lies_in_exactly_one_period(calendar, day):
    period = calendar.of(day)
    assert period.first <= day <= period.last
    tiles(calendar, period)
    assert calendar.after(period).first == period.last + DAY
    assert calendar.before(period).last == period.first - DAY


@given(named_calendars(), st.integers(-50, 1300))
def test_named_periods_tile_between_their_ends(calendar, offset):
    day = calendar.periods[0].first + offset * DAY
    period = calendar.of(day)
    if calendar.periods[0].first <= day <= calendar.periods[-1].last:
        tiles(calendar, period)
        assert (calendar.after(period) is None) == (period is calendar.periods[-1])
        assert (calendar.before(period) is None) == (period is calendar.periods[0])
    else:
        assert period is None


@given(st.one_of(endless, named_calendars()), days, st.integers(0, 800))
def test_between_gives_each_period_that_starts_there_once(calendar, first, length):
    last = first + length * DAY
    found = calendar.between(first, last)
    assert found == sorted(set(found))
    starting = [day for day in (first + n * DAY for n in range(length + 1)) if calendar.starting(day)]
    assert [period.first for period in found] == starting


@given(endless, days)
def test_a_period_is_named_by_its_first_day(calendar, day):
    period = calendar.of(day)
    assert calendar.starting(period.first) == period
    if period.days > 1:
        assert calendar.starting(period.last) is None


@pytest.mark.parametrize(
    ("frequency", "more", "day", "first", "last", "label"),
    [
        ("DAY", {}, date(2026, 3, 29), date(2026, 3, 29), date(2026, 3, 29), "29 Mar 2026"),
        ("WEEK", {}, date(2027, 1, 2), date(2026, 12, 28), date(2027, 1, 3), "W53 2026"),
        ("MONTH", {}, date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29), "Feb 2024"),
        ("QUARTER", {}, date(2026, 5, 15), date(2026, 4, 1), date(2026, 6, 30), "Q2 2026"),
        ("YEAR", {}, date(2026, 5, 15), date(2026, 1, 1), date(2026, 12, 31), "2026"),
        (
            "CONTRACT_MONTH", {"contract_month_day": 16}, date(2026, 1, 15), date(2025, 12, 16),
            date(2026, 1, 15), "16 Dec 2025 – 15 Jan 2026",
        ),
        (
            "CONTRACT_MONTH", {"contract_month_day": 28}, date(2026, 2, 28), date(2026, 2, 28),
            date(2026, 3, 27), "28 Feb – 27 Mar 2026",
        ),
        (
            "CONTRACT_MONTH", {"contract_month_day": 1}, date(2024, 2, 29), date(2024, 2, 1),
            date(2024, 2, 29), "1 Feb – 29 Feb 2024",
        ),
    ],
)  # fmt: skip
def test_examples(frequency, more, day, first, last, label):
    period = calendar_for(frequency, **more).of(day)
    assert (period.first, period.last, period.label) == (first, last, label)


@pytest.mark.parametrize("frequency", ["DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "CONTRACT_MONTH"])
@pytest.mark.parametrize("day", [date.min, date(1, 1, 20), date(9999, 12, 5), date.max])
def test_calendars_hold_at_the_ends_of_time(frequency, day):
    calendar = calendar_for(frequency, contract_month_day=16 if frequency == "CONTRACT_MONTH" else None)
    period = calendar.of(day)
    assert period.first <= day <= period.last
    assert calendar.of(period.first) == period
    assert calendar.of(period.last) == period
    assert day != date.max or calendar.after(period) is None
    assert day != date.min or calendar.before(period) is None


def test_the_end_of_time_ends_a_list():
    assert [period.first for period in calendar_for("MONTH").between(date(9999, 11, 2), date.max)] == [
        date(9999, 12, 1)
    ]


def test_a_railway_year_has_thirteen_periods():
    """Periods end on a Saturday, but the year on 31 March: the first and the last have an odd length."""
    ends = [date(2015, 5, 2) + 28 * n * DAY for n in range(12)] + [date(2016, 3, 31)]
    starts = [date(2015, 4, 1)] + [end + DAY for end in ends[:-1]]
    rail = calendar_for(
        "CALENDAR",
        named=[
            Period(first, last, f"P{n:02d}")
            for n, (first, last) in enumerate(zip(starts, ends, strict=True), 1)
        ],
    )
    assert [period.days for period in rail.periods] == [32, *[28] * 11, 26]
    assert rail.of(date(2016, 2, 29)).label == "P12"
    assert rail.of(date(2016, 4, 1)) is None


def test_periods_without_a_label_are_named_by_their_days():
    calendar = calendar_for("CALENDAR", named=[Period(date(2025, 12, 20), date(2026, 1, 9))])
    assert calendar.periods[0].label == "20 Dec 2025 – 9 Jan 2026"


@pytest.mark.parametrize(
    "named",
    [
        [Period(date(2026, 1, 1), date(2026, 1, 28)), Period(date(2026, 1, 30), date(2026, 2, 28))],
        [Period(date(2026, 1, 1), date(2026, 1, 28)), Period(date(2026, 1, 28), date(2026, 2, 28))],
        [Period(date(2026, 1, 28), date(2026, 1, 1))],
    ],
)
def test_gaps_overlaps_and_backward_periods_are_refused(named):
    with pytest.raises(PeriodsDoNotTile):
        calendar_for("CALENDAR", named=named)


@pytest.mark.parametrize("day", [None, 0, 29, -1])
def test_a_contract_month_starts_on_a_day_every_month_has(day):
    with pytest.raises(ValueError, match="1 to 28"):
        calendar_for("CONTRACT_MONTH", contract_month_day=day)


def test_an_unknown_frequency_is_refused():
    with pytest.raises(ValueError, match="FORTNIGHT"):
        calendar_for("FORTNIGHT")
