"""Proposing what an environment means."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.models import Environment, EnvironmentRevision
from relationships.forms.contracts import Day


class EnvironmentForm(forms.Form):
    """Name (only of a new one), meaning and from when; the condition has a form of its own."""

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("A few words that both sides use, such as “Peak season” or “System migration”."),
    )
    meaning = forms.CharField(
        label=_("What it means"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "So that both sides would call the same days by this name: what happens, and how one can tell."
        ),
    )
    effective_from = forms.DateField(
        label=_("In force from"),
        widget=Day(),
        help_text=_("Periods that start on this day or later are looked at by this condition."),
    )
    note = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Read by the other side beside the proposal; not part of what is signed."),
    )
    answers_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, environment: Environment | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if environment is not None:
            del self.fields["name"]

    @staticmethod
    def showing(revision: EnvironmentRevision) -> dict[str, Any]:
        """Initial values from what is agreed or proposed."""
        return {"meaning": revision.meaning, "name": revision.environment.name}
