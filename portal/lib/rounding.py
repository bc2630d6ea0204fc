"""Rounding happens once, at the end, half to even, here."""

from decimal import Decimal
from fractions import Fraction


def half_even(value: Decimal | Fraction | int, places: int) -> Decimal:
    """`value` with exactly `places` decimals; what lies exactly half way goes to the even neighbour.

    Works on the exact value, however many digits it has, and never on a binary float.
    """
    scaled = round(Fraction(value) * 10**places)  # round() of a Fraction is exact and half to even
    digits = tuple(int(digit) for digit in str(abs(scaled)))
    return Decimal((int(scaled < 0), digits, -places))


def millionths(share: Fraction) -> int:
    """A share of 1 in whole millionths, half to even."""
    return round(share * 1_000_000)
