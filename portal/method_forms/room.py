"""A wiggle-room budget, month by month."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from portal.method_forms.fields import BAND, BandCalculator, NumbersField, share

YEAR_OF_VALUES = "81\n76\n75\n68\n85\n79\n78\n77\n80\n82\n74\n72"


class BudgetForm(BandCalculator):
    """A band, an allowance, and monthly values."""

    example: ClassVar[Mapping[str, Any]] = {
        **BAND,
        "allowance": Decimal(6),
        "first_month": date(2025, 1, 1),
        "values": YEAR_OF_VALUES,
    }
    allowance = share(
        _("Allowance in 12 months"), "0", "1000", places=3, help_text=_("In units: one for each whole miss.")
    )
    first_month = forms.DateField(
        label=_("First month"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(date(1990, 1, 1)), MaxValueValidator(date(2100, 12, 31))],
        help_text=_("Any day of it."),
    )
    values = NumbersField(
        label=_("Monthly values, oldest first"),
        gaps=True,
        help_text=_("Paste a column. A dash stands for a month that does not count."),
    )
