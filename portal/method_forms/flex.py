"""A band under up to two rules that could move it."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.models import FlexRule
from portal.method_forms.fields import BAND, BandCalculator, count, number

RULES: Final = (1, 2)
AMOUNTS: Final = {
    "floor": _("Floor: by or to"),
    "tolerance": _("Tolerance: by or to"),
    "target": _("Target: by or to"),
    "upper_target": _("Upper target: by or to"),
    "upper_tolerance": _("Upper tolerance: by or to"),
    "upper_floor": _("Upper floor: by or to"),
}
OF_DRIVER: Final = {
    "driver_value": _("Driver in this period"),
    "baseline": _("Baseline of the driver"),
    "slope": _("Slope: units for each 100 %"),
    "deadband": _("Deadband: 0.10 is 10 %"),
    "cap": _("Cap: units at most"),
}
LONGEST: Final = 400


class FlexForm(BandCalculator):
    """A band, a value, and one or two rules, each with the days on which its environment holds."""

    example: ClassVar[Mapping[str, Any]] = {
        **BAND,
        "value": Decimal("77.5"),
        "days": 31,
        "kind_1": "SHIFT",
        "priority_1": 1,
        "covered_days_1": 15,
        "floor_1": Decimal(-6),
        "tolerance_1": Decimal(-6),
        "target_1": Decimal(-6),
    }
    value = number(_("Value"), required=False)
    days = count(_("Days in the period"), 1, LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for index in RULES:
            self.fields.update(_rule_fields(index))

    @property
    def rules(self) -> "list[RuleFields]":
        """The fields of each rule, grouped for the page."""
        return [RuleFields(self, index) for index in RULES]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for index in RULES:
            if cleaned.get(f"kind_{index}"):
                for name in ("priority", "covered_days"):
                    key = f"{name}_{index}"
                    if cleaned.get(key) is None and key not in self.errors:
                        self.add_error(key, forms.Field.default_error_messages["required"])
        return cleaned

    def asked(self) -> Mapping[str, Any]:
        given = self.cleaned_data
        rules = [
            {
                name: given.get(f"{name}_{index}")
                for name in ("kind", "priority", "covered_days", *AMOUNTS, *OF_DRIVER)
            }
            for index in self._used()
        ]
        return {**given, "rules": rules}

    def refuse(self, field: str, message: str) -> None:
        found = re.fullmatch(r"rules\[(\d+)\]\.(\w+)", field)
        if found is not None:
            field = f"{found.group(2)}_{self._used()[int(found.group(1))]}"
        super().refuse(field, message)

    def _used(self) -> list[int]:
        return [index for index in RULES if self.cleaned_data.get(f"kind_{index}")]


class RuleFields:
    """The fields of one rule in groups."""

    def __init__(self, form: FlexForm, index: int) -> None:
        self.form, self.index = form, index

    def _fields(self, *names: str) -> list[forms.BoundField]:
        return [self.form[f"{name}_{self.index}"] for name in names]

    @property
    def basics(self) -> list[forms.BoundField]:
        return self._fields("kind", "priority", "covered_days")

    @property
    def amounts(self) -> list[forms.BoundField]:
        return self._fields("floor", "tolerance", "target")

    @property
    def upper_amounts(self) -> list[forms.BoundField]:
        return self._fields("upper_target", "upper_tolerance", "upper_floor")

    @property
    def driver(self) -> list[forms.BoundField]:
        return self._fields(*OF_DRIVER)

    @property
    def shows_amounts(self) -> bool:
        """Whether what is chosen needs amounts, or something is wrong with one of them."""
        return self._kind in ("SHIFT", "REPLACE") or any(field.errors for field in self.amounts)

    @property
    def shows_upper(self) -> bool:
        """Whether a range is asked about, or something is wrong with an amount of its upper half."""
        return (self.form.has_upper_half and self.shows_amounts) or any(
            field.errors for field in self.upper_amounts
        )

    @property
    def shows_driver(self) -> bool:
        """Whether what is chosen follows a driver, or something is wrong with its numbers."""
        return self._kind == "DRIVER" or any(field.errors for field in self.driver)

    @property
    def _kind(self) -> str:
        return str(self.form[f"kind_{self.index}"].value() or "")


def _rule_fields(index: int) -> dict[str, forms.Field]:
    kinds = (
        [*FlexRule.Kind.choices] if index == RULES[0] else [("", _("No second rule")), *FlexRule.Kind.choices]
    )
    is_first = index == RULES[0]
    fields: dict[str, forms.Field] = {
        "kind": forms.ChoiceField(label=_("Kind"), choices=kinds, required=is_first),
        "priority": count(_("Priority"), 1, 1000, required=is_first, help_text=_("The highest one is used.")),
        "covered_days": count(_("Days covered by its spell"), 0, LONGEST, required=is_first),
    }
    fields |= {name: number(label, required=False) for name, label in (AMOUNTS | OF_DRIVER).items()}
    return {f"{name}_{index}": field for name, field in fields.items()}
