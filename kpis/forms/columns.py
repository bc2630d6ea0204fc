"""Which column of a file means what."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpis.actions.upload_report import column_named
from kpis.models import Kpi
from kpis.spreadsheets.mapping import EVENTS, LONG, WIDE, Mapping
from kpis.spreadsheets.sheets import Row
from kpis.spreadsheets.values import NotUnderstood, first_day_of, number_of

LAYOUTS = [
    (LONG, _("One reading in each row")),
    (WIDE, _("One period in each row, one KPI in each column")),
    (EVENTS, _("A log: one event in each row, counted into a share per period")),
]
TESTS = [
    ("yes", _("says yes")),
    ("no", _("says no")),
    ("at_most", _("is at most")),
    ("at_least", _("is at least")),
]
MARKS = [(".", _("a point: 1,234.5")), (",", _("a comma: 1.234,5"))]
ORDERS = [("DMY", _("day first: 31/12/2026")), ("MDY", _("month first: 12/31/2026"))]
OF_ROW = ("period", "fixed_period", "kpi", "value", "numerator", "denominator", "not_applicable", "note")
OF_EVENTS = ("period", "holds", "test", "threshold", "once_per")
MOST_COLUMNS_NAMED = 60
SAMPLE_LENGTH = 24


class MappingForm(forms.Form):
    """Which column means what; only the parts that belong to the chosen layout are looked at."""

    layout = forms.ChoiceField(label=_("How the file is laid out"), choices=LAYOUTS, widget=forms.RadioSelect)
    period = forms.TypedChoiceField(
        label=_("Period"), required=False, coerce=int, empty_value=None,
        help_text=_("A day of the period, its name, or (in a log) the day of the event."),
    )  # fmt: skip
    fixed_period = forms.CharField(label=_("Or the same period for all rows"), required=False, max_length=40)
    kpi = forms.TypedChoiceField(
        label=_("KPI"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Its reference or its name."),
    )
    one_kpi = forms.TypedChoiceField(
        label=_("Or the same KPI for all rows"), required=False, coerce=int, empty_value=None
    )
    value = forms.TypedChoiceField(label=_("Value"), required=False, coerce=int, empty_value=None)
    numerator = forms.TypedChoiceField(label=_("Numerator"), required=False, coerce=int, empty_value=None)
    denominator = forms.TypedChoiceField(label=_("Denominator"), required=False, coerce=int, empty_value=None)
    not_applicable = forms.TypedChoiceField(
        label=_("Marks “not applicable”"), required=False, coerce=int, empty_value=None
    )
    note = forms.TypedChoiceField(label=_("Note"), required=False, coerce=int, empty_value=None)
    counted_kpi = forms.TypedChoiceField(
        label=_("KPI that is counted"), required=False, coerce=int, empty_value=None
    )
    holds = forms.TypedChoiceField(
        label=_("An event counts as met when"), required=False, coerce=int, empty_value=None
    )
    test = forms.ChoiceField(label=_("the cell"), required=False, choices=TESTS)
    threshold = forms.CharField(label=_("this number"), required=False, max_length=20)
    once_per = forms.TypedChoiceField(
        label=_("Name of the event"), required=False, coerce=int, empty_value=None,
        help_text=_("Of several rows with the same name only the last one counts."),
    )  # fmt: skip
    decimal_mark = forms.ChoiceField(label=_("Decimal mark"), choices=MARKS)
    date_order = forms.ChoiceField(label=_("Dates in figures"), choices=ORDERS)
    is_fraction = forms.BooleanField(label=_("Values are fractions: 0.95 means 95"), required=False)

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
            *((str(i), _named(i, header, rows)) for i in range(len(header))),
        ]
        own = list(kpis)
        for name in self.COLUMNS:
            self._choices(name, columns)
        chosen = [("", gettext("none")), *((str(kpi.pk), _kpi_named(kpi)) for kpi in own)]
        ratios = [(value, text) for value, text in chosen if not value or _is_ratio(own, value)]
        self._choices("one_kpi", chosen)
        self._choices("counted_kpi", ratios)
        for column in range(min(len(header), MOST_COLUMNS_NAMED)):
            self.fields[f"column_{column}"] = forms.TypedChoiceField(
                label=_named(column, header, rows),
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
        check = {LONG: self._check_long, WIDE: self._check_wide, EVENTS: self._check_events}
        if given.get("layout") in check:
            check[given["layout"]](given)
        return given

    def mapping(self) -> Mapping:
        """What was said, without what belongs to other layouts."""
        given = self.cleaned_data
        common = {name: given[name] for name in ("decimal_mark", "date_order")}
        if given["layout"] == WIDE:
            return Mapping(
                WIDE, period=given["period"], kpi_columns=self._kpi_columns(given),
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

    def _check_long(self, given: dict[str, Any]) -> None:
        if given.get("kpi") is None and given.get("one_kpi") is None:
            self.add_error("kpi", gettext("Say which column names the KPI, or choose one for all rows."))
        self._check_period(given)
        parts = [given.get("numerator"), given.get("denominator")]
        if given.get("value") is None and None in parts:
            self.add_error(
                "value", gettext("Choose the column with the value, or those with numerator and denominator.")
            )
        elif parts.count(None) == 1:
            missing = "numerator" if parts[0] is None else "denominator"
            self.add_error(missing, gettext("A ratio needs both numerator and denominator."))

    def _check_period(self, given: dict[str, Any]) -> None:
        if given.get("period") is not None:
            given["fixed_period"] = ""
        elif not given.get("fixed_period"):
            self.add_error("period", gettext("Choose the column with the period."))
        else:
            try:
                first_day_of(given["fixed_period"], order=given.get("date_order") or "DMY")
            except NotUnderstood:
                self.add_error(
                    "fixed_period", gettext("Write a period as “Mar 2026”, “2026-03”, “Q1 2026” or “2026”.")
                )

    def _check_wide(self, given: dict[str, Any]) -> None:
        if given.get("period") is None:
            self.add_error("period", gettext("Choose the column with the period."))
        kpis = list(self._kpi_columns(given).values())
        if not kpis:
            self.add_error("layout", gettext("Choose a KPI for at least one column."))
        for kpi_id in {kpi_id for kpi_id in kpis if kpis.count(kpi_id) > 1}:
            column = next(c for c, k in reversed(self._kpi_columns(given).items()) if k == kpi_id)
            self.add_error(f"column_{column}", gettext("Another column holds this KPI already."))

    def _check_events(self, given: dict[str, Any]) -> None:
        needed = {
            "period": gettext("Choose the column with the day of the event."),
            "counted_kpi": gettext("Choose a KPI of your side that is reported as a ratio."),
            "holds": gettext("Choose the column that tells whether an event counts as met."),
        }
        for name, text in needed.items():
            if given.get(name) is None:
                self.add_error(name, text)
        given["test"] = given.get("test") or "yes"
        if given["test"] in ("at_most", "at_least"):
            try:
                limit = number_of(
                    given.get("threshold") or None, decimal_mark=given.get("decimal_mark") or "."
                )
            except NotUnderstood:
                limit = None
            if limit is None:
                self.add_error("threshold", gettext("Give the number to compare with."))
        else:
            given["threshold"] = ""

    def _kpi_columns(self, given: dict[str, Any]) -> dict[int, int]:
        columns = range(min(len(self.header), MOST_COLUMNS_NAMED))
        return {c: given[f"column_{c}"] for c in columns if given.get(f"column_{c}") is not None}


def _named(column: int, header: Sequence[str], rows: Sequence[Row]) -> str:
    """A column by letter, heading and the first thing that stands in it."""
    said = next((cell for row in rows if (cell := row.cell(column)) is not None), None)
    text = column_named(column, header)
    if said is None:
        return text
    sample = str(said)
    sample = f"{sample[:SAMPLE_LENGTH]}…" if len(sample) > SAMPLE_LENGTH else sample
    return f"{text} (“{sample}”)"


def _kpi_named(kpi: Kpi) -> str:
    return f"{kpi.reference} {kpi.name}".strip()


def _is_ratio(kpis: Iterable[Kpi], pk: str) -> bool:
    return any(str(kpi.pk) == pk and kpi.entry == Kpi.Entry.RATIO for kpi in kpis)
