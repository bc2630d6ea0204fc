"""The limits of ordinary variation."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final

WINDOW: Final = 24
FEWEST: Final = 6
SETTLED: Final = 12
TO_LIMIT: Final = Fraction("2.66")
SCREEN: Final = Fraction("3.267")


@dataclass(frozen=True)
class Limits:
    """The limits of ordinary variation, drawn from `points` values of which `screened` moving ranges were left out."""

    mean: Fraction
    lower: Fraction
    upper: Fraction
    points: int
    screened: int

    @property
    def is_provisional(self) -> bool:
        return self.points < SETTLED


def process_limits(values: Sequence[Decimal], *, is_screened: bool = True) -> Limits | None:
    """Mean and limits of the last 24 values; None for fewer than 6.

    Moving ranges of 3.267 times their mean or more are left out once, unless the limits are asked for without that.
    They are kept where nothing would vary without them (all other values are the same): limits without width would
    call every point a signal.
    """
    recent = [Fraction(value) for value in values[-WINDOW:]]
    if len(recent) < FEWEST:
        return None
    mean = _mean(recent)
    ranges = [abs(later - earlier) for earlier, later in pairwise(recent)]
    usual = _mean(ranges)
    ordinary = [one for one in ranges if one < SCREEN * usual]
    kept = ordinary if is_screened and any(ordinary) else ranges
    reach = TO_LIMIT * _mean(kept)
    return Limits(mean, mean - reach, mean + reach, len(recent), len(ranges) - len(kept))


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)
