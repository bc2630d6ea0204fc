"""Parsing and checking what people type about themselves and their organisation; nothing here saves."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.domain import holidays
from accounts.models import Organisation, Person

WEEKDAYS = [
    ("1", _("Monday")),
    ("2", _("Tuesday")),
    ("3", _("Wednesday")),
    ("4", _("Thursday")),
    ("5", _("Friday")),
    ("6", _("Saturday")),
    ("7", _("Sunday")),
]
CURRENCY_PATTERN = r"^[A-Z]{3}$"


def zone_choices() -> list[tuple[str, str]]:
    """Every place-named time zone, readable."""
    return [
        (name, name.replace("_", " "))
        for name in sorted(available_timezones())
        if "/" in name or name == "UTC"
    ]


class CurrencyField(forms.RegexField):
    """A three-letter currency code, typed in either case."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {"invalid": _("Three letters, for example GBP.")}
        super().__init__(CURRENCY_PATTERN, max_length=3, error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).upper()


class ProfileForm(forms.Form):
    """One's own name and time zone."""

    full_name = forms.CharField(label=_("Your name"), max_length=150)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=lazy(lambda: [("", gettext("As my organisation")), *zone_choices()], list),
    )


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    full_name = forms.CharField(label=_("Name"), max_length=150, required=False)
    is_executive = forms.BooleanField(
        label=_("Executive: reads every relationship of the organisation"), required=False
    )
    is_organisation_admin = forms.BooleanField(
        label=_("Administrator: manages people, sees no content by it"), required=False
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.lower()


class RankForm(forms.Form):
    """What somebody is in the organisation as a whole."""

    is_executive = forms.BooleanField(
        label=_("Executive: reads every relationship of the organisation"), required=False
    )
    is_organisation_admin = forms.BooleanField(
        label=_("Administrator: manages people, sees no content by it"), required=False
    )


class AcceptForm(forms.Form):
    """The name and password somebody chooses when they come by an invitation."""

    full_name = forms.CharField(label=_("Your name"), max_length=150)
    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        help_text=_("At least 12 characters, and not one that is often used."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        person = Person(email=self.email, full_name=cleaned.get("full_name", ""))
        try:
            validate_password(cleaned.get("password", ""), person)
        except ValidationError as error:
            if "password" in cleaned:
                self.add_error("password", error)
        return cleaned


class OrganisationForm(forms.Form):
    """Name, zone, money and working calendar of an organisation."""

    name = forms.CharField(label=_("Name"), max_length=200)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=lazy(zone_choices, list))
    currency = CurrencyField(label=_("Currency"))
    working_days = forms.MultipleChoiceField(
        label=_("Working days"), choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple
    )
    day_starts_at = forms.TimeField(
        label=_("Working day starts"), widget=forms.TimeInput(attrs={"type": "time"})
    )
    day_ends_at = forms.TimeField(label=_("Working day ends"), widget=forms.TimeInput(attrs={"type": "time"}))
    holiday_country = forms.ChoiceField(
        label=_("Public holidays of"), choices=lazy(lambda: [(c, c) for c in holidays.countries()], list)
    )
    holiday_subdivision = forms.CharField(
        label=_("Region"), max_length=8, required=False, help_text=_("For example ENG, SCT or BY.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("day_starts_at"), cleaned.get("day_ends_at")
        if starts and ends and starts >= ends:
            self.add_error("day_ends_at", _("The working day has to end after it starts."))
        self._check_region(cleaned)
        cleaned["working_days"] = "".join(sorted(cleaned.get("working_days", [])))
        return cleaned

    def _check_region(self, cleaned: dict[str, Any]) -> None:
        country = cleaned.get("holiday_country")
        if not country:
            return
        region = cleaned["holiday_subdivision"] = cleaned.get("holiday_subdivision", "").upper()
        try:
            holidays.check_calendar(country, region)
        except holidays.UnknownCalendar:
            known = ", ".join(holidays.subdivisions(country)) or gettext("none")
            self.add_error(
                "holiday_subdivision",
                gettext("%(country)s has no region %(region)s. Known: %(known)s.")
                % {"country": country, "region": region, "known": known},
            )

    @classmethod
    def showing(cls, organisation: Organisation) -> "OrganisationForm":
        """The form filled in with what holds now."""
        names = [name for name in cls.base_fields if name != "working_days"]
        values = {name: getattr(organisation, name) for name in names}
        return cls(initial={**values, "working_days": list(organisation.working_days)})
