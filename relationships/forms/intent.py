"""Proposals about why the two work together and how far they have come."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from relationships.forms.contracts import Day
from relationships.models import Stage


class ProposalForm(forms.Form):
    """What every proposal carries: a note, and until when it stands."""

    note = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The other side reads this beside the proposal."),
    )
    expires_on = forms.DateField(
        label=_("Please answer by"),
        required=False,
        widget=Day(),
        help_text=_("After this day the proposal expires by itself."),
    )

    def __init__(self, *args: Any, today: date, revises: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if revises:  # the day was named when it was proposed
            del self.fields["expires_on"]

    def clean_expires_on(self) -> date | None:
        day: date | None = self.cleaned_data["expires_on"]
        if day is not None and day <= self.today:
            raise ValidationError(_("Give the other side at least until tomorrow."))
        return day


class StatementForm(ProposalForm):
    """A statement of intent."""

    text = forms.CharField(
        label=_("Statement of intent"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Why we work together, what each of us wants to gain, how we want to treat each other."),
    )


class StageForm(ProposalForm):
    """A move to another life-cycle stage."""

    stage = forms.ChoiceField(label=_("Stage"), choices=Stage.choices)
