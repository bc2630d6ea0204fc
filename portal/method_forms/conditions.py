"""A condition of automatic spells, tried with values."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.method_forms.fields import LARGEST, Calculator

MOST_VARIABLES: Final = 40
NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")


class VariablesField(forms.CharField):
    """One `name = number` a line; a name without a number is a driver whose value is not known."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"})
        super().__init__(max_length=4_000, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(lines) > MOST_VARIABLES:
            raise forms.ValidationError(_("At most %(most)d variables.") % {"most": MOST_VARIABLES})
        return dict(_variable(number, line) for number, line in enumerate(lines, start=1))


def _variable(number: int, line: str) -> tuple[str, Decimal | None]:
    name, _sign, value = (part.strip() for part in line.partition("="))
    named = {"line": number, "text": (value if NAME.fullmatch(name) else name)[:40]}
    if not NAME.fullmatch(name):
        said = _("Line %(line)d: “%(text)s” is no name; use letters, digits and _.")
        raise forms.ValidationError(said % named)
    if not value:
        return name, None
    try:
        found = Decimal(value)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) >= LARGEST:
        raise forms.ValidationError(_("Line %(line)d: “%(text)s” is no number.") % named)
    return name, found


class ConditionForm(Calculator):
    """An expression and what its variables are worth."""

    example: ClassVar[Mapping[str, Any]] = {
        "condition": "calls_received > 1.2 * usual_calls && headcount < 40",
        "variables": "calls_received = 1300\nusual_calls = 1000\nheadcount = 38",
    }
    condition = forms.CharField(
        label=gettext_lazy("Condition"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy("Variables and numbers; + - * /, < <= > >= == !=, && || !, abs, min, max."),
    )
    variables = VariablesField(
        label=gettext_lazy("Variables"),
        help_text=gettext_lazy("One a line: name = number. Leave the number out where it is not known."),
    )
