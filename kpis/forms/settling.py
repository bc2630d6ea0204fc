"""Disputing a reading, ending a dispute, attaching evidence, and which readings are confirmed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpis.actions import ReadingIncomplete
from kpis.forms.cells import number_of
from kpis.models import Dispute


class DisputeForm(forms.Form):
    """What is disputed, and the value this side sees."""

    reason = forms.CharField(
        label=gettext_lazy("What is disputed, and why"),
        help_text=gettext_lazy("The other side reads this. Facts they can check help most."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    claimed = forms.CharField(
        label=gettext_lazy("Value we see"),
        help_text=gettext_lazy("If you know it: the other side can take it over with one press."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def clean_claimed(self) -> Any:
        """The number, None when nothing is claimed."""
        said = self.cleaned_data["claimed"]
        if not said.strip():
            return None
        try:
            return number_of(said.strip().removesuffix("%"), "claimed")
        except ReadingIncomplete as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class ResolutionForm(forms.Form):
    """How a dispute ends; which ways are open depends on whose it is."""

    resolution = forms.ChoiceField(label=gettext_lazy("How does it end?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("A word on it"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, dispute: Dispute, reports: bool, settles: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, str]] = []
        if reports and dispute.claimed_value is not None:
            choices.append((Dispute.Resolution.CORRECTED, _("Take over the value claimed")))
        if settles:
            choices.append((Dispute.Resolution.UPHELD, _("The reading stands: we confirm it as reported")))
            choices.append((Dispute.Resolution.WITHDRAWN, _("Withdraw the dispute: the reading waits again")))
        self.fields["resolution"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.initial.setdefault("resolution", choices[0][0])


class EvidenceForm(forms.Form):
    """A file that supports a reading."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("PDF, PNG, JPEG, Word, Excel, CSV or plain text, up to 10 MB."),
    )


def versions_posted(values: Iterable[str]) -> dict[int, int]:
    """Readings by id with the version that was seen, from "12:3"; what is no such pair is left out."""
    found: dict[int, int] = {}
    for value in values:
        reading_id, _colon, version = value.partition(":")
        if all(part.isascii() and part.isdigit() and len(part) < 19 for part in (reading_id, version)):
            found[int(reading_id)] = int(version)
    return found
