"""The flex rules of a proposed band, as many as somebody adds: each a few fields under its own prefix.

A rule that nobody filled in is none. Slope and deadband are typed in per cent, because nobody thinks in shares of a
baseline; amounts that are left blank in a shift stay as they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpis.actions.flex_rules import HIGHEST_PRIORITY, MOST_RULES
from kpis.domain.flex import Kind
from kpis.models import Environment, FlexRule, Kpi

HUNDRED: Final = Decimal(100)
COUNT: Final = "rules"
THRESHOLDS: Final = {
    "target": _("Target"),
    "tolerance": _("Tolerance"),
    "floor": _("Floor"),
    "upper_target": _("Upper target"),
    "upper_tolerance": _("Upper tolerance"),
    "upper_floor": _("Upper floor"),
}
OF_DRIVER: Final = ("baseline", "slope", "deadband", "cap")
TOO_MANY: Final = 10**9
NEEDED: Final = _("This number is needed.")


@dataclass(frozen=True)
class Choices:
    """What a rule may name: environments and drivers of the relationship, by id."""

    environments: Mapping[int, Environment]
    drivers: Mapping[int, Kpi]


def _number(label: Any, *, places: int = 6, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=18,
        decimal_places=places,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


class RuleForm(forms.Form):
    """One rule. Which numbers it needs depends on its kind; others are left aside."""

    environment = forms.TypedChoiceField(label=_("While this environment holds"), coerce=int)
    kind = forms.ChoiceField(label=_("How the band moves"), choices=FlexRule.Kind.choices)
    priority = forms.IntegerField(
        label=_("Priority"),
        min_value=1,
        max_value=HIGHEST_PRIORITY,
        help_text=_("Where several rules apply, the one with the highest is used."),
    )
    driver = forms.TypedChoiceField(label=_("Driver"), coerce=int, required=False, empty_value=None)
    baseline = _number(_("Agreed baseline"), help_text=_("What the driver normally is, in its own unit."))
    deadband = _number(_("Ignored up to (% away)"), places=4, help_text=_("Smaller deviations move nothing."))
    slope = _number(_("Easier for each further 1 % away"), places=8)
    cap = _number(_("Easier by at most"))

    def __init__(self, *args: Any, kpi: Kpi, names: Sequence[str], choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False  # a rule may be left blank, and then it is none
        self.kpi, self.names, self.choices = kpi, names, choices
        nothing = ("", gettext("Choose one"))
        self._offer("environment", [nothing, *_named(choices.environments.values())])
        drivers = _named(one for one in choices.drivers.values() if one.is_driver)
        others = _named(one for one in choices.drivers.values() if not one.is_driver)
        groups = [(gettext("Drivers"), drivers), (gettext("Other KPIs"), others)]
        self._offer("driver", [nothing, *((title, rows) for title, rows in groups if rows)])
        unit = f" ({kpi.unit})" if kpi.unit else ""
        for name in names:
            self.fields[name] = _number(f"{THRESHOLDS[name]}{unit}")
        for name in ("slope", "cap"):
            self.fields[name].label = f"{self.fields[name].label}{unit}"

    def _offer(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def amount_fields(self) -> list[forms.BoundField]:
        """The thresholds in the order in which the band asks for them."""
        return [self[name] for name in self.names]

    @property
    def is_blank(self) -> bool:
        """Whether nobody has filled anything in, so that there is no rule to speak of."""
        names = ("environment", "driver", *OF_DRIVER, *self.names)
        return all(not str(self[name].value() or "").strip() for name in names)

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.is_blank:
            self._errors = forms.utils.ErrorDict()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("kind") == Kind.DRIVER:
            given["deadband"] = given.get("deadband") or Decimal(0)
            self._need(given, ("driver", "baseline", "slope", "cap"))
        elif given.get("kind") == Kind.REPLACE:
            self._need(given, self.names)
        elif not any(given.get(name) or self.errors.get(name) for name in self.names):
            self.add_error(self.names[0], gettext("Say by how much at least one threshold moves."))
        return given

    def _need(self, given: Mapping[str, Any], names: Iterable[str]) -> None:
        for name in names:
            if given.get(name) is None and name not in self.errors:
                said = gettext("Choose a driver.") if name == "driver" else NEEDED
                self.add_error(name, said)

    def rule(self) -> FlexRule:
        """The rule as it would be saved; only of a valid form."""
        given = self.cleaned_data
        rule = FlexRule(
            relationship_id=self.kpi.relationship_id,
            environment=self.choices.environments[given["environment"]],
            kind=given["kind"],
            priority=given["priority"],
        )
        if rule.kind == Kind.DRIVER:
            rule.driver = self.choices.drivers[given["driver"]]
            rule.baseline, rule.cap = given["baseline"], given["cap"]
            rule.slope = given["slope"] * HUNDRED
            rule.deadband = given["deadband"] / HUNDRED
            return rule
        for name in self.names:
            setattr(rule, name, given.get(name) or Decimal(0))
        return rule

    @staticmethod
    def showing(rule: FlexRule) -> dict[str, Any]:
        """Initial values from a rule."""
        found = {name: getattr(rule, name) for name in (*THRESHOLDS, "baseline", "cap")}
        found["slope"] = None if rule.slope is None else rule.slope / HUNDRED
        found["deadband"] = None if rule.deadband is None else rule.deadband * HUNDRED
        shown = {name: f"{value.normalize():f}" for name, value in found.items() if value is not None}
        named = {"environment": rule.environment_id, "driver": rule.driver_id}
        return {**shown, **named, "kind": rule.kind, "priority": rule.priority}


class RuleForms:
    """All rules of the form: what was typed (`data`), else those of a band; one more or one fewer when asked."""

    def __init__(
        self,
        *,
        kpi: Kpi,
        names: Sequence[str],
        choices: Choices,
        data: Mapping[str, Any] | None = None,
        rules: Iterable[FlexRule] = (),
    ) -> None:
        self._of: dict[str, Any] = {"kpi": kpi, "names": names, "choices": choices}
        self.problem = ""
        self.added: RuleForm | None = None
        if data is None:
            self.forms = [
                RuleForm(prefix=_prefix(index), initial=RuleForm.showing(rule), **self._of)
                for index, rule in enumerate(rules)
            ]
            return
        asked = _whole(data.get(COUNT))
        if asked > MOST_RULES:
            self.problem = gettext("A band has at most %(most)d flex rules; the others were left out.") % {
                "most": MOST_RULES
            }
        kept = [index for index in range(min(asked, MOST_RULES)) if str(index) != data.get("remove")]
        self.forms = [
            RuleForm(_moved(data, index, place), prefix=_prefix(place), **self._of)
            for place, index in enumerate(kept)
        ]
        if data.get("add"):
            self._add()

    @property
    def can_add(self) -> bool:
        return len(self.forms) < MOST_RULES and bool(self._of["choices"].environments)

    @property
    def spoken(self) -> list[RuleForm]:
        """The rules that somebody filled in."""
        return [form for form in self.forms if form.is_bound and not form.is_blank]

    def is_valid(self) -> bool:
        """Whether every rule that somebody filled in can be read."""
        return not self.problem and all(form.is_valid() for form in self.spoken)

    def rules(self) -> list[FlexRule]:
        """The rules that were filled in, not yet saved."""
        return [form.rule() for form in self.spoken]

    def add_error(self, index: int, field: str, message: str) -> None:
        """Says at the rule's field what is wrong with it."""
        if index >= len(self.spoken):
            self.problem = message
            return
        form = self.spoken[index]
        form.add_error(field if field in form.fields else None, message)

    def _add(self) -> None:
        if not self.can_add:
            self.problem = self.problem or gettext("A band has at most %(most)d flex rules.") % {
                "most": MOST_RULES
            }
            return
        taken = [_whole(form["priority"].value()) for form in self.forms]
        initial = {"kind": FlexRule.Kind.SHIFT, "priority": min(max(taken, default=0) + 1, HIGHEST_PRIORITY)}
        self.added = RuleForm(prefix=_prefix(len(self.forms)), initial=initial, **self._of)
        self.added.fields["environment"].widget.attrs["autofocus"] = True
        self.forms.append(self.added)


def _named(rows: Iterable[Environment | Kpi]) -> list[tuple[str, str]]:
    return [(str(row.pk), row.name) for row in rows]


def _prefix(index: int) -> str:
    return f"rule-{index}"


def _moved(data: Mapping[str, Any], index: int, place: int) -> Mapping[str, Any]:
    """What was typed for the rule at `index`, now the rule at `place`."""
    if index == place:
        return data
    old, new = f"{_prefix(index)}-", f"{_prefix(place)}-"
    return {new + name[len(old) :]: data[name] for name in data if name.startswith(old)}


def _whole(said: Any) -> int:
    """A count somebody sent: 0 for what is none, and no longer number is read digit by digit."""
    text = str(said or "")
    if not (text.isascii() and text.isdecimal()):
        return 0
    return int(text) if len(text) < 9 else TOO_MANY
