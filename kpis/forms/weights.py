"""Proposing weights."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.domain.weights import shares
from kpis.models import Kpi


class WeightsForm(forms.Form):
    """A weight for every KPI, so that all shares are known before anybody signs."""

    note = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Both sides read it beside the proposal."),
    )
    answers_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kpis: Sequence[Kpi], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kpis = kpis
        for kpi in kpis:
            self.fields[field_of(kpi)] = forms.IntegerField(
                label=kpi.name,
                min_value=1,
                max_value=1000,
                initial=kpi.weight,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input weight-input"}),
            )

    def weights(self) -> dict[int, int]:
        """What was typed, by KPI; weights that are not understood are left out."""
        found = {kpi.pk: self.cleaned_data.get(field_of(kpi)) for kpi in self.kpis}
        return {kpi_id: weight for kpi_id, weight in found.items() if weight is not None}

    def shown_shares(self) -> dict[int, Decimal]:
        """The shares of what is typed; of what is offered while nothing is; none while a weight is missing."""
        if not self.is_bound:
            return shares(
                {
                    kpi.pk: int(self.get_initial_for_field(self.fields[field_of(kpi)], field_of(kpi)))
                    for kpi in self.kpis
                }
            )
        weights = self.weights() if self.is_valid() else {}
        return shares(weights) if len(weights) == len(self.kpis) else {}


def field_of(kpi: Kpi) -> str:
    """The name of a KPI's field."""
    return f"weight-{kpi.pk}"
