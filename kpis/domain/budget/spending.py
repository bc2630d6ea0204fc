"""What one period spends."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from kpis.domain.bands import FULL, WIGGLE_FROM, Band, Judgement, Verdict, judge
from kpis.domain.periods import Period

NOTHING: Final = Fraction(0)


@dataclass(frozen=True)
class Spent:
    """What one period spent, from 0 to 1. Who counts periods leaves out, or gives 0 for, those that are relieved."""

    period: Period
    units: Fraction


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


def counts_as_miss(verdict: int, exhausted_before: bool) -> bool:
    """Whether a period missed: worse than its wiggle room, or in it when the allowance was used up already."""
    return verdict < Verdict.APPROACHING or (exhausted_before and verdict == Verdict.APPROACHING)
