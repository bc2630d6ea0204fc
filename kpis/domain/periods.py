"""Periods (method, section 1): named by their first day; they tile, every day in exactly one."""

import bisect
from abc import ABC, abstractmethod
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Frequency(StrEnum):
    """How long the periods of a KPI are."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    YEAR = "YEAR"
    CONTRACT_MONTH = "CONTRACT_MONTH"
    CALENDAR = "CALENDAR"


class PeriodsDoNotTile(ValueError):
    """Named periods leave a gap, overlap, or end before they start."""


@dataclass(frozen=True, order=True)
class Period:
    """The days from `first` to `last`, both included; `label` is what people call it ("Mar 2026")."""

    first: date
    last: date
    label: str = field(default="", compare=False)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


class PeriodCalendar(ABC):
    """Tells which period a day lies in."""

    @abstractmethod
    def of(self, day: date) -> Period | None:
        """The period that holds `day`; None only outside a named calendar."""

    def starting(self, day: date) -> Period | None:
        """The period whose first day is `day`, if there is one."""
        period = self.of(day)
        return period if period is not None and period.first == day else None

    def after(self, period: Period) -> Period | None:
        """The next period; None at the end of a named calendar, and of time."""
        return None if period.last == date.max else self.of(period.last + DAY)

    def before(self, period: Period) -> Period | None:
        """The period before; None at the start of a named calendar, and of time."""
        return None if period.first == date.min else self.of(period.first - DAY)

    def between(self, first: date, last: date) -> list[Period]:
        """The periods whose first day lies in [first, last], in order."""
        found: list[Period] = []
        period = self.of(first)
        while period is not None and period.first <= last:
            if period.first >= first:
                found.append(period)
            period = self.after(period)
        return found


class _Days(PeriodCalendar):
    def of(self, day: date) -> Period:
        return Period(day, day, _day(day))


class _Weeks(PeriodCalendar):
    def of(self, day: date) -> Period:
        first = day - timedelta(days=day.weekday())
        year, week, _weekday = first.isocalendar()
        return Period(first, _moved(first, 6), f"W{week:02d} {year}")


class _Months(PeriodCalendar):
    """Calendar months, or spans of several that start with the year."""

    def __init__(self, length: int) -> None:
        self.length = length

    def of(self, day: date) -> Period:
        month = (day.month - 1) // self.length * self.length + 1
        first = date(day.year, month, 1)
        end = month + self.length - 1
        last = date(day.year, end, monthrange(day.year, end)[1])
        return Period(first, last, self._label(first))

    def _label(self, first: date) -> str:
        if self.length == 1:
            return f"{MONTHS[first.month - 1]} {first.year}"
        return f"Q{(first.month + 2) // 3} {first.year}" if self.length == 3 else str(first.year)


class _ContractMonths(PeriodCalendar):
    """From the Nth to the day before the next Nth."""

    def __init__(self, day: int) -> None:
        if not 1 <= day <= 28:
            raise ValueError("a contract month starts on a day from 1 to 28")
        self.day = day

    def of(self, day: date) -> Period:
        turn = day.replace(day=self.day)
        first, last = (self._before(turn), turn - DAY) if day < turn else (turn, self._end(turn))
        return Period(first, last, _span(first, last))

    def _before(self, turn: date) -> date:
        day = _moved(turn.replace(day=1), -1)
        return day if day == date.min else day.replace(day=self.day)

    def _end(self, turn: date) -> date:
        day = _moved(turn.replace(day=28), 4)
        return day if day == date.max else day.replace(day=self.day) - DAY


class _Named(PeriodCalendar):
    """Explicit periods, such as the thirteen of a railway year; those without a label are named by their days."""

    def __init__(self, periods: Sequence[Period]) -> None:
        self.periods = [
            period if period.label else Period(period.first, period.last, _span(period.first, period.last))
            for period in sorted(periods)
        ]
        for period in self.periods:
            if period.last < period.first:
                raise PeriodsDoNotTile(f"{period.first} is after {period.last}")
        for one, other in zip(self.periods, self.periods[1:], strict=False):
            if other.first != one.last + DAY:
                raise PeriodsDoNotTile(f"{one.last} is not followed by {other.first}")
        self._firsts = [period.first for period in self.periods]

    def of(self, day: date) -> Period | None:
        found = bisect.bisect_right(self._firsts, day) - 1
        if found < 0 or day > self.periods[found].last:
            return None
        return self.periods[found]

    def between(self, first: date, last: date) -> list[Period]:
        start = bisect.bisect_left(self._firsts, first)
        end = bisect.bisect_right(self._firsts, last)
        return self.periods[start:end]


def calendar_for(
    frequency: str, *, contract_month_day: int | None = None, named: Sequence[Period] = ()
) -> PeriodCalendar:
    """The calendar of a frequency (method, section 1).

    Raises ValueError for an unknown frequency or a contract month without its day (1 to 28), and PeriodsDoNotTile
    for named periods with a gap or an overlap.
    """
    match Frequency(frequency):
        case Frequency.DAY:
            return _Days()
        case Frequency.WEEK:
            return _Weeks()
        case Frequency.MONTH:
            return _Months(1)
        case Frequency.QUARTER:
            return _Months(3)
        case Frequency.YEAR:
            return _Months(12)
        case Frequency.CONTRACT_MONTH:
            return _ContractMonths(contract_month_day or 0)
        case _:
            return _Named(named)


def _moved(day: date, days: int) -> date:
    """So many days later; at most the first or last day that there is."""
    try:
        return day + days * DAY
    except OverflowError:
        return date.max if days > 0 else date.min


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _span(first: date, last: date) -> str:
    start = _day(first) if first.year != last.year else f"{first.day} {MONTHS[first.month - 1]}"
    return f"{start} – {_day(last)}"
