"""Founding a relationship and joining one by invitation."""

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms import AcceptForm, CurrencyField, zone_choices
from relationships.models import Side


class InviteOrganisationForm(forms.Form):
    """Which organisation to invite, and through whom."""

    organisation_name = forms.CharField(label=_("The other organisation"), max_length=200)
    email = forms.EmailField(
        label=_("E-mail address of somebody there"),
        max_length=254,
        help_text=_("They get a link with which they accept for their organisation."),
    )


class FoundForm(InviteOrganisationForm):
    """A new relationship."""

    name = forms.CharField(label=_("Name of the relationship"), max_length=200)
    service = forms.CharField(
        label=_("Service"), max_length=300, required=False, help_text=_("What is outsourced, in a few words.")
    )
    side = forms.ChoiceField(
        label=_("We are the"), choices=lazy(lambda: Side.choices, list), widget=forms.RadioSelect
    )
    currency = CurrencyField(label=_("Currency"))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=lazy(zone_choices, list))

    field_order = ("name", "service", "side", "organisation_name", "email", "currency", "time_zone")

    def clean_side(self) -> Side:
        return Side(self.cleaned_data["side"])


class JoinWithNewOrganisationForm(forms.Form):
    """The organisation that somebody founds in order to accept."""

    organisation_name = forms.CharField(label=_("Name of your organisation"), max_length=200)
    time_zone = forms.ChoiceField(label=_("Its time zone"), choices=lazy(zone_choices, list))
    currency = CurrencyField(label=_("Its currency"))


class JoinAsNewcomerForm(JoinWithNewOrganisationForm, AcceptForm):
    """The same for somebody who has no sign-in yet."""

    field_order = ("full_name", "password", "organisation_name", "time_zone", "currency")
