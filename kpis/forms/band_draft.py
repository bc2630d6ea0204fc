"""All that is typed when a band is proposed: one package of thresholds, room and flex rules."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from kpis.actions.bands import check_band
from kpis.actions.errors import BandOutOfOrder, RoomRefused, RuleRefused
from kpis.forms.bands import BandForm
from kpis.forms.flex_rules import Choices, RuleForms
from kpis.models import BandRevision, FlexRule, Kpi
from kpis.queries.backtest import PERIODS
from kpis.queries.judging import Terms, terms_of
from kpis.queries.rule_words import rule_in_words

REFUSED = (BandOutOfOrder, RoomRefused, RuleRefused)


class BandDraft:
    """The form of the band and those of its rules as one: valid together, refused at the field that is wrong."""

    def __init__(
        self,
        kpi: Kpi,
        choices: Choices,
        *,
        now: datetime,
        data: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
        rules: Iterable[FlexRule] = (),
    ) -> None:
        self.kpi, self.now = kpi, now
        self.form = (
            BandForm(data, kpi=kpi) if data is not None else BandForm(kpi=kpi, initial=dict(initial or {}))
        )
        self.rules = RuleForms(kpi=kpi, names=self.form.names, choices=choices, data=data, rules=rules)
        self.proposed: BandRevision | None = None
        self.proposed_rules: list[FlexRule] = []
        if data is not None:
            self._read()

    @property
    def is_ready(self) -> bool:
        """Whether everything typed can be proposed as it stands."""
        return self.proposed is not None

    @property
    def periods(self) -> int:
        """How many periods are compared."""
        return int(self.form.cleaned_data.get("periods") or PERIODS)

    def terms(self) -> Terms:
        """What is typed, as the arithmetic wants it; only of a ready draft."""
        return terms_of(self._ready(), self.proposed_rules)

    def sentences(self) -> list[str]:
        """Each rule as both sides would sign it, highest priority first."""
        if self.proposed is None:
            return []
        band = self.form.band()
        ordered = sorted(self.proposed_rules, key=lambda rule: -rule.priority)
        return [rule_in_words(self.kpi, rule, band) for rule in ordered]

    def package(self) -> dict[str, Any]:
        """What the verbs that propose take."""
        proposed = self._ready()
        return {
            "effective_from": proposed.effective_from,
            "note": self.form.cleaned_data["note"],
            "allowance": proposed.allowance,
            "max_earned": proposed.max_earned,
            "rules": self.proposed_rules,
            **self.form.thresholds(),
        }

    def refuse(self, refusal: BandOutOfOrder | RoomRefused | RuleRefused) -> None:
        """Says a refusal at the very field it is about."""
        self.proposed = None
        if isinstance(refusal, RuleRefused):
            self.rules.add_error(refusal.index, refusal.field, str(refusal))
        elif isinstance(refusal, RoomRefused):
            self.form.add_error(refusal.field, str(refusal))
        else:
            self.form.add_error(None, str(refusal))

    def problems(self) -> list[tuple[str, str]]:
        """Every error with the name of its field, in the order of the page."""
        found = [(str(field.label), str(error)) for field in self.form for error in field.errors]
        found += [("", str(error)) for error in self.form.non_field_errors()]
        for number, rule in enumerate(self.rules.forms, 1):
            for field in rule:
                found += [(f"{number}. {field.label}", str(error)) for error in field.errors]
            found += [(f"{number}.", str(error)) for error in rule.non_field_errors()]
        return [*found, *([("", self.rules.problem)] if self.rules.problem else [])]

    def _ready(self) -> BandRevision:
        if self.proposed is None:
            raise ValueError("what is typed cannot be proposed as it stands")
        return self.proposed

    def _read(self) -> None:
        readable = [self.form.is_valid(), self.rules.is_valid()]
        if not all(readable):
            return
        self.proposed = self.form.proposed(self.now)
        self.proposed_rules = self.rules.rules()
        try:
            check_band(self.proposed, self.proposed_rules)
        except REFUSED as refusal:
            self.refuse(refusal)
