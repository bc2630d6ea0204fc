"""The calculators of the method page: parsing and checking, nothing is saved."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.domain.bands import Band, DisorderedBand, check
from kpis.models import Kpi

VERDICT_EXAMPLE: Final[Mapping[str, Any]] = {
    "polarity": "HIGHER",
    "floor": Decimal(60),
    "tolerance": Decimal(70),
    "target": Decimal(80),
    "value": Decimal(76),
}
SCORE_EXAMPLE: Final[Mapping[str, Any]] = {
    "outcomes": Decimal(85),
    "by_provider": Decimal(92),
    "by_customer": Decimal(60),
    "walkaway_customer": Decimal("0.20"),
    "walkaway_provider": Decimal("0.20"),
    "alpha": Decimal("0.50"),
}
ORDER: Final = {
    "HIGHER": _("Higher is better: the floor lies below the tolerance, the tolerance below the target."),
    "LOWER": _("Lower is better: the floor lies above the tolerance, the tolerance above the target."),
    "WITHIN_RANGE": _(
        "A range needs all six thresholds, rising: floor, tolerance, target, upper target, upper tolerance, upper floor."
    ),
}


def _number(label: Any, *, required: bool = True) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label, required=required, max_digits=18, decimal_places=6, localize=False, widget=widget
    )


def _share(label: Any, lowest: str, highest: str) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label, min_value=Decimal(lowest), max_value=Decimal(highest), decimal_places=2, widget=widget
    )


class VerdictForm(forms.Form):
    """A band and a value."""

    polarity = forms.ChoiceField(label=_("Direction"), choices=Kpi.Polarity.choices)
    floor = _number(_("Floor"))
    tolerance = _number(_("Tolerance"))
    target = _number(_("Target"))
    upper_target = _number(_("Upper target"), required=False)
    upper_tolerance = _number(_("Upper tolerance"), required=False)
    upper_floor = _number(_("Upper floor"), required=False)
    value = _number(_("Value"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                check(cleaned["polarity"], self.band(cleaned))
            except DisorderedBand:
                self.add_error("floor", ORDER[cleaned["polarity"]])
        return cleaned

    @staticmethod
    def band(values: Mapping[str, Any]) -> Band:
        """The band of cleaned values."""
        upper = (values.get(name) for name in ("upper_target", "upper_tolerance", "upper_floor"))
        return Band(values["floor"], values["tolerance"], values["target"], *upper)


class ScoreForm(forms.Form):
    """Attainments in per cent, and the terms."""

    outcomes = _share(_("Joint KPIs, % of full attainment"), "0", "100")
    by_provider = _share(_("What the provider performs, %"), "0", "100")
    by_customer = _share(_("What the customer performs, %"), "0", "100")
    walkaway_customer = _share(_("Walk-away of the customer"), "0", "0.99")
    walkaway_provider = _share(_("Walk-away of the provider"), "0", "0.99")
    alpha = _share(_("Customer's share of the exponent"), "0.01", "0.99")
