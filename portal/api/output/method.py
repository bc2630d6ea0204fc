"""Answers of the calculators of the method, with every step on the way."""

from typing import Any

from rest_framework import serializers

from kpis.domain.budget import Signal
from kpis.domain.signals import Assurance, Cause, Direction, Meaning
from kpis.models import FlexRule
from portal.api.output.figures import NUMBER, LimitsOutput, StepOutput, ThresholdsOutput


class VerdictAnswer(serializers.Serializer[Any]):
    """A verdict (3 Good … 0 Inadequate), attainment in whole millionths, and the half of a range that decided."""

    verdict = serializers.IntegerField(min_value=0, max_value=3)
    attainment = serializers.IntegerField(min_value=0, max_value=1_000_000)
    half = serializers.ChoiceField(choices=["only", "lower", "upper"])
    steps = StepOutput(many=True)


class ConsideredOutput(serializers.Serializer[Any]):
    """One rule as it was handed in, counted from 0, and what became of it."""

    rule = serializers.IntegerField(min_value=0)
    kind = serializers.ChoiceField(choices=FlexRule.Kind.choices)
    priority = serializers.IntegerField()
    is_used = serializers.BooleanField()
    why = serializers.CharField()


class FlexAnswer(serializers.Serializer[Any]):
    """The band as it judges the period.

    `rule` is the place of the rule that was used, from 0; null where none applies. `deviation` is that of its driver.
    """

    thresholds = ThresholdsOutput()
    rule = serializers.IntegerField(allow_null=True)
    share = serializers.DecimalField(**NUMBER)
    deviation = serializers.DecimalField(**NUMBER, allow_null=True)
    rules = ConsideredOutput(many=True)
    unflexed = VerdictAnswer(allow_null=True)
    flexed = VerdictAnswer(allow_null=True)
    steps = StepOutput(many=True)


class EarnedRoomAnswer(serializers.Serializer[Any]):
    """The band that trust has widened."""

    thresholds = ThresholdsOutput()
    trust = serializers.DecimalField(**NUMBER)
    unflexed = VerdictAnswer(allow_null=True)
    flexed = VerdictAnswer(allow_null=True)
    steps = StepOutput(many=True)


class MonthOutput(serializers.Serializer[Any]):
    """What one month spends, and whether it counts as a miss."""

    first_day = serializers.DateField()
    value = serializers.DecimalField(**NUMBER, allow_null=True)
    verdict = serializers.IntegerField(min_value=0, max_value=3, allow_null=True)
    spent = serializers.DecimalField(**NUMBER)
    was_exhausted_before = serializers.BooleanField()
    is_miss = serializers.BooleanField()


class BudgetAnswer(serializers.Serializer[Any]):
    """The budget as of the last day of the last month; burns are null where the allowance is 0."""

    as_of = serializers.DateField()
    balance = serializers.DecimalField(**NUMBER)
    spent_1 = serializers.DecimalField(**NUMBER)
    spent_3 = serializers.DecimalField(**NUMBER)
    spent_12 = serializers.DecimalField(**NUMBER)
    burn_1 = serializers.DecimalField(**NUMBER, allow_null=True)
    burn_3 = serializers.DecimalField(**NUMBER, allow_null=True)
    burn_12 = serializers.DecimalField(**NUMBER, allow_null=True)
    is_exhausted = serializers.BooleanField()
    exhausted_since = serializers.DateField(allow_null=True)
    exhausted_on = serializers.DateField(allow_null=True, help_text="The forecast.")
    signals = serializers.ListField(child=serializers.ChoiceField(choices=[one.value for one in Signal]))
    months = MonthOutput(many=True)
    steps = StepOutput(many=True)


class PointOutput(serializers.Serializer[Any]):
    """One value on the chart, counted from 0 in what was handed in; without a cause it is normal variation."""

    place = serializers.IntegerField()
    value = serializers.DecimalField(**NUMBER)
    moving_range = serializers.DecimalField(**NUMBER, allow_null=True)
    is_screened = serializers.BooleanField()
    cause = serializers.ChoiceField(choices=[one.value for one in Cause], allow_null=True)
    direction = serializers.ChoiceField(choices=[one.value for one in Direction], allow_null=True)
    meaning = serializers.ChoiceField(choices=[one.value for one in Meaning], allow_null=True)


class SignalsAnswer(serializers.Serializer[Any]):
    """Limits (null with fewer than six values), the same without screening, and what each of the last 24 says."""

    limits = LimitsOutput(allow_null=True)
    unscreened = LimitsOutput(allow_null=True)
    assurance = serializers.ChoiceField(choices=[one.value for one in Assurance], allow_null=True)
    points = PointOutput(many=True)
    steps = StepOutput(many=True)


class ConditionAnswer(serializers.Serializer[Any]):
    """Whether the condition holds; null where that is not known, and then there is no spell."""

    holds = serializers.BooleanField(allow_null=True)
    variables = serializers.ListField(child=serializers.CharField())
    steps = StepOutput(many=True)
