"""Windows of months, and what was spent in them.

A window of w months up to a day holds the periods whose last day lies in it: after the day w months before, up to and
including the day itself. Month ends meet month ends: a month up to 30 November starts after 31 October.
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from math import ceil
from typing import Final

from kpis.domain.budget.spending import NOTHING, Spent

YEAR: Final = 12
QUARTER: Final = 3
MONTH: Final = 1


@dataclass(frozen=True, slots=True)
class Ledger:
    """Spendings by their last day with running totals, so that any window is one subtraction."""

    ends: Sequence[date]
    totals: Sequence[Fraction]

    @classmethod
    def of(cls, spendings: Iterable[Spent]) -> "Ledger":
        by_end = sorted(spendings, key=lambda one: one.period.last)
        totals = accumulate((one.units for one in by_end), initial=NOTHING)
        return cls([one.period.last for one in by_end], list(totals))

    def spent(self, day: date, months: int) -> Fraction:
        """What the window of so many months up to the end of `day` holds."""
        return self._until(day) - self._until(months_before(day, months))

    def is_used_up(self, allowance: Decimal, day: date) -> bool:
        """Whether the twelve months up to the end of `day` have used up the allowance."""
        return is_used_up(self.spent(day, YEAR), allowance)

    def used_up_since(self, allowance: Decimal) -> date:
        """The first of the latest period ends in a row at which the allowance was used up; it is at the last one."""
        since = self.ends[-1]
        for end in reversed(self.ends):
            if not self.is_used_up(allowance, end):
                break
            since = end
        return since

    def forecast(self, allowance: Decimal, as_of: date) -> date | None:
        """Until the next old spending leaves the window the sum grows straight: each such stretch is one step.

        Once all of them have left nothing more can come: a whole year at this pace is no more than the sum was on the
        day before the first spending of the last three months left.
        """
        pace = self.spent(as_of, QUARTER) / (as_of - months_before(as_of, QUARTER)).days
        if not pace:
            return None
        gone = bisect_right(self.ends, months_before(as_of, YEAR))
        for end, left_before in zip(self.ends[gone:], self.totals[gone:], strict=False):
            missing = Fraction(allowance) - (self.totals[-1] - left_before)
            days = ceil(missing / pace)
            if days < (_leaves_on(end) - as_of).days:
                return as_of + timedelta(days=days)
        return None

    def _until(self, day: date) -> Fraction:
        return self.totals[bisect_right(self.ends, day)]


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of a shorter month; a month's last day stays a last day."""
    year, month = divmod(day.year * YEAR + day.month - 1 - months, YEAR)
    last = monthrange(year, month + 1)[1]
    is_month_end = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_month_end else min(day.day, last))


def is_used_up(spent: Fraction, allowance: Decimal) -> bool:
    """Whether so much uses up the allowance; nothing uses up nothing."""
    return spent > 0 and spent >= Fraction(allowance)


def _leaves_on(last_day: date) -> date:
    """The first day whose twelve months no longer hold a period that ended on `last_day`."""
    year = last_day.year + 1
    return last_day.replace(year=year, day=min(last_day.day, monthrange(year, last_day.month)[1]))
