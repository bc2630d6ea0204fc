"""Questions to the calculators of the method; the same values that the forms of its page ask for."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, Final

from rest_framework import serializers

from kpis.models import FlexRule, Kpi
from portal.api.inputs.fields import THRESHOLD

MOST_NUMBERS: Final = 1000
MOST_RULES: Final = 20
MOST_VARIABLES: Final = 40
LONGEST_PERIOD: Final = 400
NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")
OPTIONAL: Final[dict[str, Any]] = {**THRESHOLD, "required": False, "allow_null": True}
SHARE: Final[dict[str, Any]] = {
    "max_digits": 7, "decimal_places": 6, "min_value": Decimal(0), "max_value": Decimal(1),
}  # fmt: skip


class BandQuestion(serializers.Serializer[Any]):
    """A direction and the thresholds of a band; the upper half for a range only."""

    polarity = serializers.ChoiceField(choices=Kpi.Polarity.choices)
    floor = serializers.DecimalField(**THRESHOLD)
    tolerance = serializers.DecimalField(**THRESHOLD)
    target = serializers.DecimalField(**THRESHOLD)
    upper_target = serializers.DecimalField(**OPTIONAL)
    upper_tolerance = serializers.DecimalField(**OPTIONAL)
    upper_floor = serializers.DecimalField(**OPTIONAL)


class VerdictQuestion(BandQuestion):
    """Which verdict does a value get?"""

    value = serializers.DecimalField(**THRESHOLD)


class RuleQuestion(serializers.Serializer[Any]):
    """A flex rule and the days of the period on which its environment holds.

    The six thresholds are amounts to add (SHIFT) or to use instead (REPLACE); the last five belong to DRIVER.
    """

    kind = serializers.ChoiceField(choices=FlexRule.Kind.choices)
    priority = serializers.IntegerField(min_value=1, max_value=1000)
    covered_days = serializers.IntegerField(min_value=0, max_value=LONGEST_PERIOD)
    floor = serializers.DecimalField(**OPTIONAL)
    tolerance = serializers.DecimalField(**OPTIONAL)
    target = serializers.DecimalField(**OPTIONAL)
    upper_target = serializers.DecimalField(**OPTIONAL)
    upper_tolerance = serializers.DecimalField(**OPTIONAL)
    upper_floor = serializers.DecimalField(**OPTIONAL)
    driver_value = serializers.DecimalField(**OPTIONAL)
    baseline = serializers.DecimalField(**OPTIONAL)
    slope = serializers.DecimalField(**OPTIONAL)
    deadband = serializers.DecimalField(**OPTIONAL, help_text="A share: 0.10 is 10 %.")
    cap = serializers.DecimalField(**OPTIONAL)


class FlexQuestion(BandQuestion):
    """How do these rules move the band of a period, and which verdict does its value then get?"""

    days = serializers.IntegerField(min_value=1, max_value=LONGEST_PERIOD, help_text="Days of the period.")
    rules = RuleQuestion(many=True, max_length=MOST_RULES)  # type: ignore[call-arg]  # of the list
    value = serializers.DecimalField(**OPTIONAL)


class EarnedRoomQuestion(BandQuestion):
    """How far does mutual trust widen the tolerance?"""

    max_earned = serializers.DecimalField(
        max_digits=4, decimal_places=3, min_value=Decimal(0), max_value=Decimal(1)
    )
    trust_customer = serializers.DecimalField(**SHARE, required=False, allow_null=True)
    trust_provider = serializers.DecimalField(**SHARE, required=False, allow_null=True)
    value = serializers.DecimalField(**OPTIONAL)


class BudgetQuestion(BandQuestion):
    """What do these monthly values spend of an allowance? null stands for a month that does not count."""

    allowance = serializers.DecimalField(
        max_digits=7, decimal_places=3, min_value=Decimal(0), max_value=Decimal(1000)
    )
    first_month = serializers.DateField(help_text="Any day of the first month, from 1990 to 2100.")
    values = serializers.ListField(
        child=serializers.DecimalField(**THRESHOLD, allow_null=True),
        min_length=1,
        max_length=MOST_NUMBERS,
        help_text="Oldest first.",
    )

    def validate_first_month(self, day: date) -> date:
        if not 1990 <= day.year <= 2100:
            raise serializers.ValidationError("Choose a month from 1990 to 2100.")
        return day


class SignalsQuestion(serializers.Serializer[Any]):
    """Which of these values are signals? `target` (and `upper_target` for a range) says what is assured."""

    polarity = serializers.ChoiceField(choices=Kpi.Polarity.choices)
    values = serializers.ListField(
        child=serializers.DecimalField(**THRESHOLD),
        min_length=1,
        max_length=MOST_NUMBERS,
        help_text="Oldest first; the last 24 are read.",
    )
    target = serializers.DecimalField(**OPTIONAL)
    upper_target = serializers.DecimalField(**OPTIONAL)


class ConditionQuestion(serializers.Serializer[Any]):
    """Does a condition hold with these values? null stands for a value that is not known."""

    condition = serializers.CharField(max_length=500, trim_whitespace=False, allow_blank=True)
    variables = serializers.DictField(child=serializers.DecimalField(**THRESHOLD, allow_null=True))

    def validate_variables(self, values: dict[str, Decimal | None]) -> dict[str, Decimal | None]:
        if len(values) > MOST_VARIABLES:
            raise serializers.ValidationError(f"At most {MOST_VARIABLES} variables.")
        odd = [name for name in values if not NAME.fullmatch(name)]
        if odd:
            raise serializers.ValidationError(
                [f"“{name[:40]}” is no name: letters, digits and _." for name in odd]
            )
        return values
