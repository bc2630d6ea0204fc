"""Naming the columns of a file: what is asked for in each layout, and what is kept."""

import pytest

from kpis.actions.upload_report import added, column_named, letters
from kpis.actions.uploads import is_complete
from kpis.forms.columns import MappingForm
from kpis.forms.uploads import samples
from kpis.models import Kpi
from kpis.spreadsheets.mapping import EVENTS, LONG, WIDE, Mapping
from kpis.spreadsheets.sheets import Row

HEADER = ["KPI", "Period", "Value", "Total", ""]
KPIS = [Kpi(pk=1, name="Answered", entry="VALUE"), Kpi(pk=2, reference="K2", name="Solved", entry="RATIO")]
COMMON = {"decimal_mark": ".", "date_order": "DMY"}


def form(**said) -> MappingForm:
    rows = [Row(2, ["K1", "Jan 2026", "a very long explanation of something", None, None])]
    return MappingForm({**COMMON, **said}, header=HEADER, rows=rows, kpis=KPIS)


def errors(**said) -> dict[str, list[str]]:
    return {name: list(texts) for name, texts in form(**said).errors.items()}


def test_columns_are_named_by_letter_heading_and_sample():
    choices = [text for _value, text in form().fields["value"].choices]
    assert choices == [
        "no column",
        "A: KPI (“K1”)",
        "B: Period (“Jan 2026”)",
        "C: Value (“a very long explanation …”)",
        "D: Total",
        "E",
    ]


def test_only_ratios_can_be_counted_from_events():
    assert [text for _value, text in form().fields["counted_kpi"].choices] == ["none", "K2 Solved"]


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ({}, {"layout"}),
        ({"layout": "long"}, {"kpi", "period", "value"}),
        ({"layout": "long", "kpi": 0, "period": 1, "numerator": 2}, {"value"}),
        ({"layout": "long", "kpi": 0, "period": 1, "value": 2, "numerator": 2}, {"denominator"}),
        ({"layout": "long", "kpi": 0, "period": 1, "value": 2, "denominator": 3}, {"numerator"}),
        ({"layout": "long", "kpi": 0, "fixed_period": "soon", "value": 2}, {"fixed_period"}),
        ({"layout": "wide"}, {"period", "layout"}),
        ({"layout": "wide", "period": 1, "column_2": 1, "column_3": 1}, {"column_3"}),
        ({"layout": "events"}, {"period", "counted_kpi", "holds"}),
        ({"layout": "events", "period": 1, "counted_kpi": 2, "holds": 2, "test": "at_most"}, {"threshold"}),
        (
            {
                "layout": "events",
                "period": 1,
                "counted_kpi": 2,
                "holds": 2,
                "test": "at_most",
                "threshold": "x",
            },
            {"threshold"},
        ),
        ({"layout": "long", "kpi": 99, "one_kpi": 1, "period": 1, "value": 2}, {"kpi"}),
    ],
)
def test_what_a_layout_needs_is_said_at_the_field(said, missing):
    assert set(errors(**said)) == missing


@pytest.mark.parametrize(
    ("said", "mapping"),
    [
        (
            {"layout": "long", "kpi": 0, "one_kpi": 1, "period": 1, "fixed_period": "2026", "value": 2},
            Mapping(LONG, kpi=0, period=1, value=2),
        ),
        (
            {"layout": "long", "one_kpi": 2, "fixed_period": "Q1 2026", "numerator": 2, "denominator": 3},
            Mapping(LONG, one_kpi=2, fixed_period="Q1 2026", numerator=2, denominator=3),
        ),
        (
            {"layout": "wide", "period": 1, "column_2": 1, "column_3": 2, "is_fraction": "on", "kpi": 0},
            Mapping(WIDE, period=1, kpi_columns={2: 1, 3: 2}, is_fraction=True),
        ),
        (
            {"layout": "events", "period": 1, "counted_kpi": 2, "holds": 2, "threshold": "9", "once_per": 0},
            Mapping(EVENTS, one_kpi=2, period=1, holds=2, test="yes", once_per=0),
        ),
        (
            {
                "layout": "events",
                "period": 1,
                "counted_kpi": 2,
                "holds": 2,
                "test": "at_least",
                "threshold": "4",
            },
            Mapping(EVENTS, one_kpi=2, period=1, holds=2, test="at_least", threshold="4"),
        ),
    ],
)
def test_what_was_said_is_kept_without_what_belongs_to_other_layouts(said, mapping):
    asked = form(**said)
    assert asked.is_valid(), asked.errors
    assert asked.mapping() == mapping
    assert is_complete(mapping)
    shown = MappingForm.showing(mapping)
    again = form(
        **{
            name: value
            for name, value in shown.items()
            if value is not None and value is not False and value != ""
        }
    )
    assert again.is_valid(), again.errors
    assert again.mapping() == mapping


@pytest.mark.parametrize(
    "mapping",
    [
        Mapping(),
        Mapping(LONG, kpi=0, value=1),
        Mapping(LONG, kpi=0, period=1, numerator=2),
        Mapping(WIDE, period=1),
        Mapping(EVENTS, one_kpi=1, period=1),
        Mapping(EVENTS, one_kpi=1, period=1, holds=2, test="at_most"),
        Mapping("other", one_kpi=1, period=1, holds=2),
    ],
)
def test_an_incomplete_mapping_is_known(mapping):
    assert not is_complete(mapping)


def test_columns_have_the_letters_of_a_spreadsheet_program():
    assert [letters(column) for column in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]
    assert (column_named(None, HEADER), column_named(4, HEADER), column_named(9, HEADER)) == ("", "E", "J")


def test_a_report_keeps_problems_before_remarks(monkeypatch):
    monkeypatch.setattr("kpis.actions.upload_report.LONGEST", 3)
    said = [{"row": row, "is_problem": row % 2 == 0} for row in range(1, 7)]
    assert [entry["row"] for entry in added(said[:3], said[3:])] == [2, 4, 6]
    assert [entry["row"] for entry in added(said[:2], said[2:3])] == [1, 2, 3]


def test_samples_show_the_words_around_the_first_odd_letter_where_an_encoding_fits():
    found = samples("KPI,Note\nK1,Größe\n".encode("cp1252"))
    assert found["cp1252"] == "K1,Größe"
    assert set(samples(b"a\x81b")) == {"iso-8859-15", "mac-roman"}
