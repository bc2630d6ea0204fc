"""What a cell says."""

import contextlib
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.spreadsheets.values import (
    NotUnderstood,
    day_of,
    first_day_of,
    is_not_applicable,
    number_of,
    yes_or_no,
)


@pytest.mark.parametrize(
    ("cell", "mark", "number"),
    [
        ("5", ".", "5"),
        ("-1.25", ".", "-1.25"),
        ("1,234.5", ".", "1234.5"),
        ("1.234,5", ",", "1234.5"),
        ("1 234,5", ",", "1234.5"),
        ("1\u202f234.5", ".", "1234.5"),
        ("97.5 %", ".", "97.5"),
        ("97,5%", ",", "97.5"),
        ("\u22123", ".", "-3"),
        (".5", ".", "0.5"),
        ("1e3", ".", "1000"),
        (Decimal("2.5"), ",", "2.5"),
        ("0.1234567", ".", "0.123457"),
    ],
)
def test_numbers_as_people_write_them(cell, mark, number):
    assert number_of(cell, decimal_mark=mark) == Decimal(number)


@pytest.mark.parametrize(
    "cell",
    [
        "seventy",
        "1,23",
        "12,34.5",
        "1.2.3",
        "--1",
        "€5",
        "=1+1",
        "1e999",
        "9" * 13,
        "nan",
        "inf",
        True,
        date(2026, 1, 1),
    ],
)
def test_what_is_no_number(cell):
    with pytest.raises(NotUnderstood):
        number_of(cell)


def test_an_empty_cell_is_no_number_and_no_mistake():
    assert number_of(None) is None


@given(st.decimals(-(10**11), 10**11, places=6), st.sampled_from([".", ","]))
def test_grouped_and_marked_numbers_come_back(number, mark):
    text = f"{number:,.6f}"
    if mark == ",":
        text = text.translate(str.maketrans({",": ".", ".": ","}))
    assert number_of(text, decimal_mark=mark) == number


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_not_understood(text):
    try:
        found = number_of(text)
    except NotUnderstood:
        return
    assert found is None or abs(found) < 10**12


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("2026-03-09", "DMY", (2026, 3, 9)),
        ("2026/3/9", "DMY", (2026, 3, 9)),
        ("09.03.2026", "DMY", (2026, 3, 9)),
        ("3/9/2026", "MDY", (2026, 3, 9)),
        ("29-02-2016 01:16", "DMY", (2016, 2, 29)),
        ("2026-03-09T10:00:00", "DMY", (2026, 3, 9)),
        ("9 March 2026", "DMY", (2026, 3, 9)),
        ("9 Sept. 2026", "DMY", (2026, 9, 9)),
        (datetime(2026, 3, 9, 8), "DMY", (2026, 3, 9)),
        (date(2026, 3, 9), "MDY", (2026, 3, 9)),
    ],
)
def test_days(cell, order, day):
    assert day_of(cell, order=order) == date(*day)


@pytest.mark.parametrize(
    "cell", ["30-02-2016", "2026-13-01", "?", "yesterday", None, Decimal(46000), "31/12/26", "9 Foo 2026"]
)
def test_what_is_no_day(cell):
    with pytest.raises(NotUnderstood):
        day_of(cell)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("Mar 2026", (2026, 3, 1)),
        ("March-26", (2026, 3, 1)),
        ("2026-03", (2026, 3, 1)),
        ("03/2026", (2026, 3, 1)),
        ("2026 Mar", (2026, 3, 1)),
        ("Q1 2026", (2026, 1, 1)),
        ("2026-Q4", (2026, 10, 1)),
        ("W01 2026", (2025, 12, 29)),
        ("2026-W53", (2026, 12, 28)),
        ("2026", (2026, 1, 1)),
        (Decimal(2026), (2026, 1, 1)),
        ("16 Mar 2026", (2026, 3, 16)),
    ],
)
def test_first_days_of_periods(cell, day):
    assert first_day_of(cell) == date(*day)


@pytest.mark.parametrize(
    "cell", ["Q5 2026", "W54 2026", "2026-00", "Foo 2026", "", Decimal("2026.5"), Decimal(5)]
)
def test_what_is_no_period(cell):
    with pytest.raises(NotUnderstood):
        first_day_of(cell)


@given(st.one_of(st.text(max_size=16), st.decimals(allow_nan=False, allow_infinity=False), st.dates()))
def test_anything_is_a_period_or_not_understood(cell):
    with contextlib.suppress(NotUnderstood):
        assert isinstance(first_day_of(cell), date)


def test_yes_and_no():
    assert [yes_or_no(cell) for cell in ("TRUE", "x", Decimal(1), True)] == [True] * 4
    assert [yes_or_no(cell) for cell in ("false", None, Decimal(0), False)] == [False] * 4
    with pytest.raises(NotUnderstood):
        yes_or_no("perhaps")


def test_not_applicable_in_words():
    assert all(is_not_applicable(cell) for cell in ("N/A", " na ", "–", "Not applicable"))
    assert not any(is_not_applicable(cell) for cell in (None, "", "0", Decimal(0)))
