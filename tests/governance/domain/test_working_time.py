"""Working time, checked against a calculator that walks minute by minute, and across changes of summer time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.domain.working_time import (
    NoWorkingTime,
    WorkingTime,
    add_working_days,
    add_working_time,
    next_working_moment,
    working_time_between,
)

LONDON = WorkingTime("Europe/London", "GB", "ENG", "12345", time(9), time(17))
NEW_YORK = WorkingTime("America/New_York", "US", "NY", "12345", time(8, 30), time(16, 30))
AUCKLAND = WorkingTime("Pacific/Auckland", "NZ", "", "12345", time(9), time(17, 30))
DUBAI = WorkingTime("Asia/Dubai", "", "", "7123", time(10), time(18))
HOURS = [LONDON, NEW_YORK, AUCKLAND, DUBAI]
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 6, 1)).map(
    lambda naive: naive.replace(second=0, microsecond=0, tzinfo=UTC)
)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def works(hours, moment):
    """Whether somebody works in the minute that begins at `moment`: said without the code under test."""
    local = moment.astimezone(ZoneInfo(hours.time_zone))
    return hours.is_working_day(local.date()) and hours.day_starts_at <= local.time() < hours.day_ends_at


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (utc(2026, 3, 10, 9), 5, utc(2026, 3, 17, 9)),
        (utc(2026, 3, 10, 20), 1, utc(2026, 3, 12, 9)),  # after hours counts from the next morning
        (utc(2026, 3, 7, 12), 1, utc(2026, 3, 10, 9)),  # a Saturday counts from Monday
        (
            utc(2026, 3, 27, 10),
            1,
            utc(2026, 3, 30, 9),
        ),  # over the weekend clocks go forward: still ten o'clock
        (utc(2026, 10, 23, 9), 1, utc(2026, 10, 26, 10)),  # and back
        (utc(2026, 4, 2, 9), 1, utc(2026, 4, 7, 9)),  # Good Friday and Easter Monday
        (utc(2026, 12, 24, 9), 2, utc(2026, 12, 30, 9)),  # Christmas, and Boxing Day made up for
        (utc(2026, 3, 7, 12), 0, utc(2026, 3, 9, 9)),
    ],
)
def test_working_days_in_england(start, days, end):
    assert add_working_days(LONDON, start, days) == end


def test_a_week_may_begin_on_sunday():
    assert add_working_days(DUBAI, utc(2026, 3, 11, 8), 1) == utc(2026, 3, 15, 8)


@given(st.sampled_from(HOURS), moments, st.integers(0, 15))
def test_so_many_working_days_later_somebody_works_at_the_same_hour(hours, start, days):
    begins = next_working_moment(hours, start)
    end = add_working_days(hours, start, days)
    zone = ZoneInfo(hours.time_zone)
    first, last = begins.astimezone(zone), end.astimezone(zone)
    assert first.time() == last.time()
    between = [first.date() + timedelta(days=n + 1) for n in range((last.date() - first.date()).days)]
    assert sum(hours.is_working_day(day) for day in between) == days
    assert hours.is_working_day(last.date())


@given(st.sampled_from(HOURS), moments)
def test_the_next_working_moment_is_the_first(hours, start):
    found = next_working_moment(hours, start)
    assert works(hours, found)
    if found != start:
        assert not works(hours, start)
        assert not works(hours, found - timedelta(minutes=1))


@settings(max_examples=25)
@given(st.sampled_from(HOURS), moments, st.integers(0, 60 * 24 * 5))
def test_working_time_is_what_a_walk_by_minutes_finds(hours, start, minutes):
    end = start + timedelta(minutes=minutes)
    walked = sum(works(hours, start + timedelta(minutes=n)) for n in range(minutes))
    assert working_time_between(hours, start, end) == timedelta(minutes=walked)


@given(st.sampled_from(HOURS), moments, st.integers(1, 60 * 40))
def test_adding_working_time_is_the_inverse_of_measuring_it(hours, start, minutes):
    end = add_working_time(hours, start, timedelta(minutes=minutes))
    assert working_time_between(hours, start, end) == timedelta(minutes=minutes)
    assert works(hours, end - timedelta(minutes=1))


def test_the_wrong_way_round_is_no_time():
    assert working_time_between(LONDON, utc(2026, 3, 11, 9), utc(2026, 3, 10, 9)) == timedelta()


def test_where_nobody_ever_works_nothing_is_promised():
    idle = WorkingTime("Europe/London", "", "", "", time(9), time(17))
    for ask in (
        lambda: next_working_moment(idle, utc(2026, 3, 10, 9)),
        lambda: add_working_time(idle, utc(2026, 3, 10, 9), timedelta(hours=1)),
        lambda: add_working_days(idle, utc(2026, 3, 10, 9), 1),
    ):
        with pytest.raises(NoWorkingTime):
            ask()


@pytest.mark.parametrize(("country", "region"), [("XX", ""), ("", ""), ("GB", "NOWHERE")])
def test_an_unknown_country_has_no_holidays_and_an_unknown_region_those_of_its_country(country, region):
    hours = WorkingTime("Europe/London", country, region, "12345", time(9), time(17))
    assert hours.is_working_day(date(2026, 12, 25)) == (country != "GB")
