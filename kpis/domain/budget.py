"""The wiggle-room budget (method, section 5): a KPI may be in its wiggle room sometimes; how often is agreed.

Everything here is exact; what a screen shows is rounded there. A window of w months up to a day holds the periods
whose last day lies in it: after the day w months before, up to and including the day itself. Month ends meet month
ends: a month up to 30 November starts after 31 October.
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate
from math import ceil
from typing import Final

from kpis.domain.bands import FULL, WIGGLE_FROM, Band, Judgement, Verdict, judge
from kpis.domain.periods import DAY, Period

YEAR: Final = 12
QUARTER: Final = 3
MONTH: Final = 1
FAST_MONTH: Final = Fraction(3)
FAST_QUARTER: Final = Fraction(2)
NOTHING: Final = Fraction(0)


class NoRoomAgreed(ValueError):
    """Spending has no pace where the allowance is nothing: there is nothing to use up."""


class ImpossibleAllowance(ValueError):
    """An allowance is a finite number, 0 or more."""


class Signal(StrEnum):
    """What a budget has to say, in the order in which it is said."""

    BURN_MONTH = "BURN_MONTH"
    BURN_QUARTER = "BURN_QUARTER"
    EXHAUSTED = "EXHAUSTED"


@dataclass(frozen=True)
class Spent:
    """What one period spent, from 0 to 1. Who counts periods leaves out, or gives 0 for, those that are relieved."""

    period: Period
    units: Fraction


@dataclass(frozen=True)
class Budget:
    """The wiggle room of one KPI as of a day.

    `balance` is what is left, below 0 when more was spent than agreed; `share_left` never leaves 0 to 1. An allowance
    of 0 means "no room": it is exhausted as soon as anything is spent, nothing is left of it, and it has no burn.
    `exhausted_since` is the last day of the period from which on the allowance has been used up; `exhausted_on` is the
    day on which it will be, at the pace of the last three months (see `get_budget`).
    """

    allowance: Decimal
    as_of: date
    spent_1: Fraction
    spent_3: Fraction
    spent_12: Fraction
    exhausted_since: date | None
    exhausted_on: date | None

    @property
    def balance(self) -> Fraction:
        return Fraction(self.allowance) - self.spent_12

    @property
    def share_left(self) -> Fraction:
        return max(NOTHING, self.balance / Fraction(self.allowance)) if self.allowance else NOTHING

    @property
    def is_exhausted(self) -> bool:
        return _is_used_up(self.spent_12, self.allowance)

    @property
    def burn_1(self) -> Fraction | None:
        return self._burn(self.spent_1, MONTH)

    @property
    def burn_3(self) -> Fraction | None:
        return self._burn(self.spent_3, QUARTER)

    @property
    def burn_12(self) -> Fraction | None:
        return self._burn(self.spent_12, YEAR)

    @property
    def signals(self) -> tuple[Signal, ...]:
        """For the go-to pair, the operational forum and the tactical forum, in this order."""
        said = {
            Signal.BURN_MONTH: self.burn_1 is not None and self.burn_1 >= FAST_MONTH,
            Signal.BURN_QUARTER: self.burn_3 is not None and self.burn_3 >= FAST_QUARTER,
            Signal.EXHAUSTED: self.is_exhausted,
        }
        return tuple(signal for signal, is_said in said.items() if is_said)

    def _burn(self, spent: Fraction, months: int) -> Fraction | None:
        return burn(spent, self.allowance, months) if self.allowance else None


def spend(polarity: str, band: Band, value: Decimal) -> Fraction:
    """What a period with this value takes from the allowance, by the band that judges it (flexed, if it was)."""
    return spend_of(judge(polarity, band, value))


def spend_of(judgement: Judgement) -> Fraction:
    """0 if GOOD, the way from target to tolerance if APPROACHING, 1 if worse; of a range, the half that decided.

    Attainment runs straight from 100 at target to 60 at tolerance, so it knows that way already.
    """
    if judgement.verdict == Verdict.APPROACHING:
        return (FULL - judgement.attainment) / (FULL - WIGGLE_FROM)
    return NOTHING if judgement.verdict == Verdict.GOOD else Fraction(1)


def burn(spent: Fraction, allowance: Decimal, months: int) -> Fraction:
    """`(spent ÷ allowance) × (12 ÷ months)`: at 1 a year uses up exactly the year's allowance.

    Raises NoRoomAgreed for an allowance that is not above 0.
    """
    if allowance <= 0:
        raise NoRoomAgreed("an allowance of nothing has no pace")
    return spent / Fraction(allowance) * Fraction(YEAR, months)


def counts_as_miss(verdict: int, exhausted_before: bool) -> bool:
    """Whether a period missed: worse than its wiggle room, or in it when the allowance was used up already."""
    return verdict < Verdict.APPROACHING or (exhausted_before and verdict == Verdict.APPROACHING)


def get_budget(spendings: Sequence[Spent], allowance: Decimal, *, as_of: date) -> Budget:
    """The budget as of the end of a day; periods that end later are not looked at, their order is free.

    The forecast: `pace` is what was spent in the last three months, divided by their days. On a later day there will
    have been spent what of today's spendings is then still in the twelve months, plus `pace × days from today`. The
    first day within the next twelve months on which that reaches the allowance is `exhausted_on`; there is none
    without a pace, and none once the allowance is used up. Raises ImpossibleAllowance.
    """
    _check(allowance)
    ledger = _Ledger.of(one for one in spendings if one.period.last <= as_of)
    is_used_up = ledger.is_used_up(allowance, as_of)
    return Budget(
        allowance=allowance,
        as_of=as_of,
        spent_1=ledger.spent(as_of, MONTH),
        spent_3=ledger.spent(as_of, QUARTER),
        spent_12=ledger.spent(as_of, YEAR),
        exhausted_since=ledger.used_up_since(allowance) if is_used_up else None,
        exhausted_on=None if is_used_up else ledger.forecast(allowance, as_of),
    )


def is_exhausted_after(spendings: Iterable[Spent], allowance: Decimal, day: date) -> bool:
    """Whether, at the end of `day`, the twelve months up to it have used up the allowance.

    Ask it for the day before a period's first to know whether that period still had room. Raises ImpossibleAllowance.
    """
    _check(allowance)
    return _Ledger.of(spendings).is_used_up(allowance, day)


def exhausted_before(spendings: Sequence[Spent], allowances: Sequence[Decimal | None]) -> tuple[bool, ...]:
    """For each period, in the order given, whether its allowance was used up on the day before it began.

    Each period has the allowance of the terms that judge it; None, where none is agreed, is never used up.
    """
    ledger = _Ledger.of(spendings)
    return tuple(
        allowance is not None and ledger.is_used_up(allowance, one.period.first - DAY)
        for one, allowance in zip(spendings, allowances, strict=True)
    )


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of a shorter month; a month's last day stays a last day."""
    year, month = divmod(day.year * YEAR + day.month - 1 - months, YEAR)
    last = monthrange(year, month + 1)[1]
    is_month_end = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_month_end else min(day.day, last))


@dataclass(frozen=True, slots=True)
class _Ledger:
    """Spendings by their last day with running totals, so that any window is one subtraction."""

    ends: Sequence[date]
    totals: Sequence[Fraction]

    @classmethod
    def of(cls, spendings: Iterable[Spent]) -> "_Ledger":
        by_end = sorted(spendings, key=lambda one: one.period.last)
        totals = accumulate((one.units for one in by_end), initial=NOTHING)
        return cls([one.period.last for one in by_end], list(totals))

    def spent(self, day: date, months: int) -> Fraction:
        """What the window of so many months up to the end of `day` holds."""
        return self._until(day) - self._until(months_before(day, months))

    def is_used_up(self, allowance: Decimal, day: date) -> bool:
        return _is_used_up(self.spent(day, YEAR), allowance)

    def used_up_since(self, allowance: Decimal) -> date:
        """The first of the latest period ends in a row at which the allowance was used up; it is at the last one."""
        since = self.ends[-1]
        for end in reversed(self.ends):
            if not self.is_used_up(allowance, end):
                break
            since = end
        return since

    def forecast(self, allowance: Decimal, as_of: date) -> date | None:
        """Until the next old spending leaves the window the sum grows straight: each such stretch is one step."""
        pace = self.spent(as_of, QUARTER) / (as_of - months_before(as_of, QUARTER)).days
        if not pace:
            return None
        gone = bisect_right(self.ends, months_before(as_of, YEAR))
        stretches = [(_leaves_on(end), total) for end, total in zip(self.ends, self.totals, strict=False)]
        stretches.append((_leaves_on(as_of) + DAY, self.totals[-1]))
        for until, left_before in stretches[gone:]:
            missing = Fraction(allowance) - (self.totals[-1] - left_before)
            days = ceil(missing / pace)
            if days < (until - as_of).days:
                return as_of + timedelta(days=days)
        return None

    def _until(self, day: date) -> Fraction:
        return self.totals[bisect_right(self.ends, day)]


def _is_used_up(spent: Fraction, allowance: Decimal) -> bool:
    return spent > 0 and spent >= Fraction(allowance)


def _check(allowance: Decimal) -> None:
    if not (allowance.is_finite() and allowance >= 0):
        raise ImpossibleAllowance("an allowance is 0 or more")


def _leaves_on(last_day: date) -> date:
    """The first day whose twelve months no longer hold a period that ended on `last_day`."""
    year = last_day.year + 1
    return last_day.replace(year=year, day=min(last_day.day, monthrange(year, last_day.month)[1]))
