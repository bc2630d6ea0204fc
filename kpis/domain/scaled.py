"""Judging by the thousand: the same verdicts as `bands.judge`, on whole millionths of the KPI's unit.

Readings and thresholds are stored with six decimals, so as whole numbers nothing is lost, and whole numbers are an
order of magnitude faster than fractions. A property test holds both equal.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kpis.domain.bands import Band, Polarity, Verdict

FULL: Final = 1_000_000
WIGGLE_FROM: Final = 600_000
PLACES: Final = 6

Verdicts = tuple[int, int]
GOOD: Final[Verdicts] = (int(Verdict.GOOD), FULL)
INADEQUATE: Final[Verdicts] = (int(Verdict.INADEQUATE), 0)


def scaled(value: Decimal) -> int:
    """A number with at most six decimals in whole millionths."""
    return int(value.scaleb(PLACES))


@dataclass(frozen=True, slots=True)
class _Half:
    """Three thresholds, rising; a half in which lower is better stands here in the mirror, negated."""

    floor: int
    tolerance: int
    target: int

    def judge(self, value: int) -> Verdicts:
        if value >= self.target:
            return GOOD
        if value >= self.tolerance:
            way = _share(value - self.tolerance, self.target - self.tolerance, FULL - WIGGLE_FROM)
            return int(Verdict.APPROACHING), WIGGLE_FROM + way
        if value >= self.floor:
            way = _share(value - self.floor, self.tolerance - self.floor, WIGGLE_FROM)
            return int(Verdict.REQUIRES_IMPROVEMENT), way
        return INADEQUATE


@dataclass(frozen=True, slots=True)
class ScaledBand:
    """A band in whole millionths of the unit; `lower` judges what is too small, `upper` what is too large."""

    lower: _Half | None
    upper: _Half | None

    def judge(self, value: int) -> Verdicts:
        """(verdict, attainment in whole millionths) of a value in whole millionths of the unit."""
        if self.lower is not None and (self.upper is None or value < self.lower.target):
            return self.lower.judge(value)
        return GOOD if self.upper is None else self.upper.judge(-value)


def scaled_band(polarity: str, band: Band) -> ScaledBand:
    """A band, known to be in order for this polarity, made ready for many values."""
    first = (band.floor, band.tolerance, band.target)
    if polarity == Polarity.HIGHER:
        return ScaledBand(_Half(*map(scaled, first)), None)
    if polarity == Polarity.LOWER:
        return ScaledBand(None, _mirrored(*first))
    upper = [threshold for threshold in band.upper_half if threshold is not None]
    target, tolerance, floor = upper
    return ScaledBand(_Half(*map(scaled, first)), _mirrored(floor, tolerance, target))


def _mirrored(floor: Decimal, tolerance: Decimal, target: Decimal) -> _Half:
    return _Half(-scaled(floor), -scaled(tolerance), -scaled(target))


def _share(part: int, whole: int, of: int) -> int:
    """`of × part ÷ whole`, rounded half to even."""
    quotient, remainder = divmod(of * part, whole)
    twice = 2 * remainder
    return quotient + int(twice > whole or (twice == whole and quotient % 2 == 1))
