"""Weights as shares that visibly sum to one hundred."""

from collections.abc import Hashable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def shares(weights: Mapping[Key, int]) -> dict[Key, Decimal]:
    """Each weight's share in per cent with one decimal; together exactly 100.0 (largest remainder method).

    No weights, or only zeros, give no shares. Raises ValueError for a negative weight.
    """
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("weights are not negative")
    total = sum(weights.values())
    if not total:
        return {}
    exact = {key: Fraction(weight * 1000, total) for key, weight in weights.items()}
    tenths = {key: int(share) for key, share in exact.items()}
    left = 1000 - sum(tenths.values())
    # Ties go to whoever stands first, so that the same weights always give the same shares.
    by_remainder = sorted(weights, key=lambda key: tenths[key] - exact[key])
    for key in by_remainder[:left]:
        tenths[key] += 1
    return {key: Decimal(value).scaleb(-1) for key, value in tenths.items()}
