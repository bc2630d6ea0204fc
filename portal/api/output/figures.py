"""Numbers, bands, limits and lines of arithmetic, as several answers hold them."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from rest_framework import serializers

from kpis.domain.bands import Band
from kpis.domain.flex import six
from kpis.domain.signals import Limits
from portal.lib.rounding import half_even
from portal.queries.method import Step
from portal.queries.method.steps import NAMES

PLACES: Final = 6
NUMBER: Final[dict[str, Any]] = {"max_digits": None, "decimal_places": PLACES}
VERDICT: Final[dict[str, Any]] = {"min_value": 0, "max_value": 3, "allow_null": True}


class StepOutput(serializers.Serializer[Any]):
    """One line of the arithmetic."""

    name = serializers.CharField()
    formula = serializers.CharField()


class ThresholdsOutput(serializers.Serializer[Any]):
    """A band; the upper half is null where there is only one direction."""

    floor = serializers.DecimalField(**NUMBER)
    tolerance = serializers.DecimalField(**NUMBER)
    target = serializers.DecimalField(**NUMBER)
    upper_target = serializers.DecimalField(**NUMBER, allow_null=True)
    upper_tolerance = serializers.DecimalField(**NUMBER, allow_null=True)
    upper_floor = serializers.DecimalField(**NUMBER, allow_null=True)


class LimitsOutput(serializers.Serializer[Any]):
    """Mean and limits, and how many moving ranges were screened out."""

    mean = serializers.DecimalField(**NUMBER)
    lower = serializers.DecimalField(**NUMBER)
    upper = serializers.DecimalField(**NUMBER)
    points = serializers.IntegerField()
    screened = serializers.IntegerField()
    is_provisional = serializers.BooleanField()


def steps(lines: Sequence[Step]) -> list[dict[str, str]]:
    """The arithmetic, line by line."""
    return [{"name": line.name, "formula": line.formula} for line in lines]


def thresholds(band: Band) -> dict[str, str | None]:
    """A band by the names of its thresholds."""
    return {name: number(value) for name, value in zip(NAMES, six(band), strict=True)}


def limits(found: Limits | None) -> dict[str, Any] | None:
    """Mean and limits; None while there are too few values."""
    if found is None:
        return None
    return {
        "mean": number(found.mean),
        "lower": number(found.lower),
        "upper": number(found.upper),
        "points": found.points,
        "screened": found.screened,
        "is_provisional": found.is_provisional,
    }


def number(value: Decimal | Fraction | int | None) -> str | None:
    """A number with six decimals, as a text that no client rounds by accident."""
    return None if value is None else f"{half_even(value, PLACES):f}"
