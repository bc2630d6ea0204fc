"""Reading files: encodings, delimiters, headers, and writing them so that they come back."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.spreadsheets import EncodingUnknown, FileRefused, open_sheet
from kpis.spreadsheets.text import OFFERED
from kpis.spreadsheets.writing import FORMULA_STARTS, as_csv, as_xlsx, escaped

HEAD = ("KPI", "Period", "Value")


def cells(content: bytes, **more: str) -> list[list[object]]:
    return [row.cells for row in open_sheet(content, **more).rows()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    rows = [HEAD, ("K1", "Jan 2026", "1,5" if delimiter != "," else "1.5")]
    text = "\n".join(delimiter.join(row) for row in rows)
    assert cells(text.encode()) == [list(rows[1])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_byte_order_marks_say_the_encoding(encoding):
    sheet = open_sheet("KPI,Note\nK1,Zürich\n".encode(encoding))
    assert sheet.header == ("KPI", "Note")
    assert [row.cells for row in sheet.rows()] == [["K1", "Zürich"]]


@pytest.mark.parametrize("encoding", OFFERED)
def test_other_encodings_are_asked_for(encoding):
    content = "KPI,Note\nK1,Zürich\n".encode(encoding)
    with pytest.raises(EncodingUnknown, match="line 2"):
        open_sheet(content)
    assert cells(content, encoding=encoding) == [["K1", "Zürich"]]


def test_an_encoding_that_was_not_offered_is_refused():
    with pytest.raises(EncodingUnknown, match="offered"):
        open_sheet(b"a,b\n1,2\n", encoding="utf-7")


def test_an_encoding_that_does_not_fit_is_said():
    with pytest.raises(EncodingUnknown, match="not written in"):
        open_sheet(b"KPI,Note\nK1,\x81\n", encoding="cp1252")


def test_quoted_line_breaks_stay_in_their_field_and_rows_keep_their_line_numbers():
    sheet = open_sheet(b'KPI,Note\nK1,"two\nlines"\n\nK2,one\n')
    assert [(row.number, row.cells) for row in sheet.rows()] == [
        (2, ["K1", "two\nlines"]),
        (5, ["K2", "one"]),
    ]


def test_titles_above_the_header_are_passed_over():
    sheet = open_sheet(b"Report of March,,\n,,\nKPI,Period,Value\nK1,Jan 2026,5\n")
    assert (sheet.header, sheet.header_at) == (HEAD, 3)


def test_the_fingerprint_is_of_the_headings_whatever_their_case_and_spacing():
    one, two = open_sheet(b"KPI,Period , Value\nK1,x,1\n"), open_sheet(b"kpi;period;VALUE\nK2;y;2\n")
    other = open_sheet(b"Period,KPI,Value\nx,K1,1\n")
    assert one.fingerprint == two.fingerprint != other.fingerprint


def test_a_workbook_keeps_numbers_and_days():
    content = as_xlsx([HEAD, ("K1", date(2026, 1, 1), Decimal("75.25")), ("K2", "Feb 2026", 3)])
    assert cells(content) == [
        ["K1", date(2026, 1, 1), Decimal("75.25")],
        ["K2", "Feb 2026", Decimal("3.0")],
    ]


def test_a_judged_workbook_is_not_judged_again():
    content = as_xlsx([HEAD, ("K1", "Jan 2026", 5)])
    assert open_sheet(content, is_judged=True).header == HEAD


words = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Cn"), blacklist_characters="\ufeff"), min_size=1, max_size=12
).map(lambda text: " ".join(text.split())).filter(bool)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(words, words, st.decimals(-9999, 9999, places=2)), min_size=1, max_size=6))
def test_what_is_written_is_read_again(rows):
    wanted = [[one, two, number] for one, two, number in rows]
    assert cells(as_xlsx([HEAD, *rows])) == wanted
    read = cells(b"".join(as_csv([HEAD, *rows])))
    assert [[one, two, Decimal(str(number))] for one, two, number in read] == [
        [escaped(one).strip(), escaped(two).strip(), number] for one, two, number in rows
    ]


@given(st.text(max_size=20))
def test_no_written_text_starts_like_a_formula(text):
    assert not escaped(text).startswith(FORMULA_STARTS)
    line = (
        b"".join(as_csv([(text,)])).decode("utf-8-sig", errors="surrogatepass") if text.isprintable() else ""
    )
    assert not next(csv.reader(StringIO(line)), [""])[0].startswith(FORMULA_STARTS)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content):
    try:
        sheet = open_sheet(content)
        rows = list(sheet.rows())
    except FileRefused as refusal:
        assert str(refusal)
    else:
        assert all(len(row.cells) <= 500 for row in rows)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        list(open_sheet(text.encode("utf-8", errors="replace")).rows())
    except FileRefused as refusal:
        assert str(refusal)
