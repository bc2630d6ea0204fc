"""Declaring, ending, moving and taking back spells."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpis.models import Environment, Spell
from kpis.queries.surroundings import Span
from relationships.forms.contracts import Day
from relationships.models import Relationship


class SpellForm(forms.Form):
    """The days in which an environment holds; `replaced` is the signed spell that is changed, if any."""

    environment = forms.ModelChoiceField(
        label=_("Environment"), queryset=Environment.objects.none(), empty_label=_("Choose an environment")
    )
    first_day = forms.DateField(
        label=_("First day"), widget=Day(), help_text=_("In advance, or days that are over.")
    )
    last_day = forms.DateField(
        label=_("Last day"),
        widget=Day(),
        required=False,
        help_text=_("Included. Empty: until further notice."),
    )
    is_void = forms.BooleanField(
        label=_("It did not hold at all: take it back"),
        required=False,
        help_text=_("Its days are then judged as if it had never been signed."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "What happened, or what is going to. It is signed with the days; days that have begun need one."
        ),
    )
    note = forms.CharField(
        label=_("Note for the other side"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Read beside the proposal; not part of what is signed."),
    )
    answers_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, relationship: Relationship, replaced: Spell | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.replaced = replaced
        fields: dict[str, Any] = self.fields
        fields["environment"].queryset = agreed_environments(relationship)
        if replaced is None:
            del self.fields["is_void"]
        else:
            fields["environment"].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("is_void") and self.replaced is not None:
            for name in ("first_day", "last_day"):
                self.errors.pop(name, None)
                cleaned[name] = getattr(self.replaced, name)
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", gettext("A spell cannot end before it starts."))
        return cleaned

    def span(self) -> Span | None:
        """The days for a back-test; None where a spell is taken back."""
        given = self.cleaned_data
        if given.get("is_void"):
            return None
        return Span(None, given["first_day"], given["last_day"] or date.max)

    @staticmethod
    def showing(spell: Spell) -> dict[str, Any]:
        """Initial values from a spell."""
        return {
            "environment": spell.environment_id,
            "first_day": spell.first_day,
            "last_day": spell.last_day,
            "reason": spell.reason,
            "is_void": spell.is_void,
        }


def agreed_environments(relationship: Relationship) -> Any:
    """Those that both sides agreed: of the others nobody could say whether they hold."""
    agreed = Environment.objects.filter(relationship=relationship, revisions__agreed_at__isnull=False)
    return agreed.distinct().order_by("name", "pk")
