"""Every component with its states, as living documentation."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from kpis.domain.bands import Band, judge
from kpis.domain.periods import calendar_for
from portal.lib.icons import NAMES
from portal.lib.series import Point, Series, Thresholds
from relationships.models import Side

MOMENT = datetime(2026, 3, 3, 14, 5, tzinfo=UTC)
VALUES = ("71.5", "74.0", "69.2", "76.8", "79.9", "81.4", "58.3", "77.0", "", "80.6", "82.1", "79.0")
STATUSES = ("NOT_DUE", "MISSING", "LATE", "DISPUTED", "RELIEVED", "NOT_APPLICABLE")
COLOUR_NAMES = (
    "surface surface-raised surface-sunken text muted hairline hairline-strong accent accent-wash focus customer"
    " customer-wash provider provider-wash verdict-3 verdict-2 verdict-1 verdict-0 band-target band-tolerance"
    " band-floor band-below"
)


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Text"), help_text=_("Help stands between label and field."))
    unit = forms.CharField(label=_("Optional text"), required=False)
    target = forms.DecimalField(
        label=_("Number"), widget=forms.TextInput(attrs={"inputmode": "decimal"}), initial=Decimal("97.5")
    )
    starts_on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    side = forms.ChoiceField(label=_("One of several"), choices=Side.choices)
    days = forms.MultipleChoiceField(
        label=_("Several"),
        choices=[("1", _("Monday")), ("2", _("Tuesday"))],
        widget=forms.CheckboxSelectMultiple,
    )
    internal = forms.BooleanField(label=_("Yes or no"), required=False)
    note = forms.CharField(label=_("Longer text"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


@dataclass(frozen=True)
class Bar:
    """What one side has, for the two bars."""

    side: Side
    organisation: str
    value: Decimal | None
    is_own: bool

    @property
    def css(self) -> str:
        return self.side.value.lower()

    @property
    def length(self) -> Decimal:
        return self.value or Decimal(0)


@login_required
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """The components gallery."""
    refused = SampleForm(
        {"name": "Kept as it was typed", "target": "ninety", "side": "CUSTOMER"}, prefix="refused"
    )
    context: dict[str, Any] = {
        "tokens": COLOUR_NAMES.split(),
        "icons": NAMES,
        "statuses": STATUSES,
        "moment_shown": MOMENT,
        "day_shown": MOMENT.date(),
        "form": SampleForm(prefix="plain"),
        "refused": refused,
        "page": Paginator(range(250), 50).page(2),
        "bars": [
            Bar(Side.CUSTOMER, "Northwind", Decimal("72.4"), True),
            Bar(Side.PROVIDER, "Brightwater", Decimal("58.1"), False),
        ],
        "series": _series(),
    }
    return render(request, "portal/gallery.html", context)


def _series() -> Series:
    """A year of readings whose band was raised in July."""
    low, high = Band(Decimal(60), Decimal(70), Decimal(80)), Band(Decimal(65), Decimal(75), Decimal(85))
    months = calendar_for("MONTH").between(date(2025, 3, 1), date(2026, 2, 28))
    points = [
        _point(period, value, low if period.first < date(2025, 7, 1) else high)
        for period, value in zip(months, VALUES, strict=True)
    ]
    return Series(gettext("First-contact resolution"), "%", 1, "HIGHER", tuple(points))


def _point(period: Any, text: str, band: Band) -> Point:
    value = Decimal(text) if text else None
    verdict = None if value is None else int(judge("HIGHER", band, value).verdict)
    status = "MISSING" if value is None else ""
    shown = Thresholds(band.floor, band.tolerance, band.target)
    return Point(period.first, period.last, period.label, value, verdict, status, shown)
