"""Parsing what people type about shared value; nothing here saves."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from value.domain.terms import DEFAULT_TERMS, Terms, TermsOutOfRange


class Day(forms.DateInput):
    """A date as the browser's own picker gives it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ScoreDateForm(forms.Form):
    """As of which date a score is shown, and from which date its movement is told."""

    on = forms.DateField(label=_("As of"), required=False, widget=Day())
    before = forms.DateField(label=_("Compared with"), required=False, widget=Day())

    @classmethod
    def showing(cls, on: date, before: date | None) -> "ScoreDateForm":
        """The form beside a score, both dates filled in."""
        form = cls(initial={"on": on, "before": before})
        form.fields["on"].required = True  # nothing to leave out: spares the reader an "(optional)"
        form.fields["before"].required = before is not None
        return form


def share(label: Any, help_text: Any, *, highest: str) -> forms.DecimalField:
    """A share of 1 with two decimals."""
    return forms.DecimalField(
        label=label, help_text=help_text, min_value=Decimal(0), max_value=Decimal(highest), decimal_places=2,
        max_digits=4,
    )  # fmt: skip


class TermsForm(forms.Form):
    """Weights, walk-aways, bargaining power and the evidence a score needs."""

    effective_from = forms.DateField(label=_("In force from"), widget=Day())
    weight_outcomes = forms.IntegerField(
        label=_("Weight of joint outcomes"), min_value=0, max_value=1000,
        help_text=_("How much the KPIs you answer for together count, for both sides."),
    )  # fmt: skip
    weight_received = forms.IntegerField(
        label=_("Weight of what is received"), min_value=0, max_value=1000,
        help_text=_("How much the KPIs count that the other side performs."),
    )  # fmt: skip
    walkaway_customer = share(
        _("Customer's walk-away"),
        _("At this experience or below, the customer would rather leave."),
        highest="0.99",
    )
    walkaway_provider = share(
        _("Provider's walk-away"),
        _("At this experience or below, the provider would rather leave."),
        highest="0.99",
    )
    alpha = forms.DecimalField(
        label=_("Customer's share of the exponent (α)"), min_value=Decimal("0.01"), max_value=Decimal("0.99"),
        decimal_places=2, max_digits=4, help_text=_("0.50 lets both sides count the same."),
    )  # fmt: skip
    evidence_threshold = share(
        _("Evidence needed"),
        _("With less than this share of the expected evidence on either side, the score is withheld."),
        highest="1",
    )
    note = forms.CharField(
        label=_("Why"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000,
        help_text=_("The other side reads this beside the proposal."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuses what no score can be computed with."""
        given = super().clean() or {}
        if not self.errors:
            try:
                self.terms()
            except TermsOutOfRange:
                self.add_error("weight_outcomes", _("At least one of the two weights must be above 0."))
        return given

    def terms(self) -> Terms:
        """What was typed, as the arithmetic wants it."""
        return Terms(**{name: self.cleaned_data[name] for name in DEFAULT_TERMS.as_text()})

    @staticmethod
    def showing(terms: Terms, effective_from: date) -> dict[str, Any]:
        """What the form shows for these terms."""
        return {**terms.as_text(), "effective_from": effective_from}
