"""Moving a goal or a KPI by one place."""

from typing import Any

from django import forms

from kpis.models import Goal, Kpi
from kpis.queries.order import DOWN, UP
from relationships.models import Relationship


class MoveForm(forms.Form):
    """Which one, and which way; exactly one of the two is named."""

    goal = forms.ModelChoiceField(queryset=Goal.objects.none(), required=False)
    kpi = forms.ModelChoiceField(queryset=Kpi.objects.none(), required=False)
    to = forms.ChoiceField(choices=[(UP, UP), (DOWN, DOWN)])

    def __init__(self, *args: Any, relationship: Relationship, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["goal"].queryset = Goal.objects.filter(relationship=relationship)
        fields["kpi"].queryset = Kpi.objects.scored().filter(relationship=relationship)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if (cleaned.get("goal") is None) == (cleaned.get("kpi") is None):
            raise forms.ValidationError("goal or kpi")
        return cleaned
