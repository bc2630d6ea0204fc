"""Values that are reported as numerator and denominator."""

from decimal import Decimal
from fractions import Fraction

from portal.lib.rounding import half_even

PLACES = 6


class NothingToMeasure(ValueError):
    """The denominator is zero: nothing happened that could have been measured."""


class OddRatio(ValueError):
    """A negative count, or more hits than cases where a share was asked for."""


def ratio(numerator: Decimal, denominator: Decimal, factor: Decimal = Decimal(100)) -> Decimal:
    """`numerator ÷ denominator × factor`, rounded half-even to six decimals.

    Raises NothingToMeasure for a zero denominator, OddRatio for negative counts.
    """
    if denominator == 0:
        raise NothingToMeasure("nothing to measure: the denominator is 0")
    if numerator < 0 or denominator < 0:
        raise OddRatio("counts are not negative")
    return half_even(Fraction(numerator) / Fraction(denominator) * Fraction(factor), PLACES)


def is_odd_share(numerator: Decimal, denominator: Decimal) -> bool:
    """Whether more hits than cases are reported: possible in a rate, suspicious in a share."""
    return numerator > denominator
