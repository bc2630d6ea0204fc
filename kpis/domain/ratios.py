"""Values that are reported as numerator and denominator."""

from decimal import Decimal
from fractions import Fraction

from portal.lib.rounding import half_even

PLACES = 6
PER_CENT = Decimal(100)


class NothingToMeasure(ValueError):
    """The denominator is zero: nothing happened that could have been measured."""


class OddRatio(ValueError):
    """A negative count."""


def ratio(numerator: Decimal, denominator: Decimal, factor: Decimal = PER_CENT) -> Decimal:
    """`numerator ÷ denominator × factor`, rounded half-even to six decimals.

    `factor` 100 gives per cent, 1 a plain rate, 1000 a rate per thousand. Raises NothingToMeasure for a zero
    denominator (the period is then not applicable: neither 0 nor 100 %), OddRatio for negative counts. More hits
    than cases are calculated all the same: `is_odd_share` warns of them.
    """
    if numerator < 0 or denominator < 0:
        raise OddRatio("counts are not negative")
    if denominator == 0:
        raise NothingToMeasure("nothing to measure: the denominator is 0")
    return half_even(Fraction(numerator) / Fraction(denominator) * Fraction(factor), PLACES)


def is_odd_share(numerator: Decimal, denominator: Decimal, factor: Decimal = PER_CENT) -> bool:
    """Whether a share in per cent claims more hits than cases: worth a warning, as it may be a slip or a backlog."""
    return factor == PER_CENT and numerator > denominator
