"""What is left of an allowance, how fast it goes, and when it is gone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from kpis.domain.budget.ledger import MONTH, QUARTER, YEAR, Ledger, is_used_up
from kpis.domain.budget.spending import NOTHING, Spent
from kpis.domain.periods import DAY

FAST_MONTH: Final = Fraction(3)
FAST_QUARTER: Final = Fraction(2)


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
        return is_used_up(self.spent_12, self.allowance)

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


def burn(spent: Fraction, allowance: Decimal, months: int) -> Fraction:
    """`(spent ÷ allowance) × (12 ÷ months)`: at 1 a year uses up exactly the year's allowance.

    Raises NoRoomAgreed for an allowance that is not above 0.
    """
    if allowance <= 0:
        raise NoRoomAgreed("an allowance of nothing has no pace")
    return spent / Fraction(allowance) * Fraction(YEAR, months)


def get_budget(spendings: Sequence[Spent], allowance: Decimal, *, as_of: date) -> Budget:
    """The budget as of the end of a day; periods that end later are not looked at, their order is free.

    The forecast: `pace` is what was spent in the last three months, divided by their days. On a later day there will
    have been spent what of today's spendings is then still in the twelve months, plus `pace × days from today`. The
    first day within the next twelve months on which that reaches the allowance is `exhausted_on`; there is none
    without a pace, and none once the allowance is used up. Raises ImpossibleAllowance.
    """
    _check(allowance)
    ledger = Ledger.of(one for one in spendings if one.period.last <= as_of)
    is_gone = ledger.is_used_up(allowance, as_of)
    return Budget(
        allowance=allowance,
        as_of=as_of,
        spent_1=ledger.spent(as_of, MONTH),
        spent_3=ledger.spent(as_of, QUARTER),
        spent_12=ledger.spent(as_of, YEAR),
        exhausted_since=ledger.used_up_since(allowance) if is_gone else None,
        exhausted_on=None if is_gone else ledger.forecast(allowance, as_of),
    )


def is_exhausted_after(spendings: Iterable[Spent], allowance: Decimal, day: date) -> bool:
    """Whether, at the end of `day`, the twelve months up to it have used up the allowance.

    Ask it for the day before a period's first to know whether that period still had room. Raises ImpossibleAllowance.
    """
    _check(allowance)
    return Ledger.of(spendings).is_used_up(allowance, day)


def exhausted_before(spendings: Sequence[Spent], allowances: Sequence[Decimal | None]) -> tuple[bool, ...]:
    """For each period, in the order given, whether its allowance was used up on the day before it began.

    Each period has the allowance of the terms that judge it; None, where none is agreed, is never used up.
    """
    ledger = Ledger.of(spendings)
    return tuple(
        allowance is not None and ledger.is_used_up(allowance, one.period.first - DAY)
        for one, allowance in zip(spendings, allowances, strict=True)
    )


def _check(allowance: Decimal) -> None:
    if not (allowance.is_finite() and allowance >= 0):
        raise ImpossibleAllowance("an allowance is 0 or more")
