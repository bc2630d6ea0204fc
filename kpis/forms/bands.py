"""Proposing a band."""

import itertools
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpis.domain.bands import Band, DisorderedBand, check
from kpis.domain.printed import Restated, UnreadableBands, read_printed
from kpis.forms.printed import UnreadableLine, explain, read_lines, why_unreadable
from kpis.models import BandRevision, Kpi
from kpis.queries.backtest import CHOICES, PERIODS
from relationships.forms.contracts import Day

NUMBER: Final = {"inputmode": "decimal", "autocomplete": "off"}
ONE_WAY: Final = ("target", "tolerance", "floor")
RANGE: Final = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")
LABELS: Final = {
    "floor": _("Floor"),
    "tolerance": _("Tolerance"),
    "target": _("Target"),
    "upper_target": _("Upper target"),
    "upper_tolerance": _("Upper tolerance"),
    "upper_floor": _("Upper floor"),
}
HELP: Final = {
    Kpi.Polarity.HIGHER: {
        "target": _("This or more is Good."),
        "tolerance": _("From here up to the target is Approaching: the wiggle room."),
        "floor": _("From here up to the tolerance Requires improvement; anything less is Inadequate."),
    },
    Kpi.Polarity.LOWER: {
        "target": _("This or less is Good."),
        "tolerance": _("From the target up to here is Approaching: the wiggle room."),
        "floor": _("From the tolerance up to here Requires improvement; anything more is Inadequate."),
    },
    Kpi.Polarity.WITHIN_RANGE: {
        "floor": _("Anything less is Inadequate."),
        "tolerance": _("From the floor up to here Requires improvement."),
        "target": _("From here up to the upper target is Good."),
        "upper_target": _("From here up to the upper tolerance is Approaching."),
        "upper_tolerance": _("From here up to the upper floor Requires improvement."),
        "upper_floor": _("Anything more is Inadequate."),
    },
}
WAYS: Final = {
    Kpi.Polarity.HIGHER: _(
        "Higher is better: the target is the largest of the three, the floor the smallest."
    ),
    Kpi.Polarity.LOWER: _("Lower is better: the target is the smallest of the three, the floor the largest."),
    Kpi.Polarity.WITHIN_RANGE: _(
        "A value should stay within a range: six thresholds, each larger than the one before; the worse half decides."
    ),
}


class BandForm(forms.Form):
    """Thresholds in the KPI's unit and the room around them, from a day on; `printed` holds the contract's own words, if somebody wants them read."""

    effective_from = forms.DateField(
        label=_("In force from"),
        widget=Day(),
        help_text=_("Judges every period that starts on this day or later."),
    )
    printed = forms.CharField(
        label=_("As printed in the contract"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One line a verdict, such as “Good: 96 or more”. Gaps and overlaps are pointed out."),
    )
    allowance = forms.DecimalField(
        label=_("Wiggle room in 12 months (units)"),
        required=False,
        min_value=0,
        max_value=1000,
        max_digits=7,
        decimal_places=3,
        widget=forms.TextInput(attrs=NUMBER),
        help_text=_(
            "A Good period uses nothing, one at the tolerance or worse a whole unit. Blank: none is agreed; then it"
            " cannot be used up."
        ),
    )
    max_earned = forms.DecimalField(
        label=_("Earned room at full trust (%)"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=4,
        decimal_places=1,
        widget=forms.TextInput(attrs=NUMBER),
        help_text=_(
            "By how much trust may widen the way from target to tolerance, measured by the last pulse before a quarter."
            " Blank: not at all."
        ),
    )
    periods = forms.TypedChoiceField(
        label=_("Compare"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(count, _("the last %(count)d periods") % {"count": count}) for count in CHOICES],
        initial=PERIODS,
    )
    note = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Both sides read it beside the proposal."),
    )
    answers_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kpi: Kpi, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kpi = kpi
        self.names = RANGE if kpi.polarity == Kpi.Polarity.WITHIN_RANGE else ONE_WAY
        self.restated: Restated | None = None
        for name in self.names:
            label = f"{LABELS[name]} ({kpi.unit})" if kpi.unit else LABELS[name]
            self.fields[name] = forms.DecimalField(
                label=label,
                help_text=HELP[Kpi.Polarity(kpi.polarity)][name],
                max_digits=18,
                decimal_places=6,
                widget=forms.TextInput(attrs=NUMBER),
            )
        if kpi.polarity == Kpi.Polarity.WITHIN_RANGE:
            del self.fields["printed"]

    @property
    def threshold_fields(self) -> list[forms.BoundField]:
        """The thresholds in the order in which they are asked for."""
        return [self[name] for name in self.names]

    @property
    def way(self) -> str:
        """Which way is better, in words."""
        return str(WAYS[Kpi.Polarity(self.kpi.polarity)])

    def clean_printed(self) -> str:
        text: str = self.cleaned_data["printed"]
        if text.strip():
            try:
                self.restated = read_printed(self.kpi.polarity, read_lines(text))
            except UnreadableLine as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
            except UnreadableBands as refusal:
                raise forms.ValidationError(why_unreadable(refusal)) from refusal
        return text

    @property
    def explanations(self) -> list[str]:
        """The gaps and overlaps of the contract's own table, each in a sentence."""
        return [explain(finding) for finding in self.restated.findings] if self.restated else []

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if all(cleaned.get(name) is not None for name in self.names):
            try:
                check(self.kpi.polarity, self.band())
            except DisorderedBand:
                self.add_error(*self._out_of_order(cleaned))
        return cleaned

    def band(self) -> Band:
        """The thresholds as the arithmetic wants them."""
        given = self.cleaned_data
        return Band(
            given["floor"],
            given["tolerance"],
            given["target"],
            *(given.get(name) for name in ("upper_target", "upper_tolerance", "upper_floor")),
        )

    def thresholds(self) -> dict[str, Decimal | None]:
        """All six thresholds; those of the upper half are None where there is only one direction."""
        return {name: self.cleaned_data.get(name) for name in RANGE}

    @property
    def room_fields(self) -> list[forms.BoundField]:
        """What may be used, and what may be earned."""
        return [self["allowance"], self["max_earned"]]

    def proposed(self, now: datetime) -> BandRevision:
        """The band as it would be saved; only of a valid form."""
        given = self.cleaned_data
        return BandRevision(
            relationship_id=self.kpi.relationship_id,
            kpi=self.kpi,
            effective_from=given["effective_from"],
            created_at=now,
            allowance=given["allowance"],
            max_earned=(given["max_earned"] or Decimal(0)) / 100,
            **self.thresholds(),
        )

    def _out_of_order(self, cleaned: dict[str, Any]) -> tuple[str, str]:
        """The field at which the order breaks, and what it should be."""
        sign = -1 if self.kpi.polarity == Kpi.Polarity.LOWER else 1
        worst_first = RANGE if len(self.names) == len(RANGE) else tuple(reversed(ONE_WAY))
        for worse, better in itertools.pairwise(worst_first):
            may_touch = (worse, better) == ("target", "upper_target")
            step = sign * (cleaned[better] - cleaned[worse])
            if step < 0 or (step == 0 and not may_touch):
                word = gettext("larger") if sign > 0 else gettext("smaller")
                said = gettext("%(better)s has to be %(word)s than %(worse)s. %(way)s") % {
                    "better": LABELS[better],
                    "word": word,
                    "worse": str(LABELS[worse]).lower(),
                    "way": self.way,
                }
                return better, said
        return self.names[0], self.way

    @staticmethod
    def showing(band: BandRevision) -> dict[str, Any]:
        """Initial thresholds, wiggle room and earned room from a band."""
        found = {name: getattr(band, name) for name in (*RANGE, "allowance")}
        found["max_earned"] = band.max_earned * 100 or None
        return {name: f"{value.normalize():f}" for name, value in found.items() if value is not None}
