"""From rows to readings: the three layouts, and what is said about rows that give none."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.domain.periods import Period, calendar_for
from kpis.spreadsheets import open_sheet
from kpis.spreadsheets.events import lines_of_events
from kpis.spreadsheets.guessing import guess
from kpis.spreadsheets.lines import lines_of
from kpis.spreadsheets.mapping import EVENTS, LAYOUTS, LONG, TESTS, WIDE, Mapping
from kpis.spreadsheets.measures import Measure, Measures, fold

MONTHS = calendar_for("MONTH")
RAIL = calendar_for(
    "CALENDAR",
    named=[
        Period(date(2026, 1, 1), date(2026, 1, 28), "P10"),
        Period(date(2026, 1, 29), date(2026, 3, 1), "P11"),
    ],
)
MEASURES = Measures(
    [
        Measure(1, "K1", "Answered", True, False, MONTHS),
        Measure(2, "K2", "Solved in time", True, True, MONTHS),
        Measure(3, "K3", "Approved in time", False, False, MONTHS),
        Measure(4, "K4", "Same name", True, False, MONTHS),
        Measure(5, "K5", "Same name", True, False, MONTHS),
        Measure(6, "R1", "Trains", True, False, RAIL, {"p10": date(2026, 1, 1), "p11": date(2026, 1, 29)}),
        Measure(7, "M16", "Invoices", True, False, calendar_for("CONTRACT_MONTH", contract_month_day=16)),
    ]
)
PLAIN = Mapping(LONG, kpi=0, period=1, value=2)
RATIO = Mapping(LONG, kpi=0, period=1, numerator=2, denominator=3, not_applicable=4)


def read(text: str, mapping: Mapping):
    sheet = open_sheet(text.encode())
    found = lines_of_events if mapping.layout == EVENTS else lines_of
    return list(found(sheet.rows(), mapping, MEASURES))


def one(row: str, mapping: Mapping = PLAIN):
    (line,) = read(f"a,b,c,d,e\n{row}\n", mapping)
    return line


def test_a_long_row_gives_a_reading():
    line = one("K1,Jan 2026,75.5")
    assert (line.row, line.period_start, line.figures) == (
        2,
        date(2026, 1, 1),
        {"value": Decimal("75.5"), "note": ""},
    )


@pytest.mark.parametrize(
    ("row", "at", "words"),
    [
        (",Jan 2026,5", "kpi", "The KPI is missing."),
        ("K9,Jan 2026,5", "kpi", "No KPI has the reference or name “K9”."),
        ("same  NAME,Jan 2026,5", "kpi", "Several KPIs are called"),
        ("K3,Jan 2026,5", "kpi", "reported by the other side"),
        ("K1,,5", "period", "The period is missing."),
        ("K1,soon,5", "period", "“soon” is no period."),
        ("K1,2026-01-15,5", "period", "has no period “2026-01-15”"),
        ("K1,Jan 2026,", "value", "The value is missing"),
        ("K1,Jan 2026,lots", "value", "“lots” is not a number."),
    ],
)
def test_a_row_without_a_reading_says_where_and_why(row, at, words):
    line = one(row)
    assert line.at == at
    assert words in line.problem


@pytest.mark.parametrize(
    ("cell", "first"),
    [
        ("P11", (2026, 1, 29)),
        ("p11", (2026, 1, 29)),
        ("2026-01-29", (2026, 1, 29)),
        ("2026-03-01", (2026, 1, 29)),
    ],
)
def test_named_periods_go_by_label_first_or_last_day(cell, first):
    assert one(f"R1,{cell},5").period_start == date(*first)


def test_a_contract_month_is_named_by_the_month_it_starts_in():
    assert one("M16,Mar 2026,5").period_start == date(2026, 3, 16)
    assert one("M16,2026-03-16,5").period_start == date(2026, 3, 16)


def test_not_applicable_in_words_is_a_reading_of_its_own():
    assert one("K1,Jan 2026,n/a").figures["is_not_applicable"] is True


@pytest.mark.parametrize(
    ("row", "figures", "remark"),
    [
        ("K2,Jan 2026,9,10,", {"numerator": 9, "denominator": 10}, ""),
        ("K2,Jan 2026,0,0,", {"is_not_applicable": True}, "Nothing to measure: 0 of 0."),
        (
            "K2,Jan 2026,11,10,",
            {"numerator": 11, "denominator": 10},
            "The numerator is larger than the denominator.",
        ),
        ("K2,Jan 2026,,,NA", {"is_not_applicable": True}, ""),
        ("K2,Jan 2026,,10,NA", {"is_not_applicable": True}, "One of the two figures is missing."),
        (
            "K2,Jan 2026,9,10,NA",
            {"numerator": 9, "denominator": 10},
            "Marked as not applicable, but figures are given",
        ),
        ("K2,Jan 2026,n/a,10,", {"is_not_applicable": True}, ""),
    ],
)
def test_ratios_and_their_oddities(row, figures, remark):
    line = one(row, RATIO)
    assert not line.problem
    assert {key: value for key, value in line.figures.items() if key != "note"} == figures
    assert line.remark.startswith(remark) if remark else line.remark == ""


@pytest.mark.parametrize(
    ("row", "at"),
    [
        ("K2,Jan 2026,5,0,", "denominator"),
        ("K2,Jan 2026,,10,", "numerator"),
        ("K2,Jan 2026,5,,", "denominator"),
    ],
)
def test_ratios_that_say_nothing(row, at):
    line = one(row, RATIO)
    assert (line.at, bool(line.problem)) == (at, True)


def test_a_value_column_serves_a_ratio_of_which_only_the_figure_is_known():
    assert one("K2,Jan 2026,95").figures["value"] == 95


def test_a_kpi_that_is_a_value_needs_a_value_column():
    assert one("K1,Jan 2026,5,10,", RATIO).at == "value"


def test_fractions_fixed_periods_and_one_kpi_for_all():
    mapping = Mapping(LONG, one_kpi=1, fixed_period="Feb 2026", value=2, is_fraction=True)
    line = one("x,y,0.955", mapping)
    assert (line.period_start, line.figures["value"]) == (date(2026, 2, 1), Decimal("95.500000"))
    assert "no longer there" in one("x,y,1", replace(mapping, one_kpi=99)).problem


def test_a_second_row_for_the_same_period_is_refused_by_the_row_of_the_first():
    lines = read("a,b,c\nK1,Jan 2026,5\nAnswered,2026-01,6\n", PLAIN)
    assert [line.problem for line in lines] == ["", "Row 2 already gives this period."]


def test_a_wide_row_gives_a_line_for_each_filled_cell_with_its_column():
    lines = read(
        "Month,Answered,K2\nJan 2026,75,\nFeb 2026,x,91\n", Mapping(WIDE, period=0, kpi_columns={1: 1, 2: 2})
    )
    assert [(line.row, line.column, bool(line.problem)) for line in lines] == [
        (2, 1, False),
        (3, 1, True),
        (3, 2, False),
    ]


LOG = "number,opened,ok,hours\nA,05-01-2026,no,3\nA,05-01-2026,yes,9\nB,06-01-2026,no,4\n,07-01-2026,yes,1\nC,?,yes,1\nD,02-02-2026,perhaps,x\n"
EVENT = Mapping(EVENTS, one_kpi=2, period=1, holds=2, once_per=0)


def counted(mapping):
    lines = read(LOG, mapping)
    return {
        line.period_start.month: (line.figures["numerator"], line.figures["denominator"])
        for line in lines
        if not line.problem
    }, [(line.row, line.at) for line in lines if line.problem]


def test_events_count_once_by_name_and_the_last_row_counts():
    assert counted(EVENT) == ({1: (2, 3)}, [(6, "period"), (7, "holds")])


def test_events_without_a_name_count_row_by_row():
    assert counted(replace(EVENT, once_per=None))[0] == {1: (2, 4)}


def test_events_can_be_tested_against_a_number_or_for_no():
    assert counted(replace(EVENT, holds=3, test="at_most", threshold="4"))[0] == {1: (2, 3)}
    assert counted(replace(EVENT, holds=3, test="at_least", threshold="4"))[0] == {1: (2, 3)}
    assert counted(replace(EVENT, test="no"))[0] == {1: (1, 3)}


@pytest.mark.parametrize("kpi", [None, 1, 3])
def test_events_need_a_ratio_of_ones_own(kpi):
    (line,) = read(LOG, replace(EVENT, one_kpi=kpi))
    assert line.at == "kpi"


def guessed(text: str) -> Mapping:
    sheet = open_sheet(text.encode())
    return guess(sheet, list(sheet.rows()), MEASURES)


def test_usual_headings_are_recognised():
    assert guessed("Reference;Month;Result;Comment\nK1;Jan 2026;75,5;x\n") == Mapping(
        LONG, kpi=0, period=1, value=2, note=3, decimal_mark=","
    )


def test_columns_named_like_kpis_make_a_wide_table():
    assert guessed("When,K1,Solved in time\nJan 2026,1,2\n") == Mapping(
        WIDE, period=0, kpi_columns={1: 1, 2: 2}
    )


def test_a_log_is_recognised():
    found = guessed("number,opened_at,made_sla\nA,31-01-2026 10:00,TRUE\n")
    assert (found.layout, found.one_kpi, found.period, found.holds, found.once_per) == (EVENTS, 2, 1, 2, 0)


@pytest.mark.parametrize(
    ("day", "order"), [("31/01/2026", "DMY"), ("01/31/2026", "MDY"), ("01/02/2026", "DMY")]
)
def test_the_order_of_days_and_months_is_seen_where_it_can_be(day, order):
    assert guessed(f"KPI,Date,Value\nK1,{day},5\n").date_order == order


columns = st.none() | st.integers(0, 500)


@given(
    st.builds(
        Mapping,
        layout=st.sampled_from(LAYOUTS),
        kpi=columns,
        one_kpi=columns,
        period=columns,
        value=columns,
        fixed_period=st.text(max_size=5),
        holds=columns,
        test=st.sampled_from(TESTS),
        threshold=st.text(max_size=5),
        kpi_columns=st.dictionaries(st.integers(0, 99), st.integers(1, 99)),
        is_fraction=st.booleans(),
    )
)
def test_a_remembered_mapping_comes_back_and_unknown_parts_are_left_out(mapping):
    assert Mapping.from_json(mapping.as_json() | {"is_remembered": True}) == mapping


def test_names_are_found_whatever_their_case_and_spacing():
    assert MEASURES.find(" k1 ") is MEASURES.by_id[1]
    assert MEASURES.find("same name") is None
    with pytest.raises(KeyError):
        MEASURES.find("nothing")
    assert fold("  A\u00a0b ") == "a b"


def test_events_outside_a_named_calendar_or_without_a_figure_are_told():
    ratio = Measures([Measure(8, "R2", "On time", True, True, RAIL, {})])
    sheet = open_sheet(b"day,hours\n05-01-2026,3\n05-01-2027,3\n06-01-2026,\n")
    mapping = Mapping(EVENTS, one_kpi=8, period=0, holds=1, test="at_most", threshold="4")
    lines = list(lines_of_events(sheet.rows(), mapping, ratio))
    assert [(line.row, line.at) for line in lines] == [(3, "period"), (4, "holds"), (2, "")]
    assert "has no period around 2027-01-05" in lines[0].problem
    lines = list(lines_of_events(sheet.rows(), replace(mapping, threshold=""), ratio))
    assert [line.at for line in lines] == ["holds", "period", "holds"]


def test_a_named_calendar_knows_its_own_words_only():
    assert "has no period “P99”" in one("R1,P99,5").problem


def test_an_empty_value_under_a_mark_is_not_applicable():
    assert one("K1,Jan 2026,,,NA", replace(PLAIN, not_applicable=4)).figures["is_not_applicable"] is True
    assert one("K1,Jan 2026,5,,NA", replace(PLAIN, not_applicable=4)).figures["value"] == 5


def test_a_column_of_days_is_taken_for_the_period_whatever_its_heading():
    assert guessed("KPI,When,Value\nK1,Jan 2026,5\nK1,Feb 2026,6\n").period == 1
    assert guessed("KPI,Words,Value\nK1,one,5\n").period is None
