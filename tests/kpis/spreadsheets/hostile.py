"""Files nobody should have to open, made when they are needed."""

import random
import warnings
import zipfile
from io import BytesIO
from typing import Final

MEBIBYTE: Final = 1024 * 1024
NAMESPACE: Final = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
PARTS: Final = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook {NAMESPACE} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
        ' Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def text_cell(position: str, text: str) -> str:
    """A cell that holds its text itself."""
    return f'<c r="{position}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADINGS: Final = (
    f'<row r="1">{text_cell("A1", "KPI")}{text_cell("B1", "Period")}{text_cell("C1", "Value")}</row>'
)


def sheet(rows: str, before: str = "") -> str:
    """A worksheet with the usual headings and these rows."""
    return f"{before}<worksheet {NAMESPACE}><sheetData>{HEADINGS}{rows}</sheetData></worksheet>"


def workbook(parts: dict[str, str | bytes] | None = None) -> bytes:
    """An XLSX file of these parts over the usual ones."""
    whole: dict[str, str | bytes] = {**PARTS, "xl/worksheets/sheet1.xml": sheet(""), **(parts or {})}
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in whole.items():
            archive.writestr(name, content)
    return target.getvalue()


def zip_bomb() -> bytes:
    """A sheet that unpacks to 100 MB of spaces."""
    return workbook({"xl/worksheets/sheet1.xml": sheet("") + " " * (100 * MEBIBYTE)})


def lying_bomb() -> bytes:
    """As zip_bomb, but its directory says that the sheet has a thousand bytes."""
    content = bytearray(zip_bomb())
    at = content.rfind(b"PK\x01\x02", 0, content.rfind(b"xl/worksheets/sheet1.xml"))
    content[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    return bytes(content)


def far_cell() -> bytes:
    """Two cells, one of them in the last row and column there are."""
    return workbook(
        {"xl/worksheets/sheet1.xml": sheet(f'<row r="1048576">{text_cell("XFD1048576", "x")}</row>')}
    )


def far_cell_elsewhere() -> bytes:
    """As far_cell, with the sheet hidden in a part that is not named like one."""
    rels = PARTS["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1.xml", "media/image1.png")
    return workbook(
        {
            "xl/_rels/workbook.xml.rels": rels,
            "xl/media/image1.png": sheet(f'<row r="1048576">{text_cell("XFD1048576", "x")}</row>'),
        }
    )


def entities(depth: int = 12) -> bytes:
    """A sheet whose text would grow tenfold with each of its entities."""
    names = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, depth)]
    declared = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{"".join(names)}]>'
    row = f'<row r="2">{text_cell("A2", f"&e{depth - 1};")}</row>'
    return workbook({"xl/worksheets/sheet1.xml": sheet(row, declared)})


def one_cell_a_million_times() -> bytes:
    """The same cell over and over: no far corner, but millions of cells to hold."""
    numbers = random.Random(1).randbytes(1_100_000).hex()
    cells = "".join(f'<c r="A2"><v>{numbers[at]}</v></c>' for at in range(2_200_000))
    return workbook({"xl/worksheets/sheet1.xml": sheet(f'<row r="2">{cells}</row>')})


def cells_without_positions() -> bytes:
    """A row of a million cells that do not say where they stand."""
    numbers = random.Random(1).randbytes(500_000).hex()
    cells = "".join(f"<c><v>{number}</v></c>" for number in numbers)
    return workbook({"xl/worksheets/sheet1.xml": sheet(f"<row>{cells}</row>")})


def macros() -> bytes:
    """A workbook with a program in it, renamed."""
    return workbook({"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


def duplicates() -> bytes:
    """Two parts of one name: two readers would see two different sheets."""
    target = BytesIO(workbook())
    with zipfile.ZipFile(target, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("xl/worksheets/sheet1.xml", sheet(""))
    return target.getvalue()


def encrypted_part() -> bytes:
    """A part marked as encrypted."""
    content = bytearray(workbook())
    at = content.rfind(b"PK\x01\x02", 0, content.rfind(b"xl/worksheets/sheet1.xml"))
    content[at + 8] |= 1
    return bytes(content)


def many_parts() -> bytes:
    """Five thousand parts."""
    return workbook({f"xl/media/{n}.bin": b"" for n in range(5_000)})


def wide_text(columns: int = 500_000) -> bytes:
    """A row of half a million columns."""
    return b"KPI" + b",x" * columns + b"\n"


def long_line() -> bytes:
    """Ten megabytes without a line break or a delimiter."""
    return b"x" * (10 * MEBIBYTE)


def open_quote() -> bytes:
    """A quotation mark that is never closed, with ten megabytes behind it."""
    return b'KPI,Period,Value\n"' + b"K1,2026-01,5\n" * 780_000
