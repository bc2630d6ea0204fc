"""What the reader makes of workbooks: hidden sheets, offsets, formulas, times, and damage."""

import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter

from kpis.spreadsheets import FileRefused, limits, open_sheet
from tests.kpis.spreadsheets import hostile

SHEET = "xl/worksheets/sheet1.xml"


def written(write, **options) -> bytes:
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, **options}) as workbook:
        write(workbook)
    return target.getvalue()


def test_the_first_visible_sheet_is_read():
    def write(workbook):
        workbook.add_worksheet("Notes").write_row(0, 0, ["not", "this"])
        workbook.add_worksheet("Data").write_row(0, 0, ["KPI", "Value"])
        workbook.worksheets()[1].activate()
        workbook.worksheets()[0].hide()

    assert open_sheet(written(write)).header == ("KPI", "Value")


def test_rows_keep_the_numbers_a_spreadsheet_program_shows():
    def write(workbook):
        sheet = workbook.add_worksheet()
        sheet.write_row(3, 1, ["KPI", "Value"])
        sheet.write_row(5, 1, ["K1", 5])

    sheet = open_sheet(written(write))
    assert sheet.header_at == 4
    assert [(row.number, row.cells) for row in sheet.rows()] == [(6, [None, "K1", Decimal("5.0")])]


def test_formulas_give_what_was_last_computed_and_are_not_run():
    def write(workbook):
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["KPI", "Value"])
        sheet.write_formula(1, 0, '=WEBSERVICE("http://example.org")', None, "K1")
        sheet.write_formula(1, 1, "=1+1", None, 41)

    (row,) = open_sheet(written(write)).rows()
    assert row.cells == ["K1", Decimal("41.0")]


def test_days_times_and_answers():
    def write(workbook):
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["Day", "Time", "Met", "Length", "Nothing"])
        day, hour = (
            workbook.add_format({"num_format": "yyyy-mm-dd"}),
            workbook.add_format({"num_format": "hh:mm"}),
        )
        sheet.write_datetime(1, 0, datetime(2026, 3, 9, 10), day)
        sheet.write_datetime(1, 1, time(10, 30), hour)
        sheet.write_boolean(1, 2, True)
        sheet.write_datetime(1, 3, timedelta(hours=30), workbook.add_format({"num_format": "[h]:mm"}))
        sheet.write_string(1, 4, "")

    (row,) = open_sheet(written(write)).rows()
    assert row.cells[0] == date(2026, 3, 9)
    assert [type(cell) for cell in row.cells[1:4]] == [str, bool, str]
    assert row.cells[4:] in ([], [None])


def test_a_workbook_whose_sheets_are_all_hidden_has_nothing_to_read():
    parts = {"xl/workbook.xml": hostile.PARTS["xl/workbook.xml"].replace("<sheet ", '<sheet state="hidden" ')}
    with pytest.raises(FileRefused, match="no visible sheet"):
        open_sheet(hostile.workbook(parts))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ('<row r="2"><c r="nowhere"/></row>', "a cell has no proper position"),
        ('<row r="300000"/>', "reaches to row 300000"),
        ("<row r=\"2\"><c r='A2'/></row><row r='200001'/>", "reaches to row 200001"),
        ('<row r="5000"><c r="SF5000"/></row>', "reaches to row 5000"),
    ],
)
def test_sheets_that_pretend_to_be_large_or_are_damaged(rows, words):
    with pytest.raises(FileRefused, match=words):
        open_sheet(hostile.workbook({SHEET: hostile.sheet(rows)}))


@pytest.mark.parametrize("mark", ["<si><t>x</t></si>", "<x:c/><si><t>x</t></si>"])
def test_more_texts_than_can_be_read(mark, monkeypatch):
    monkeypatch.setattr(limits, "MAX_STRINGS", 10)
    with pytest.raises(FileRefused, match="more texts than can be read"):
        open_sheet(hostile.workbook({"xl/sharedStrings.xml": f"<sst>{mark * 11}</sst>"}))


def test_bytes_that_no_xml_has():
    with pytest.raises(FileRefused, match="bytes that no spreadsheet has"):
        open_sheet(hostile.workbook({SHEET: hostile.sheet("\x00")}))


def test_a_sheet_that_is_not_there():
    rels = hostile.PARTS["xl/_rels/workbook.xml.rels"].replace("sheet1.xml", "sheet2.xml")
    with pytest.raises(FileRefused, match="cannot be read"):
        open_sheet(hostile.workbook({"xl/_rels/workbook.xml.rels": rels}))


def test_parts_that_are_too_large_in_all(monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNPACKED", 5_000)
    with pytest.raises(FileRefused, match="Unpacked, the file is larger"):
        open_sheet(hostile.workbook({f"xl/{n}.txt": "x" * 2_000 for n in range(3)}))


def test_a_part_out_of_all_proportion(monkeypatch):
    monkeypatch.setattr(limits, "MAX_RATIO", 10)
    monkeypatch.setattr(limits, "SMALL_ENTRY", 1_000)
    with pytest.raises(FileRefused, match="out of all proportion"):
        open_sheet(hostile.workbook({"xl/x.txt": "x" * 50_000}))


def test_another_way_of_packing():
    target = BytesIO(hostile.workbook())
    with zipfile.ZipFile(target, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("xl/x.txt", "x" * 100)
    with pytest.raises(FileRefused, match="packed in a way"):
        open_sheet(target.getvalue())


def test_a_damaged_directory():
    content = bytearray(hostile.workbook())
    at = content.rfind(b"PK\x01\x02")
    content[at : at + 4] = b"XXXX"
    with pytest.raises(FileRefused, match="directory cannot be read"):
        open_sheet(bytes(content))


def test_a_damaged_part():
    content = bytearray(hostile.workbook({SHEET: hostile.sheet("<row/>" * 500)}))
    start = content.find(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml")
    content[start : start + 40] = b"\xff" * 40
    with pytest.raises(FileRefused, match="cannot be unpacked"):
        open_sheet(bytes(content))


def test_a_file_that_is_no_spreadsheet_at_all():
    parts = dict.fromkeys(("word/document.xml",), "<x/>")
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    with pytest.raises(FileRefused, match="not a spreadsheet"):
        open_sheet(target.getvalue())


def test_a_file_that_is_too_large():
    with pytest.raises(FileRefused, match="larger than 10 MB"):
        open_sheet(b"x" * (limits.MAX_BYTES + 1))


def test_too_many_rows(monkeypatch):
    monkeypatch.setattr(limits, "MAX_ROWS", 5)
    with pytest.raises(FileRefused, match="more than 5 rows"):
        list(open_sheet(b"KPI,Value\n" + b"K1,5\n" * 9).rows())
