"""What the calculators of the method found, as their answers say it."""

from typing import Any

from portal.api.output.figures import limits, number, steps, thresholds
from portal.queries import method as answers


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


def _two_verdicts(unflexed: answers.Judged | None, flexed: answers.Judged | None) -> dict[str, Any]:
    return {
        "unflexed": None if unflexed is None else verdict_answer(unflexed),
        "flexed": None if flexed is None else verdict_answer(flexed),
    }
