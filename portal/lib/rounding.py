"""Rounding happens once, at the end, half to even, here."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)


def half_even(value: Decimal | Fraction | int, places: int) -> Decimal:
    """`value` with `places` decimals; exactly half goes to the even neighbour."""
    exact = Fraction(value)
    scaled = round(exact * 10**places)  # round() of a Fraction is exact and half to even
    return Decimal(scaled).scaleb(-places, context=_WIDE)


def millionths(share: Fraction) -> int:
    """A share of 1 in whole millionths, half to even."""
    return round(share * 1_000_000)
