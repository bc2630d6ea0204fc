"""Which column of a file means what, said for one file."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext

from kpis.forms.columns.checks import MOST_COLUMNS_NAMED, CheckedColumns
from kpis.forms.columns.choices import column_words, is_ratio, kpi_words
from kpis.models import Kpi
from kpis.spreadsheets.mapping import EVENTS, LONG, WIDE, Mapping
from kpis.spreadsheets.sheets import Row

OF_ROW = ("period", "fixed_period", "kpi", "value", "numerator", "denominator", "not_applicable", "note")
OF_EVENTS = ("period", "holds", "test", "threshold", "once_per")


class MappingForm(CheckedColumns):
    """Which column means what; only the parts that belong to the chosen layout are looked at."""

    COLUMNS = (
        "period",
        "kpi",
        "value",
        "numerator",
        "denominator",
        "not_applicable",
        "note",
        "holds",
        "once_per",
    )

    CAN_BE_MISSING = ("not_applicable", "note", "once_per")

    def __init__(
        self,
        *args: Any,
        header: Sequence[str],
        rows: Sequence[Row],
        kpis: Iterable[Kpi],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.header = list(header)
        columns = [
            ("", gettext("no column")),
            *((str(i), column_words(i, header, rows)) for i in range(len(header))),
        ]
        own = list(kpis)
        for name in self.COLUMNS:
            self._choices(name, columns)
        chosen = [("", gettext("none")), *((str(kpi.pk), kpi_words(kpi)) for kpi in own)]
        ratios = [(value, text) for value, text in chosen if not value or is_ratio(own, value)]
        self._choices("one_kpi", chosen)
        self._choices("counted_kpi", ratios)
        for column in range(min(len(header), MOST_COLUMNS_NAMED)):
            self.fields[f"column_{column}"] = forms.TypedChoiceField(
                label=column_words(column, header, rows),
                required=False,
                coerce=int,
                empty_value=None,
                choices=chosen,
            )

    use_required_attribute = False

    def shown(self) -> "MappingForm":
        """The form as it is shown: "optional" stands only at what a file of the layout can do without."""
        for name, field in self.fields.items():
            field.required = name not in self.CAN_BE_MISSING
        return self

    @classmethod
    def showing(cls, mapping: Mapping) -> dict[str, Any]:
        """The initial values that say the same as a mapping."""
        values = {name: getattr(mapping, name) for name in cls.base_fields if hasattr(mapping, name)}
        values["counted_kpi"] = mapping.one_kpi
        return values | {f"column_{column}": kpi for column, kpi in mapping.kpi_columns.items()}

    @property
    def kpi_fields(self) -> list[forms.BoundField]:
        """The fields that say which KPI a column holds."""
        return [self[name] for name in self.fields if name.startswith("column_")]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        check = {LONG: self.check_long, WIDE: self.check_wide, EVENTS: self.check_events}
        if given.get("layout") in check:
            check[given["layout"]](given)
        return given

    def mapping(self) -> Mapping:
        """What was said, without what belongs to other layouts."""
        given = self.cleaned_data
        common = {name: given[name] for name in ("decimal_mark", "date_order")}
        if given["layout"] == WIDE:
            return Mapping(
                WIDE, period=given["period"], kpi_columns=self.chosen_kpis(given),
                is_fraction=given["is_fraction"], **common,
            )  # fmt: skip
        if given["layout"] == EVENTS:
            events = {name: given[name] for name in OF_EVENTS}
            return Mapping(EVENTS, one_kpi=given["counted_kpi"], **events, **common)
        row = {name: given[name] for name in OF_ROW}
        one_kpi = given["one_kpi"] if given["kpi"] is None else None
        return Mapping(LONG, one_kpi=one_kpi, is_fraction=given["is_fraction"], **row, **common)

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
