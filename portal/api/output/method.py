"""Answers of the calculators of the method, with every step on the way."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from rest_framework import serializers

from kpis.domain.bands import Band
from kpis.domain.budget import Signal
from kpis.domain.flex import six
from kpis.domain.signals import Assurance, Cause, Direction, Limits, Meaning
from kpis.models import FlexRule
from portal.lib.rounding import half_even
from portal.queries import method as answers
from portal.queries.method.steps import NAMES

PLACES: Final = 6
NUMBER: Final[dict[str, Any]] = {"max_digits": None, "decimal_places": PLACES}


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


class LimitsOutput(serializers.Serializer[Any]):
    """Mean and limits, and how many moving ranges were screened out."""

    mean = serializers.DecimalField(**NUMBER)
    lower = serializers.DecimalField(**NUMBER)
    upper = serializers.DecimalField(**NUMBER)
    points = serializers.IntegerField()
    screened = serializers.IntegerField()
    is_provisional = serializers.BooleanField()


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


def verdict_answer(found: answers.Judged) -> dict[str, Any]:
    """What VerdictAnswer describes."""
    said = {"verdict": int(found.verdict), "attainment": found.millionths, "half": found.half}
    return {**said, "steps": steps(found.steps)}


def flex_answer(found: answers.FlexedExample) -> dict[str, Any]:
    """What FlexAnswer describes."""
    rules = [
        {
            "rule": one.number - 1,
            "kind": one.kind,
            "priority": one.priority,
            "is_used": one.is_used,
            "why": one.why,
        }
        for one in found.rules
    ]
    return {
        "thresholds": thresholds(found.moved),
        "rule": None if found.rule is None else found.rule - 1,
        "share": number(found.share),
        "deviation": number(found.deviation),
        "rules": rules,
        **_two_verdicts(found.unflexed, found.flexed),
        "steps": steps(found.steps),
    }


def earned_answer(found: answers.EarnedExample) -> dict[str, Any]:
    """What EarnedRoomAnswer describes."""
    return {
        "thresholds": thresholds(found.moved),
        "trust": number(found.trust),
        **_two_verdicts(found.unflexed, found.flexed),
        "steps": steps(found.steps),
    }


def budget_answer(found: answers.BudgetExample) -> dict[str, Any]:
    """What BudgetAnswer describes."""
    budget = found.budget
    names = ("balance", "spent_1", "spent_3", "spent_12", "burn_1", "burn_3", "burn_12")
    months = [
        {
            "first_day": one.period.first,
            "value": number(one.value),
            "verdict": None if one.verdict is None else int(one.verdict),
            "spent": number(one.spent),
            "was_exhausted_before": one.was_exhausted,
            "is_miss": one.is_miss,
        }
        for one in found.months
    ]
    return {
        "as_of": budget.as_of,
        **{name: number(getattr(budget, name)) for name in names},
        "is_exhausted": budget.is_exhausted,
        "exhausted_since": budget.exhausted_since,
        "exhausted_on": budget.exhausted_on,
        "signals": [signal.value for signal in budget.signals],
        "months": months,
        "steps": steps(found.steps),
    }


def signals_answer(found: answers.SignalsExample) -> dict[str, Any]:
    """What SignalsAnswer describes."""
    points = [
        {
            "place": one.number - 1,
            "value": number(one.value),
            "moving_range": number(one.moving_range),
            "is_screened": one.is_screened,
            "cause": one.point.cause,
            "direction": one.point.direction,
            "meaning": one.point.meaning,
        }
        for one in found.values
    ]
    return {
        "limits": limits(found.limits),
        "unscreened": limits(found.unscreened),
        "assurance": found.assurance,
        "points": points,
        "steps": steps(found.steps),
    }


def condition_answer(found: answers.ConditionExample) -> dict[str, Any]:
    """What ConditionAnswer describes."""
    return {"holds": found.holds, "variables": list(found.variables), "steps": steps(found.steps)}


def steps(lines: tuple[answers.Step, ...]) -> list[dict[str, str]]:
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


def _two_verdicts(unflexed: answers.Judged | None, flexed: answers.Judged | None) -> dict[str, Any]:
    return {
        "unflexed": None if unflexed is None else verdict_answer(unflexed),
        "flexed": None if flexed is None else verdict_answer(flexed),
    }
