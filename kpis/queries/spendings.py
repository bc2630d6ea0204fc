"""What periods take from the wiggle room, by the thresholds that judged them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from kpis.domain.bands import Band, Verdict
from kpis.domain.budget import NOTHING, YEAR, Spent, counts_as_miss, exhausted_before, months_before, spend
from kpis.domain.periods import Period
from kpis.models import Reading


class Told(Protocol):
    """What a reading, standing or past, says of its period."""

    @property
    def value(self) -> Decimal | None: ...
    @property
    def state(self) -> str: ...
    @property
    def is_not_applicable(self) -> bool: ...
    @property
    def verdict(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Spending:
    """What one period took from the allowance of the terms that judged it; None where they agree none.

    `status` is DISPUTED or NOT_APPLICABLE for a period that spends nothing whatever its value, else "".
    `balance_after` is what the twelve months up to the period's last day left of that allowance.
    """

    period: Period
    verdict: int | None
    units: Fraction
    allowance: Decimal | None
    balance_after: Fraction | None
    was_exhausted_before: bool
    status: str = ""

    @property
    def overspent(self) -> Fraction:
        """By how much the twelve months up to its last day spent more than was agreed; 0 where they did not."""
        return max(NOTHING, -self.balance_after) if self.balance_after is not None else NOTHING

    @property
    def is_miss(self) -> bool:
        """Worse than its wiggle room, or in it when the allowance was used up already."""
        if self.verdict is None or self.status:
            return False
        return counts_as_miss(self.verdict, self.was_exhausted_before)

    @property
    def is_miss_by_exhaustion(self) -> bool:
        """In its wiggle room, and a miss all the same."""
        return self.is_miss and self.verdict == Verdict.APPROACHING


@dataclass(frozen=True, slots=True)
class Entry:
    """One period as the ledger wants it: what was told of it, and the thresholds and allowance that judged it."""

    period: Period
    told: Told
    band: Band | None
    allowance: Decimal | None


def spendings_from(polarity: str, entries: Sequence[Entry]) -> list[Spending]:
    """What each period spent, oldest first, and whether its allowance was used up before it began."""
    spent = [Spent(one.period, _units(polarity, one)) for one in entries]
    used_up = exhausted_before(spent, [one.allowance for one in entries])
    return [
        Spending(
            entry.period,
            entry.told.verdict,
            one.units,
            entry.allowance,
            None if entry.allowance is None else Fraction(entry.allowance) - year,
            was_used_up,
            _status(entry.told),
        )
        for entry, one, was_used_up, year in zip(entries, spent, used_up, _years(spent), strict=True)
    ]


def _units(polarity: str, entry: Entry) -> Fraction:
    told = entry.told
    if told.verdict is None or told.verdict == Verdict.GOOD or _status(told):
        return NOTHING
    if told.verdict < Verdict.APPROACHING or entry.band is None or told.value is None:
        return Fraction(1)
    return spend(polarity, entry.band, told.value)


def _status(told: Told) -> str:
    if told.state == Reading.State.DISPUTED:
        return "DISPUTED"
    return "NOT_APPLICABLE" if told.is_not_applicable else ""


def _years(spent: Sequence[Spent]) -> list[Fraction]:
    """For each period, oldest first, what the twelve months up to its last day spent: one walk with two ends."""
    found, first, total = [], 0, NOTHING
    for one in spent:
        total += one.units
        opens = months_before(one.period.last, YEAR)
        while spent[first].period.last <= opens:
            total -= spent[first].units
            first += 1
        found.append(total)
    return found
