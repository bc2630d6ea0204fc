"""Verdicts of whole columns of values; digit for digit what `kpis.domain.bands.judge` says of each."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
FULL, WIGGLE = 1_000_000, 600_000


def judge_columns(
    higher: NDArray[np.bool_], floor: Numbers, tolerance: Numbers, target: Numbers, value: Numbers
) -> tuple[Numbers, Numbers]:
    """(verdict, attainment in millionths) of each value; all numbers in the same whole units.

    Lower is better is higher is better seen in a mirror, as in the plain function.
    """
    sign = np.where(higher, 1, -1)
    f, t, g, v = (sign * column for column in (floor, tolerance, target, value))
    verdict = (v >= f).astype(np.int64) + (v >= t) + (v >= g)
    upper = WIGGLE + _half_even((FULL - WIGGLE) * (v - t), g - t)
    lower = _half_even(WIGGLE * (v - f), t - f)
    return verdict, np.select([v >= g, v >= t, v >= f], [np.full_like(v, FULL), upper, lower], 0)


def _half_even(numerator: Numbers, denominator: Numbers) -> Numbers:
    """numerator ÷ denominator (positive), rounded half to even."""
    whole, rest = np.divmod(numerator, denominator)
    is_up = (2 * rest > denominator) | ((2 * rest == denominator) & (whole % 2 == 1))
    rounded: Any = whole + is_up
    return np.asarray(rounded, dtype=np.int64)
