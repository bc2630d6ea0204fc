"""Opening a pulse and answering it."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relationships.domain.pulses import HIGHEST, LOWEST
from relationships.forms.contracts import Day

MOST_DAYS = 92


class OpenPulseForm(forms.Form):
    """Until when a pulse can be answered."""

    closes_on = forms.DateField(
        label=_("Answers until the end of"),
        widget=Day(),
        help_text=_("It closes then by itself. Who has not answered is reminded once, three days before."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_closes_on(self) -> date:
        day: date = self.cleaned_data["closes_on"]
        if day <= self.today:
            raise ValidationError(_("Give people until tomorrow at least."))
        if (day - self.today).days > MOST_DAYS:
            raise ValidationError(_("A pulse is short: three months at most."))
        return day

    def closes_at(self, zone: str) -> datetime:
        """The last minute of the day where the relationship is at home."""
        return datetime.combine(self.cleaned_data["closes_on"], time(23, 59), ZoneInfo(zone))


class PulseAnswerForm(forms.Form):
    """One answer, with words at both ends."""

    trust = forms.TypedChoiceField(
        coerce=int, widget=forms.RadioSelect, error_messages={"required": _("Choose one of the seven.")}
    )

    def __init__(self, *args: Any, about: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["trust"]
        field.label = gettext("How far do you trust %(organisation)s to do what it says?") % {
            "organisation": about
        }
        field.help_text = gettext("Your own impression of the last three months. There is no right answer.")
        ends = {LOWEST: gettext("1, not at all"), HIGHEST: gettext("7, completely")}
        field.choices = [  # type: ignore[attr-defined]
            (number, ends.get(number, str(number))) for number in range(LOWEST, HIGHEST + 1)
        ]
