"""Conditions of automatic spells: "volume > 1.2 * usual", in CEL, the Common Expression Language.

Of CEL only what compares numbers is allowed: variables and numbers; + - * /; comparisons; && || ! and ?: with brackets;
abs, min and max. A text is read in three steps: its words are looked at one by one (`words`), so that what is typed
wrongly is named where it stands; CEL says whether they make an expression; and numbers and yes-or-nos must fit each other
(`kinds`). What passes ends: no loops, at most 500 characters, and no calculation that leaves the finite numbers. People
read and sign the text as they typed it; only CEL, which never mixes the two, gets its whole numbers as decimals.
"""

from kpis.domain.conditions.condition import Condition, compile_condition
from kpis.domain.conditions.names import variable_names
from kpis.domain.conditions.refusals import ConditionError, Refusal

__all__ = ["Condition", "ConditionError", "Refusal", "compile_condition", "variable_names"]
