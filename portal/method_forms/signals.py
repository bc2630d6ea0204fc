"""A column of numbers, read as a process behaviour chart."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.models import Kpi
from portal.method_forms.fields import Calculator, NumbersField, number


class SignalsForm(Calculator):
    """Values, oldest first, and if wanted the target they are measured against."""

    example: ClassVar[Mapping[str, Any]] = {
        "polarity": "LOWER",
        "values": "1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1",
        "target": Decimal(3),
    }
    values = NumbersField(
        label=_("Values, oldest first"),
        help_text=_("Paste a column of numbers; the last 24 are read."),
    )
    polarity = forms.ChoiceField(label=_("Direction"), choices=Kpi.Polarity.choices)
    target = number(_("Target"), required=False)
    upper_target = number(_("Upper target"), required=False, help_text=_("For a range only."))
