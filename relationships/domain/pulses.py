"""What a pulse says (method, section 9): an index for each whole side, or nothing where too few answered."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from portal.lib.rounding import half_even

LOWEST: Final = 1
HIGHEST: Final = 7
FEWEST: Final = 3
PLACES: Final = 6
MONTHS_IN_A_QUARTER: Final = 3
LAST_QUARTER_STARTS: Final = 10


def trust_index(total: int, answers: int) -> Decimal | None:
    """`(mean - 1) ÷ 6` of answers from 1 to 7 that add up to `total`; None for fewer than three answers.

    From 0 to 1, rounded half to even to six places.
    """
    if answers < FEWEST:
        return None
    mean = Fraction(total, answers)
    return half_even((mean - LOWEST) / (HIGHEST - LOWEST), PLACES)


def mean_of(index: Decimal) -> Fraction:
    """The mean answer, 1 to 7, that an index stands for."""
    return LOWEST + Fraction(index) * (HIGHEST - LOWEST)


def counts_from(closed_on: date) -> date:
    """The first day of the quarter after the day a pulse was closed: from there on it earns room."""
    first = (closed_on.month - 1) // MONTHS_IN_A_QUARTER * MONTHS_IN_A_QUARTER + 1
    if first == LAST_QUARTER_STARTS:
        return date(closed_on.year + 1, 1, 1)
    return date(closed_on.year, first + MONTHS_IN_A_QUARTER, 1)
