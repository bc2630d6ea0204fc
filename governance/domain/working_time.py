"""Working time: the hours in which an organisation can be expected to answer.

Days and hours are those on the organisation's own wall clock, so that a change to summer time neither adds nor
takes a working hour. Public holidays come from the `holidays` library.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

import holidays

DAY = timedelta(days=1)
FURTHEST_DAYS = 3660


class NoWorkingTime(ValueError):
    """Ten years without a working day: the calendar says that nobody ever works."""


@dataclass(frozen=True)
class WorkingTime:
    """An organisation's working week: days as digits (1 is Monday), wall-clock hours, public holidays."""

    time_zone: str
    country: str
    subdivision: str
    working_days: str
    day_starts_at: time
    day_ends_at: time

    def is_working_day(self, day: date) -> bool:
        if str(day.isoweekday()) not in self.working_days:
            return False
        return not self.country or day not in _holidays(self.country, self.subdivision, day.year)

    def hours_of(self, day: date) -> tuple[datetime, datetime]:
        """Start and end (UTC) of the working hours of a working day."""
        return self._moment(day, self.day_starts_at), self._moment(day, self.day_ends_at)

    def local_day(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, ZoneInfo(self.time_zone)).astimezone(UTC)


def add_working_days(hours: WorkingTime, start: datetime, days: int) -> datetime:
    """The same time of day `days` working days later (UTC).

    A start outside working hours counts from the next moment somebody works; so does the end.
    """
    moment = next_working_moment(hours, start)
    local = moment.astimezone(ZoneInfo(hours.time_zone))
    # The first working day from here is the one the moment lies in.
    day = next(islice(_working_days(hours, local.date()), days, None))
    return datetime.combine(day, local.time(), ZoneInfo(hours.time_zone)).astimezone(UTC)


def add_working_time(hours: WorkingTime, start: datetime, duration: timedelta) -> datetime:
    """The moment (UTC) by which `duration` of working time has passed since `start`."""
    left, shifts = duration, _shifts(hours, start)
    opens, closes = next(shifts)
    while max(opens, start) + left > closes:
        left -= closes - max(opens, start)
        opens, closes = next(shifts)
    return (max(opens, start) + left).astimezone(UTC)


def working_time_between(hours: WorkingTime, start: datetime, end: datetime) -> timedelta:
    """How much working time lies between two moments; zero when they are the wrong way round."""
    spent = timedelta()
    day = hours.local_day(start)
    while day <= hours.local_day(end):
        if hours.is_working_day(day):
            opens, closes = hours.hours_of(day)
            spent += max(timedelta(), min(closes, end) - max(opens, start))
        day += DAY
    return spent


def next_working_moment(hours: WorkingTime, moment: datetime) -> datetime:
    """`moment` itself inside working hours, else when they begin next (UTC)."""
    opens, _closes = next(_shifts(hours, moment))
    return max(opens, moment).astimezone(UTC)


def _shifts(hours: WorkingTime, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The working hours of each working day that end after `start`."""
    for day in _working_days(hours, hours.local_day(start)):
        opens, closes = hours.hours_of(day)
        if closes > start:
            yield opens, closes


def _working_days(hours: WorkingTime, day: date) -> Iterator[date]:
    """The working days from `day` on. Raises NoWorkingTime when ten years go by without one."""
    idle = 0
    while idle < FURTHEST_DAYS:
        if hours.is_working_day(day):
            idle = 0
            yield day
        idle += 1
        day += DAY
    raise NoWorkingTime(hours.working_days)


@lru_cache(maxsize=512)
def _holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    """Public holidays of one year; none for a country the library does not know."""
    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    except NotImplementedError:
        found = holidays.country_holidays(country, years=year) if _knows(country) else holidays.HolidayBase()
    return frozenset(found)


def _knows(country: str) -> bool:
    return country in holidays.list_supported_countries(include_aliases=True)
