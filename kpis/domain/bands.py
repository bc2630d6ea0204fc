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
    def has_upper_half(self) -> bool:
        return self.upper_target is not None


@dataclass(frozen=True)
class Judgement:
    """A verdict with its attainment, exact (0 to 100) and in whole millionths of full attainment.

    `half` says which side of a range decided: "only" for one-sided KPIs, else "lower" or "upper".
    """

    verdict: Verdict
    attainment: Fraction
    half: str = "only"

    @property
    def millionths(self) -> int:
        return millionths(self.attainment / 100)


def judge(polarity: str, band: Band, value: Decimal) -> Judgement:
    """The verdict and attainment of `value`; of a range, the worse of its two halves (method, section 2)."""
    if polarity == Polarity.HIGHER:
        return _judge_rising(band.floor, band.tolerance, band.target, value, "only")
    if polarity == Polarity.LOWER:
        return _judge_rising(-band.floor, -band.tolerance, -band.target, -value, "only")
    lower = _judge_rising(band.floor, band.tolerance, band.target, value, "lower")
    upper_target, upper_tolerance, upper_floor = _upper_half(band)
    upper = _judge_rising(-upper_floor, -upper_tolerance, -upper_target, -value, "upper")
    return upper if (upper.verdict, upper.attainment) < (lower.verdict, lower.attainment) else lower


def check(polarity: str, band: Band) -> None:
    """Raises DisorderedBand unless the thresholds run from bad to good for this polarity."""
    rising = band.floor < band.tolerance < band.target
    falling = band.floor > band.tolerance > band.target
    if polarity == Polarity.WITHIN_RANGE:
        upper_target, upper_tolerance, upper_floor = _upper_half(band)
        if not (rising and band.target <= upper_target < upper_tolerance < upper_floor):
            raise DisorderedBand("floor < tolerance < target <= upper target < upper tolerance < upper floor")
        return
    if band.has_upper_half:
        raise DisorderedBand("only a range has an upper half")
    if not (rising if polarity == Polarity.HIGHER else falling):
        raise DisorderedBand(
            "floor < tolerance < target" if polarity == Polarity.HIGHER else "floor > tolerance > target"
        )


def _upper_half(band: Band) -> tuple[Decimal, Decimal, Decimal]:
    if band.upper_target is None or band.upper_tolerance is None or band.upper_floor is None:
        raise DisorderedBand("a range needs three thresholds in each half")
    return band.upper_target, band.upper_tolerance, band.upper_floor


def _judge_rising(
    floor: Decimal, tolerance: Decimal, target: Decimal, value: Decimal, half: str
) -> Judgement:
    if value >= target:
        return Judgement(Verdict.GOOD, FULL, half)
    if value >= tolerance:
        way = Fraction(value - tolerance) / Fraction(target - tolerance)
        return Judgement(Verdict.APPROACHING, WIGGLE_FROM + way * (FULL - WIGGLE_FROM), half)
    if value >= floor:
        way = Fraction(value - floor) / Fraction(tolerance - floor)
        return Judgement(Verdict.REQUIRES_IMPROVEMENT, way * WIGGLE_FROM, half)
    return Judgement(Verdict.INADEQUATE, Fraction(0), half)
