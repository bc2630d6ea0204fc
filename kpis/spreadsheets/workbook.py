"""Reading the first visible sheet of an XLSX workbook, after its XML was found to be of honest size.

The quick reader keeps the whole rectangle from the first to the last cell in memory, so one cell in the far
corner would cost gigabytes. The marks of rows and cells are therefore counted first, in a stream.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Final
from zipfile import ZipInfo

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from kpis.spreadsheets import limits
from kpis.spreadsheets.container import look_inside, unpack
from kpis.spreadsheets.refusals import FileRefused

XML_PARTS: Final = (".xml", ".rels", ".vml")
LONGEST_TAG: Final = 4096
ATTRIBUTES: Final = rb"((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)"
MARK: Final = re.compile(rb"<(?:[\w.-]+:)?(row|c|si)(?=[\s/>])" + ATTRIBUTES + rb">")
# What spreadsheet programs write; where every mark of a piece looks like this, it is counted a piece at a time.
ANY_MARK: Final = re.compile(rb"<(?:[\w.-]+:)?(row|c|si)[\s/>]")
PLAIN_ROW: Final = re.compile(rb'<row r="([0-9]{1,7})"')
PLAIN_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
POSITION: Final = re.compile(rb"\sr\s*=\s*[\"']([^\"']*)[\"']")
CELL: Final = re.compile(rb"([A-Za-z]{1,3})([0-9]{1,7})")
FORBIDDEN: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)

Cell = str | Decimal | date | bool | None


def judge_workbook(content: bytes) -> None:
    """Finds out whether the workbook may be opened at all, without opening it.

    Raises FileRefused for everything look_inside refuses, entity declarations, sheets that are too large or
    pretend to be, and damaged workbooks.
    """
    parts = look_inside(content)
    for name, entry in parts.items():
        judge_part(name, content, entry)


def judge_part(name: str, content: bytes, entry: ZipInfo) -> None:
    """Raises FileRefused if this part declares entities or holds more cells or texts than is opened.

    Every part is counted, because any of them may be named as a sheet.
    """
    is_xml = name.lower().endswith(XML_PARTS)
    tally = _Tally()
    rest = b""
    for piece in unpack(content, entry):
        if is_xml and b"\x00" in piece:
            raise FileRefused(_("The file is damaged: it contains bytes that no spreadsheet has."))
        text = rest + piece
        if b"<!" in text and FORBIDDEN.search(text):
            raise FileRefused(
                _("The file declares XML entities, which spreadsheets never need; it is not read.")
            )
        cut = text.rfind(b"<")
        if cut < 0 or len(text) - cut > LONGEST_TAG:
            cut = len(text)  # no tag is that long: nothing is torn apart here
        tally.count_all(text[:cut])
        rest = text[cut:]
        tally.judge()  # at once, so that a hostile file costs little
    tally.count_all(rest)
    tally.judge()


class _Tally:
    """How far the cells of one part reach."""

    def __init__(self) -> None:
        self.row = self.column = self.last_row = self.last_column = self.texts = self.cells = 0

    def count_all(self, text: bytes) -> None:
        """Counts the marks of a piece that starts and ends between tags."""
        marks = ANY_MARK.findall(text)
        rows, cells = PLAIN_ROW.findall(text), PLAIN_CELL.findall(text)
        if marks.count(b"row") != len(rows) or marks.count(b"c") != len(cells):
            for mark in MARK.finditer(text):
                self.count(mark)
            return
        self.texts += marks.count(b"si")
        self.cells += len(cells)
        if rows:
            self.row, self.column = int(rows[-1]), 0
            self.last_row = max(self.last_row, *map(int, rows))
        if cells:
            letters, numbers = map(set, zip(*cells, strict=True))
            self.last_row = max(self.last_row, *map(int, numbers))
            self.last_column = max(self.last_column, *map(_column_of, letters))
            self._jump(b"".join(cells[-1]))

    def count(self, mark: re.Match[bytes]) -> None:
        kind, attributes = mark.groups()
        if kind == b"si":
            self.texts += 1
            return
        position = POSITION.search(attributes)
        if kind == b"row":
            self.row = int(position[1]) if position and position[1].isdigit() else self.row + 1
            self.column = 0
            self.last_row = max(self.last_row, self.row)
            return
        self.cells += 1
        if position is None:
            self.column += 1
        else:
            self._jump(position[1])
        self.last_row = max(self.last_row, self.row)
        self.last_column = max(self.last_column, self.column)

    def _jump(self, position: bytes) -> None:
        cell = CELL.fullmatch(position)
        if cell is None:
            raise FileRefused(_("The file is damaged: a cell has no proper position."))
        self.column = _column_of(cell[1])
        self.row = int(cell[2])

    def judge(self) -> None:
        """Raises FileRefused when more was counted than is opened."""
        if self.texts > limits.MAX_STRINGS:
            raise FileRefused(_("The file contains more texts than can be read. Split it."))
        if self.last_column > limits.MAX_COLUMNS:
            raise FileRefused(
                _("A sheet reaches to column %(count)d; at most %(most)d are read. Delete the empty columns.")
                % {"count": self.last_column, "most": limits.MAX_COLUMNS}
            )
        if self.cells > limits.MAX_CELLS:
            raise FileRefused(_("A sheet has more cells than can be read. Split it."))
        if self.last_row > limits.MAX_ROWS or self.last_row * self.last_column > limits.MAX_CELLS:
            raise FileRefused(
                _(
                    "A sheet reaches to row %(count)d, more than can be read. Delete the empty rows, or split it."
                )
                % {"count": self.last_row}
            )


def _column_of(letters: bytes) -> int:
    """A column's number, counted from 1."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + letter - 64
    return column


def load_sheet(content: bytes) -> CalamineSheet:
    """The first visible sheet, held in memory; values as last saved, formulas are not run.

    Only for content that judge_workbook let through. Raises FileRefused for damaged workbooks.
    """
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as workbook:
            visible = [
                sheet.name
                for sheet in workbook.sheets_metadata
                if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
            ]
            if not visible:
                raise FileRefused(_("The workbook has no visible sheet."))
            return workbook.get_sheet_by_name(visible[0])
    except (CalamineError, ValueError, KeyError) as error:
        raise FileRefused(_("The workbook cannot be read; it seems to be damaged.")) from error


def sheet_rows(sheet: CalamineSheet) -> Iterator[list[Cell]]:
    """The rows of a sheet, from row 1 and column A on, whether or not anything stands there."""
    left: list[Cell] = [None] * (sheet.start[1] if sheet.start else 0)  # the reader skips columns, not rows
    for row in sheet.iter_rows():
        yield [*left, *map(_plain, row)]


def _plain(value: object) -> Cell:
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return Decimal(repr(value))
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if value is None or value == "":
        return None
    if isinstance(value, (time, timedelta)):
        return str(value)
    return str(value).replace("\x00", "")
