"""Contracts and their documents."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms import CurrencyField
from accounts.models import Person
from relationships import files, queries
from relationships.actions import ContractTerms
from relationships.forms.people import PersonField
from relationships.models import Contract, Relationship


class Day(forms.DateInput):
    """A date as the browser's own picker gives it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_field(label: Any) -> forms.DateField:
    """An optional day."""
    return forms.DateField(label=label, required=False, widget=Day())


@dataclass(frozen=True)
class Difference:
    """One field with what is written down and what somebody typed."""

    label: str
    theirs: Any
    yours: Any


class ContractForm(forms.Form):
    """What a contract says; `kind` and `parent` only when it is new, `version` only when it is changed."""

    title = forms.CharField(label=_("Title"), max_length=300)
    reference = forms.CharField(label=_("Reference"), max_length=200, required=False)
    value = forms.DecimalField(
        label=_("Value"), max_digits=18, decimal_places=2, min_value=0, required=False, localize=False
    )
    currency = CurrencyField(label=_("Currency"))
    signed_on = day_field(_("Signed on"))
    starts_on = day_field(_("Starts on"))
    ends_on = day_field(_("Ends on"))
    notice_by_on = day_field(_("Give notice by"))
    accountable = PersonField(
        label=_("Accountable person on the customer's side"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("Nobody with a seat"),
    )
    accountable_name = forms.CharField(
        label=_("Or by name"),
        max_length=150,
        required=False,
        help_text=_("For somebody at the customer who has no seat here."),
    )
    notes = forms.CharField(label=_("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, relationship: Relationship, contract: Contract | None = None, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        people = queries.customer_people(relationship)
        if contract is not None and contract.accountable_id:
            # Somebody whose seat ended stays accountable until somebody else is named.
            people = (people | Person.objects.filter(pk=contract.accountable_id)).distinct()
        fields: dict[str, Any] = self.fields
        fields["accountable"].queryset = people

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends, notice = (cleaned.get(name) for name in ("starts_on", "ends_on", "notice_by_on"))
        if starts and ends and starts > ends:
            self.add_error("ends_on", _("The contract cannot end before it starts."))
        if notice and ends and notice > ends:
            self.add_error("notice_by_on", _("Notice has to be given before the contract ends."))
        return cleaned

    def terms(self) -> ContractTerms:
        """What was typed, for the action."""
        return ContractTerms(**{name: v for name, v in self.cleaned_data.items() if name != "version"})

    def differences(self, contract: Contract) -> list["Difference"]:
        """Where what was typed differs from what is written down now."""
        typed = vars(self.terms())
        return [
            Difference(str(self.fields[name].label), getattr(contract, name), value)
            for name, value in typed.items()
            if value != getattr(contract, name)
        ]

    @staticmethod
    def showing(contract: Contract) -> dict[str, Any]:
        """Initial values from what is written down."""
        names = [name for name in ContractForm.base_fields if name != "accountable"]
        return {**{name: getattr(contract, name) for name in names}, "accountable": contract.accountable_id}


class DocumentForm(forms.Form):
    """A document as a file or as an address, exactly one of the two."""

    name = forms.CharField(label=_("Name of the document"), max_length=300)
    url = forms.CharField(
        label=_("Address"),
        max_length=1000,
        required=False,
        validators=[URLValidator(schemes=["https", "http"])],
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("PDF, PNG, JPEG, Word, Excel, CSV or text, at most 10 MB, no macros."),
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data.get("file")
        if upload is not None:
            try:
                files.examine(upload)
            except files.FileRefused as refusal:
                raise ValidationError(str(refusal)) from refusal
        return upload

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        given = [name for name in ("url", "file") if cleaned.get(name)]
        if len(given) != 1 and not {"url", "file"} & set(self.errors):
            self.add_error("url", gettext("Give either an address or a file."))
        return cleaned
