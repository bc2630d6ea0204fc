"""What a signal is good for, and what to expect against the target."""

from enum import StrEnum
from fractions import Fraction

from kpis.domain.bands import Band, DisorderedBand, Polarity
from kpis.domain.signals.causes import Direction
from kpis.domain.signals.limits import Limits


class Meaning(StrEnum):
    """What a signal is good for; CHANGE is neither, as when a value moves about within the range agreed for it."""

    IMPROVEMENT = "IMPROVEMENT"
    CONCERN = "CONCERN"
    CHANGE = "CHANGE"


class Assurance(StrEnum):
    """What to expect against the target while nothing changes."""

    CONSISTENTLY_MEETS = "CONSISTENTLY_MEETS"
    CONSISTENTLY_MISSES = "CONSISTENTLY_MISSES"
    HIT_OR_MISS = "HIT_OR_MISS"


def meaning(
    polarity: str,
    direction: str,
    *,
    band: Band | None = None,
    start: Fraction | None = None,
    end: Fraction | None = None,
) -> Meaning:
    """Direction × polarity. For a range: nearer to the band's range at `end` than at `start` is an improvement.

    Without band, start or end, and where both are equally near (both within the range, say), a range just changed.
    """
    if polarity != Polarity.WITHIN_RANGE:
        is_better = (direction == Direction.UP) == (polarity == Polarity.HIGHER)
        return Meaning.IMPROVEMENT if is_better else Meaning.CONCERN
    if band is None or start is None or end is None:
        return Meaning.CHANGE
    before, after = _distance(band, start), _distance(band, end)
    if before == after:
        return Meaning.CHANGE
    return Meaning.IMPROVEMENT if after < before else Meaning.CONCERN


def assurance(polarity: str, band: Band, limits: Limits) -> Assurance:
    """Whether everything between the limits is at target or better, worse than target, or now this, now that."""
    low, high = _good(polarity, band)
    if (low is None or limits.lower >= low) and (high is None or limits.upper <= high):
        return Assurance.CONSISTENTLY_MEETS
    if (low is not None and limits.upper < low) or (high is not None and limits.lower > high):
        return Assurance.CONSISTENTLY_MISSES
    return Assurance.HIT_OR_MISS


def _good(polarity: str, band: Band) -> tuple[Fraction | None, Fraction | None]:
    """The lowest and the highest value that is GOOD; None is open to that side."""
    if polarity == Polarity.WITHIN_RANGE:
        return _range(band)
    target = Fraction(band.target)
    return (target, None) if polarity == Polarity.HIGHER else (None, target)


def _distance(band: Band, value: Fraction) -> Fraction:
    low, high = _range(band)
    return max(low - value, value - high, Fraction(0))


def _range(band: Band) -> tuple[Fraction, Fraction]:
    if band.upper_target is None:
        raise DisorderedBand("a range needs three thresholds in each half")
    return Fraction(band.target), Fraction(band.upper_target)
