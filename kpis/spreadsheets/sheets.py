"""One way to read any accepted file: what it is, where its header is, and its rows."""

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from python_calamine import CalamineSheet

from kpis.spreadsheets import limits
from kpis.spreadsheets.refusals import FileRefused
from kpis.spreadsheets.text import find_encoding, read_text
from kpis.spreadsheets.workbook import Cell, judge_workbook, load_sheet, sheet_rows

MAX_BYTES: Final = limits.MAX_BYTES
HEADER_WITHIN: Final = 20
OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
NOT_TABLES: Final = (
    b"%PDF",
    b"\x1f\x8b",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x7fELF",
    b"MZ",
)
MARKUP: Final = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"{\\rtf")


@dataclass(frozen=True)
class Row:
    """A row of the file: the number a spreadsheet program shows for it, and its cells."""

    number: int
    cells: list[Cell]

    def cell(self, column: int | None) -> Cell:
        """The cell of a column counted from 0; None beyond the row's end or without a column."""
        return self.cells[column] if column is not None and 0 <= column < len(self.cells) else None


@dataclass(frozen=True)
class Sheet:
    """A file that was found readable."""

    header: tuple[str, ...]
    header_at: int
    kind: str
    encoding: str
    content: bytes = field(repr=False)
    loaded: CalamineSheet | None = field(default=None, repr=False, compare=False)

    @property
    def fingerprint(self) -> str:
        """Equal for files with the same column headings in the same order, whatever their case and spacing."""
        return hashlib.sha256("\x1f".join(_folded(name) for name in self.header).encode()).hexdigest()

    def rows(self) -> Iterator[Row]:
        """The rows below the header, without empty ones; raises FileRefused where the file turns out damaged."""
        for row in _all_rows(self.content, self.encoding, self.loaded):
            if row.number > self.header_at and any(cell is not None for cell in row.cells):
                yield row


def open_sheet(content: bytes, *, encoding: str = "", is_judged: bool = False) -> Sheet:
    """Finds out by content what the file is, and reads its header.

    `encoding` is what the sender says the text was written in, if it had to be asked; `is_judged` that this very
    content was opened before and found harmless, so that only its header is read again. Raises FileRefused, and
    EncodingUnknown when the sender has to be asked.
    """
    kind = sniff(content)
    found, loaded = "", None
    if kind == "xlsx":
        if not is_judged:
            judge_workbook(content)
        loaded = load_sheet(content)
    else:
        found = find_encoding(content, encoding)
    top: list[Row] = []
    for row in _all_rows(content, found, loaded):
        top.append(row)
        if len(top) >= HEADER_WITHIN:
            break
    header = _header_of(top)
    return Sheet(tuple(_heading(cell) for cell in header.cells), header.number, kind, found, content, loaded)


def sniff(content: bytes) -> str:
    """ "xlsx" or "csv", by content and never by name; raises FileRefused for everything else."""
    if not content.strip():
        raise FileRefused(_("The file is empty."))
    if len(content) > MAX_BYTES:
        raise FileRefused(
            _("The file is larger than %(size)d MB. Split it.") % {"size": MAX_BYTES // limits.MEBIBYTE}
        )
    if content.startswith(b"PK"):
        return "xlsx"
    if content.startswith(OLE):
        raise FileRefused(
            _(
                "This is an old Excel file (XLS) or one with a password. Save it as XLSX without one, or as CSV."
            )
        )
    start = content[:64].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if content.startswith(NOT_TABLES) or start.startswith(MARKUP):
        raise FileRefused(_("This is not a spreadsheet. Upload an XLSX or CSV file."))
    return "csv"


def _all_rows(content: bytes, encoding: str, loaded: CalamineSheet | None) -> Iterator[Row]:
    if loaded is not None:
        for number, cells in enumerate(sheet_rows(loaded), start=1):
            yield Row(number, cells)
        return
    for number, record in read_text(content, encoding):
        if len(record) > limits.MAX_COLUMNS:
            raise FileRefused(
                _("Row %(row)d has %(count)d columns; at most %(most)d are read. Delete the empty columns.")
                % {"row": number, "count": len(record), "most": limits.MAX_COLUMNS}
            )
        yield Row(
            number,
            [text if (text := field_text.strip()) else None for field_text in record],
        )


def _header_of(top: list[Row]) -> Row:
    """The first row that is mostly words and at least half as wide as the widest one near it."""
    filled = [sum(cell is not None for cell in row.cells) for row in top]
    widest = max(filled, default=0)
    if widest == 0:
        raise FileRefused(_("The file has no rows."))
    for row, count in zip(top, filled, strict=True):
        words = sum(isinstance(cell, str) and not _is_number(cell) for cell in row.cells)
        if count * 2 >= widest and words * 2 >= count and (count > 1 or widest == 1):
            return _trimmed(row)
    raise FileRefused(
        _("No row with column headings was found among the first %(n)d.") % {"n": HEADER_WITHIN}
    )


def _trimmed(row: Row) -> Row:
    last = max(index for index, cell in enumerate(row.cells) if cell is not None)
    return Row(row.number, row.cells[: last + 1])


def _is_number(text: str) -> bool:
    return text.replace(".", "").replace(",", "").replace("-", "").replace("%", "").strip().isdigit()


def _heading(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, (date, Decimal, bool)):
        return str(cell)
    return " ".join(cell.split())[:200]


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
