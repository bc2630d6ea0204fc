"""Bands and verdicts (method, section 2).

A band has three thresholds in the KPI's unit and good direction. Every value has exactly one verdict, because each
step is closed on its better side: a value exactly on a threshold has reached it.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import Final

from portal.lib.rounding import millionths

WIGGLE_FROM: Final = Fraction(60)
FULL: Final = Fraction(100)


class Polarity(StrEnum):
    """Which way is better."""

    HIGHER = "HIGHER"
    LOWER = "LOWER"
    WITHIN_RANGE = "WITHIN_RANGE"


class Verdict(IntEnum):
    """The four words of the UK public procurement regime, best highest."""

    GOOD = 3
    APPROACHING = 2
    REQUIRES_IMPROVEMENT = 1
    INADEQUATE = 0


class DisorderedBand(ValueError):
    """The thresholds do not run from floor over tolerance to target in the good direction."""


@dataclass(frozen=True)
class Band:
    """Thresholds in the KPI's unit; the upper half only for a KPI that should stay within a range."""

    floor: Decimal
    tolerance: Decimal
    target: Decimal
    upper_target: Decimal | None = None
    upper_tolerance: Decimal | None = None
    upper_floor: Decimal | None = None

    @property
    def thresholds(self) -> tuple[Decimal, ...]:
        """All thresholds that are set, as they stand in the band: three, or six for a range."""
        six = (self.floor, self.tolerance, self.target, *self.upper_half)
        return tuple(threshold for threshold in six if threshold is not None)

    @property
    def upper_half(self) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
        """Upper target, tolerance and floor; all None for a KPI that is better in one direction."""
        return self.upper_target, self.upper_tolerance, self.upper_floor


@dataclass(frozen=True)
class Judgement:
    """A verdict with its attainment: exact, from 0 to 100, and as whole millionths of full attainment.

    `half` says which half of a range decided, "lower" or "upper"; it is "only" for a KPI that is better in one
    direction, and for a value within its range, where neither half has anything to say.
    """

    verdict: Verdict
    attainment: Fraction
    half: str = "only"

    @property
    def millionths(self) -> int:
        """Attainment ÷ 100 in whole millionths, rounded half-even once: 1,000,000 is full attainment."""
        return millionths(self.attainment / 100)


def judge(polarity: str, band: Band, value: Decimal) -> Judgement:
    """The verdict and attainment of a finite `value` in the KPI's unit (method, section 2).

    Of a range it is the worse of the two halves. Raises DisorderedBand for a range without its upper half; that
    the thresholds run in the right order is for `check` to say, once, when the band is proposed.
    """
    rising = (band.floor, band.tolerance, band.target)
    if polarity == Polarity.HIGHER:
        return _judge_rising(*rising, value, "only")
    if polarity == Polarity.LOWER:
        return _judge_falling(*rising, value, "only")
    if band.target <= value <= _upper(band)[2]:
        return Judgement(Verdict.GOOD, FULL)
    # Below the range only the lower half can fall short, above it only the upper: the other is at full attainment.
    if value < band.target:
        return _judge_rising(*rising, value, "lower")
    return _judge_falling(*_upper(band), value, "upper")


def check(polarity: str, band: Band) -> None:
    """Raises DisorderedBand unless the thresholds are finite and run from bad to good for this polarity."""
    if not all(threshold.is_finite() for threshold in band.thresholds):
        raise DisorderedBand("thresholds are finite numbers")
    rising = band.floor < band.tolerance < band.target
    if polarity == Polarity.WITHIN_RANGE:
        upper_floor, upper_tolerance, upper_target = _upper(band)
        if not (rising and band.target <= upper_target < upper_tolerance < upper_floor):
            raise DisorderedBand("floor < tolerance < target <= upper target < upper tolerance < upper floor")
        return
    if any(threshold is not None for threshold in band.upper_half):
        raise DisorderedBand("only a range has an upper half")
    if polarity == Polarity.HIGHER and not rising:
        raise DisorderedBand("floor < tolerance < target")
    if polarity == Polarity.LOWER and not band.floor > band.tolerance > band.target:
        raise DisorderedBand("floor > tolerance > target")


def _upper(band: Band) -> tuple[Decimal, Decimal, Decimal]:
    upper_target, upper_tolerance, upper_floor = band.upper_half
    if upper_target is None or upper_tolerance is None or upper_floor is None:
        raise DisorderedBand("a range needs three thresholds in each half")
    return upper_floor, upper_tolerance, upper_target


def _judge_rising(
    floor: Decimal, tolerance: Decimal, target: Decimal, value: Decimal, half: str
) -> Judgement:
    if value >= target:
        return Judgement(Verdict.GOOD, FULL, half)
    if value >= tolerance:
        way = _way(tolerance, target, value)
        return Judgement(Verdict.APPROACHING, WIGGLE_FROM + way * (FULL - WIGGLE_FROM), half)
    if value >= floor:
        return Judgement(Verdict.REQUIRES_IMPROVEMENT, _way(floor, tolerance, value) * WIGGLE_FROM, half)
    return Judgement(Verdict.INADEQUATE, Fraction(0), half)


def _judge_falling(
    floor: Decimal, tolerance: Decimal, target: Decimal, value: Decimal, half: str
) -> Judgement:
    # Lower is better is higher is better seen in a mirror; copy_negate, unlike minus, never rounds.
    return _judge_rising(
        floor.copy_negate(), tolerance.copy_negate(), target.copy_negate(), value.copy_negate(), half
    )


def _way(start: Decimal, end: Decimal, value: Decimal) -> Fraction:
    """How far from `start` to `end` a value has come, exactly."""
    return (Fraction(value) - Fraction(start)) / (Fraction(end) - Fraction(start))
