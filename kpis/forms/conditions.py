"""The condition of an environment: built from rows, or written as an expression."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpis.actions import ConditionRefused
from kpis.actions.conditions import check_condition
from kpis.domain.conditions import Condition
from kpis.models import Kpi
from kpis.queries.condition_words import ALL, ANY, SIGNS, Row, read_rows, write_condition

PEOPLE, ROWS, TEXT = "people", "rows", "text"
MOST_LINES: Final = 8
FIRST_LINES: Final = 1


class ConditionForm(forms.Form):
    """Says when a spell is proposed by itself: never (people declare spells), by rows, or by an expression."""

    how = forms.ChoiceField(
        label=_("Who proposes its spells"),
        widget=forms.RadioSelect,
        choices=[
            (PEOPLE, _("People declare them, in advance or afterwards")),
            (ROWS, _("A spell is also proposed when drivers say so")),
            (TEXT, _("The same, with an expression of our own")),
        ],
        initial=PEOPLE,
    )
    joined = forms.ChoiceField(
        label=_("When there are several lines"),
        choices=[(ALL, _("all of them have to hold")), (ANY, _("one of them is enough"))],
        required=False,
    )
    condition = forms.CharField(
        label=_("Expression"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocapitalize": "none"}),
        help_text=_(
            "Names of drivers, numbers, + - * / and brackets, compared with > >= < <= == !=, joined with && (and),"
            " || (or) and ! (not); also abs, min and max."
        ),
    )

    def __init__(
        self, *args: Any, variables: Mapping[str, Kpi], lines: int = FIRST_LINES, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.variables = variables
        self.lines = min(max(lines, FIRST_LINES), MOST_LINES)
        self.compiled: Condition | None = None
        for number in range(self.lines):
            self._add_line(number)

    def _add_line(self, number: int) -> None:
        place = {"number": number + 1}
        labels: list[Any] = [_("Driver"), _("Comparison"), _("Number")]
        if number:
            labels = [
                _("Driver, line %(number)d") % place,
                _("Comparison, line %(number)d") % place,
                _("Number, line %(number)d") % place,
            ]
        drivers = [(name, _named(driver)) for name, driver in self.variables.items()]
        signs = [(sign, words) for sign, words in SIGNS.items()]
        self.fields[f"driver_{number}"] = forms.ChoiceField(
            label=labels[0], choices=[("", _("Choose a driver")), *drivers], required=False
        )
        self.fields[f"sign_{number}"] = forms.ChoiceField(label=labels[1], choices=signs, required=False)
        self.fields[f"number_{number}"] = forms.DecimalField(
            label=labels[2],
            required=False,
            max_digits=15,
            decimal_places=6,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """The three fields of each line."""
        return [
            (self[f"driver_{number}"], self[f"sign_{number}"], self[f"number_{number}"])
            for number in range(self.lines)
        ]

    @property
    def can_grow(self) -> bool:
        return self.lines < MOST_LINES

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        how = cleaned.get("how") or PEOPLE
        text = ""
        if how == TEXT:
            text = cleaned.get("condition", "")
        elif how == ROWS:
            text = self._from_rows(cleaned)
            if not text and not self.errors:
                self.add_error("driver_0", gettext("Choose a driver to compare."))
        if how != PEOPLE and not self.errors:
            try:
                self.compiled = check_condition(text, self.variables)
            except ConditionRefused as refusal:
                self.add_error("condition" if how == TEXT else "driver_0", str(refusal))
        cleaned["condition_text"] = text
        return cleaned

    def _from_rows(self, cleaned: dict[str, Any]) -> str:
        rows = []
        for number in range(self.lines):
            driver, value = cleaned.get(f"driver_{number}"), cleaned.get(f"number_{number}")
            if f"number_{number}" in self.errors or f"driver_{number}" in self.errors:
                continue
            if driver and value is None:
                self.add_error(f"number_{number}", gettext("Say the number that it is compared with."))
            elif value is not None and not driver:
                self.add_error(f"driver_{number}", gettext("Choose the driver that is compared."))
            elif driver and value is not None:
                rows.append(Row(driver, cleaned.get(f"sign_{number}") or ">", value))
        return write_condition(rows, cleaned.get("joined") or ALL)

    def text(self) -> str:
        """The expression; "" where people declare the spells."""
        found: str = self.cleaned_data["condition_text"]
        return found

    @staticmethod
    def showing(text: str) -> dict[str, Any]:
        """Initial values from an expression: as rows where rows can say it."""
        if not text:
            return {"how": PEOPLE}
        read = read_rows(text)
        if read is None or len(read[0]) > MOST_LINES:
            return {"how": TEXT, "condition": text}
        rows, joined = read
        found: dict[str, Any] = {"how": ROWS, "joined": joined, "condition": text, "lines": len(rows)}
        for number, row in enumerate(rows):
            found |= {
                f"driver_{number}": row.variable,
                f"sign_{number}": row.sign,
                f"number_{number}": _plain(row.number),
            }
        return found


def _named(driver: Kpi) -> str:
    return f"{driver.name} ({driver.unit})" if driver.unit else driver.name


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
