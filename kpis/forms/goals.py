"""A joint goal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.models import Goal

TEXTS = ("name", "outcome", "worth_to_customer", "worth_to_provider")


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class GoalForm(forms.Form):
    """What both sides want, and what it is worth to each."""

    name = forms.CharField(
        label=_("Goal"),
        max_length=200,
        help_text=_("In words both sides would say out loud, such as “Staff get back to work fast”."),
    )
    outcome = _text(_("Desired outcome"), _("What will be different for the people who use the service."))
    worth_to_customer = _text(_("Worth to the customer"))
    worth_to_provider = _text(_("Worth to the provider"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def texts(self) -> dict[str, str]:
        """What was typed, for the action."""
        return {name: self.cleaned_data[name] for name in TEXTS}

    @staticmethod
    def showing(goal: Goal) -> dict[str, Any]:
        """Initial values from what is written down."""
        return {name: getattr(goal, name) for name in (*TEXTS, "version")}
