"""The definition card of a KPI."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from kpis.actions.definitions import EDITABLE, FIXED_BY_READINGS
from kpis.models import Goal, Kpi, NamedCalendar
from relationships.forms.contracts import Day
from relationships.forms.people import PersonField
from relationships.models import Contract, Relationship, Role, Side


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class KpiForm(forms.Form):
    """Everything that says what a KPI means; what readings have fixed cannot be changed any more."""

    name = forms.CharField(label=_("Name"), max_length=300)
    goal = forms.ModelChoiceField(label=_("Shows the goal"), queryset=Goal.objects.none())
    reference = forms.CharField(
        label=_("Reference"),
        max_length=60,
        required=False,
        help_text=_("As in the contract or in your spreadsheets; uploads find the KPI by it."),
    )
    contract = forms.ModelChoiceField(
        label=_("Contract"), queryset=Contract.objects.none(), required=False, empty_label=_("None")
    )
    performed_by = forms.ChoiceField(
        label=_("Performed by"),
        choices=Kpi.PerformedBy.choices,
        help_text=_("The side that performs it reports it; the provider reports what is performed jointly."),
    )
    customer_owner = PersonField(
        label=_("Owner on the customer's side"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("Nobody yet"),
    )
    provider_owner = PersonField(
        label=_("Owner on the provider's side"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("Nobody yet"),
    )
    outcome = _text(_("Outcome it shows"), _("What gets better for people when this number does."))
    standard = _text(_("Standard"), _("What good looks like, in words."))
    how_measured = _text(
        _("How it is measured"), _("What is counted, what is left out, and when the count is taken.")
    )
    source = forms.CharField(label=_("Source of the data"), max_length=300, required=False)
    polarity = forms.ChoiceField(label=_("Direction"), choices=Kpi.Polarity.choices)
    unit = forms.CharField(
        label=_("Unit"), max_length=40, required=False, help_text=_("For example %, hours, or GBP.")
    )
    decimals = forms.IntegerField(label=_("Decimals shown"), min_value=0, max_value=6, initial=1)
    entry = forms.ChoiceField(label=_("Reported as"), choices=Kpi.Entry.choices, initial=Kpi.Entry.VALUE)
    ratio_factor = forms.DecimalField(
        label=_("Ratio is multiplied by"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        initial=100,
        help_text=_("Only for numerator and denominator: 100 gives per cent, 1000 a rate per thousand."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    frequency = forms.ChoiceField(
        label=_("Periods"), choices=Kpi.Frequency.choices, initial=Kpi.Frequency.MONTH
    )
    contract_month_day = forms.IntegerField(
        label=_("Contract month starts on day"),
        min_value=1,
        max_value=28,
        required=False,
        help_text=_("Only for contract months, from 1 to 28: 16 means from the 16th to the 15th."),
    )
    calendar = forms.ModelChoiceField(
        label=_("Named calendar"),
        queryset=NamedCalendar.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("Only for periods of a named calendar."),
    )
    starts_on = forms.DateField(label=_("Measured from"), widget=Day())
    ends_on = forms.DateField(
        label=_("Measured until"),
        widget=Day(),
        required=False,
        help_text=_("The period that starts on this day or before it is the last."),
    )
    due_days = forms.IntegerField(
        label=_("Due, in days after the period"), min_value=0, max_value=366, initial=10
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        relationship: Relationship,
        kpi: Kpi | None = None,
        fixed: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.relationship, self.kpi, self.is_fixed = relationship, kpi, fixed
        fields: dict[str, Any] = self.fields
        goals = Goal.objects.filter(relationship=relationship, retired_at__isnull=True)
        if kpi is not None and kpi.goal_id is not None:
            goals = goals | Goal.objects.filter(pk=kpi.goal_id)
        fields["goal"].queryset = goals
        fields["contract"].queryset = Contract.objects.filter(relationship=relationship)
        fields["calendar"].queryset = NamedCalendar.objects.filter(relationship=relationship)
        for side, name in ((Side.CUSTOMER, "customer_owner"), (Side.PROVIDER, "provider_owner")):
            fields[name].queryset = _people(relationship, side, getattr(kpi, f"{name}_id", None))
        for name in FIXED_BY_READINGS if fixed else ():
            fields[name].disabled = True

    def clean_reference(self) -> str:
        reference: str = self.cleaned_data["reference"].strip()
        taken = Kpi.objects.filter(relationship=self.relationship, reference=reference)
        if reference and taken.exclude(pk=self.kpi.pk if self.kpi else 0).exists():
            raise forms.ValidationError(_("Another KPI of this relationship has this reference."))
        return reference

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self._clean_periods(cleaned)
        if not cleaned.get("ratio_factor"):
            if cleaned.get("entry") == Kpi.Entry.RATIO and "ratio_factor" not in self.errors:
                self.add_error(
                    "ratio_factor", gettext("Say what the ratio is multiplied by; 100 gives per cent.")
                )
            cleaned["ratio_factor"] = 100
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", gettext("A KPI cannot end before the day it is measured from."))
        elif ends and self.kpi and self.kpi.readings.filter(period_start__gt=ends).exists():
            self.add_error("ends_on", gettext("There are readings of periods that start after this day."))
        return cleaned

    def _clean_periods(self, cleaned: dict[str, Any]) -> None:
        """What belongs to another kind of period is dropped; what belongs to this one has to be there."""
        frequency = cleaned.get("frequency")
        if frequency != Kpi.Frequency.CONTRACT_MONTH:
            cleaned["contract_month_day"] = None
        elif not cleaned.get("contract_month_day") and "contract_month_day" not in self.errors:
            self.add_error(
                "contract_month_day", gettext("Say on which day of the month the contract month starts.")
            )
        if frequency != Kpi.Frequency.CALENDAR:
            cleaned["calendar"] = None
        elif not cleaned.get("calendar") and "calendar" not in self.errors:
            self.add_error("calendar", gettext("Choose the calendar whose periods are meant."))

    def definition(self) -> dict[str, Any]:
        """What was typed, for the action."""
        return {name: self.cleaned_data[name] for name in EDITABLE}

    @staticmethod
    def showing(kpi: Kpi) -> dict[str, Any]:
        """Initial values from what is written down; named by their ids where they are rows."""
        rows = ("goal", "contract", "calendar", "customer_owner", "provider_owner")
        return {name: getattr(kpi, f"{name}_id" if name in rows else name) for name in (*EDITABLE, "version")}


def _people(relationship: Relationship, side: Side, owner_id: int | None) -> QuerySet[Person]:
    """Who has a seat on a side, and whoever owns it already: an owner stays until another is named."""
    seated = Person.objects.filter(
        seats__relationship=relationship,
        seats__side=side,
        seats__ended_at__isnull=True,
        seats__role__in=[role for role in Role if role != Role.RECIPIENT],
    )
    return (seated | Person.objects.filter(pk=owner_id or 0)).distinct().order_by("full_name", "pk")
