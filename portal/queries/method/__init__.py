"""Worked examples of the method, computed by the very arithmetic that judges, moves bands and scores."""

from portal.queries.method.conditions import ConditionExample, condition_example
from portal.queries.method.earned import EarnedExample, earned_example
from portal.queries.method.flexes import FlexedExample, flex_example
from portal.queries.method.room import BudgetExample, budget_example
from portal.queries.method.scores import age_weights, movement_example, score_example
from portal.queries.method.signals import SignalsExample, signals_example
from portal.queries.method.steps import NotComputable, Step
from portal.queries.method.verdicts import Judged, judge_example

__all__ = [
    "BudgetExample",
    "ConditionExample",
    "EarnedExample",
    "FlexedExample",
    "Judged",
    "NotComputable",
    "SignalsExample",
    "Step",
    "age_weights",
    "budget_example",
    "condition_example",
    "earned_example",
    "flex_example",
    "judge_example",
    "movement_example",
    "score_example",
    "signals_example",
]
