"""Conditions of automatic spells, tried with values."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kpis.actions.conditions import refusal_in_words
from kpis.domain.conditions import ConditionError, compile_condition
from portal.queries.method.steps import NotComputable, Step, said


@dataclass(frozen=True)
class ConditionExample:
    """Whether a condition holds; `holds` is None where that is not known, and then there is no spell."""

    condition: str
    holds: bool | None
    variables: tuple[str, ...]
    steps: tuple[Step, ...]


def condition_example(values: Mapping[str, Any]) -> ConditionExample:
    """A condition tried with the values of its variables. Raises NotComputable where it is none."""
    known: Mapping[str, Decimal | None] = values["variables"]
    try:
        condition = compile_condition(values["condition"], known)
    except ConditionError as error:
        raise NotComputable(refusal_in_words(error), "condition") from error
    steps = tuple(
        Step(name, _("not known") if known[name] is None else said(known[name] or 0))
        for name in condition.variables
    )
    return ConditionExample(condition.text, condition.holds(known), condition.variables, steps)
