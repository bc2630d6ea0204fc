"""Everything that judges a KPI, as one proposal."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from rest_framework import serializers

from kpis.models import Environment, FlexRule, Kpi
from portal.api.inputs.fields import OPTIONAL_TEXT, THRESHOLD, DayField, OwnRow
from relationships.models import Agreement

MOST_RULES: Final = 20
OPTIONAL: Final[dict[str, Any]] = {**THRESHOLD, "required": False, "allow_null": True}


class RuleInput(serializers.Serializer[Any]):
    """How a band moves while an environment holds; a band has one for each environment, each with its own priority.

    The six thresholds are amounts to add (SHIFT) or to use instead (REPLACE); the last five belong to DRIVER.
    """

    environment = OwnRow(Environment.objects.all())
    kind = serializers.ChoiceField(choices=FlexRule.Kind.choices)
    priority = serializers.IntegerField(min_value=1, max_value=32_767, default=1)
    floor = serializers.DecimalField(**OPTIONAL)
    tolerance = serializers.DecimalField(**OPTIONAL)
    target = serializers.DecimalField(**OPTIONAL)
    upper_target = serializers.DecimalField(**OPTIONAL)
    upper_tolerance = serializers.DecimalField(**OPTIONAL)
    upper_floor = serializers.DecimalField(**OPTIONAL)
    driver = OwnRow(Kpi.objects.all(), required=False, allow_null=True)
    baseline = serializers.DecimalField(**OPTIONAL)
    slope = serializers.DecimalField(**OPTIONAL)
    deadband = serializers.DecimalField(
        max_digits=9, decimal_places=6, required=False, allow_null=True, help_text="A share: 0.10 is 10 %."
    )
    cap = serializers.DecimalField(**OPTIONAL)


class TermsInput(serializers.Serializer[Any]):
    """Thresholds in the KPI's unit, with all that bends them; the upper half only for a KPI within a range."""

    effective_from = DayField(help_text="Periods that start on this day or later.")
    floor = serializers.DecimalField(**THRESHOLD)
    tolerance = serializers.DecimalField(**THRESHOLD)
    target = serializers.DecimalField(**THRESHOLD)
    upper_target = serializers.DecimalField(**OPTIONAL)
    upper_tolerance = serializers.DecimalField(**OPTIONAL)
    upper_floor = serializers.DecimalField(**OPTIONAL)
    allowance = serializers.DecimalField(
        max_digits=7,
        decimal_places=3,
        min_value=Decimal(0),
        max_value=Decimal(1000),
        required=False,
        allow_null=True,
        help_text="Units of wiggle room in any 12 months; null agrees none.",
    )
    max_earned = serializers.DecimalField(
        max_digits=4,
        decimal_places=3,
        min_value=Decimal(0),
        max_value=Decimal(1),
        required=False,
        help_text="By which share full mutual trust widens the tolerance.",
    )
    rules = RuleInput(many=True, required=False, max_length=MOST_RULES)  # type: ignore[call-arg]  # of the list

    def validate_rules(self, rows: Sequence[dict[str, Any]]) -> list[FlexRule]:
        return [FlexRule(**row) for row in rows]


class BandInput(TermsInput):
    """All that judges a KPI, proposed under one signature; what is not named is not proposed."""

    note = serializers.CharField(**OPTIONAL_TEXT)
    counters = OwnRow(
        Agreement.objects.filter(kind=Agreement.Kind.BAND_REVISION),
        required=False,
        allow_null=True,
        help_text="The open proposal of the other side that this one answers.",
    )


class BackTestInput(TermsInput):
    """Terms to replay on the last periods; nothing is proposed by it."""

    periods = serializers.ChoiceField(choices=[12, 18, 24], default=24)
