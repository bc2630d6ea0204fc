"""Every local night exactly once, over a year with its changes of the clock, in four zones."""

from datetime import UTC, date, datetime, timedelta

import pytest

from value.domain.nights import last_ended_night, nights_to_score

ZONES = ("Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
START = datetime(2026, 1, 1, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("every", [timedelta(hours=1), timedelta(hours=7), timedelta(minutes=30)])
def test_each_night_exactly_once_over_a_year(zone: str, every: timedelta) -> None:
    scored: list[date] = []
    now = START
    while now < START + timedelta(days=366):
        scored += nights_to_score(now, zone, set(scored), first=min(scored, default=None))
        now += every
    first = last_ended_night(START, zone)
    assert scored == [first + timedelta(days=n) for n in range(len(scored))]
    assert len(scored) in (366, 367)


def test_a_night_ends_at_local_midnight() -> None:
    assert last_ended_night(datetime(2026, 6, 30, 22, 59, tzinfo=UTC), "Europe/London") == date(2026, 6, 29)
    assert last_ended_night(datetime(2026, 6, 30, 23, 0, tzinfo=UTC), "Europe/London") == date(2026, 6, 30)


def test_an_outage_is_caught_up_but_not_what_was_before_the_beginning() -> None:
    now = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    assert nights_to_score(now, "UTC", set(), first=None) == [date(2026, 3, 9)]
    scored = {date(2026, 3, 5)}
    nights = nights_to_score(now, "UTC", scored, first=date(2026, 3, 5))
    assert nights == [date(2026, 3, n) for n in (6, 7, 8, 9)]
