"""The calculators of the method page: parsing and checking, nothing is saved."""

from portal.method_forms.bands import EarnedForm, VerdictForm
from portal.method_forms.conditions import ConditionForm
from portal.method_forms.fields import Calculator
from portal.method_forms.flex import FlexForm
from portal.method_forms.room import BudgetForm
from portal.method_forms.scores import ScoreForm
from portal.method_forms.signals import SignalsForm

__all__ = [
    "BudgetForm",
    "Calculator",
    "ConditionForm",
    "EarnedForm",
    "FlexForm",
    "ScoreForm",
    "SignalsForm",
    "VerdictForm",
]
