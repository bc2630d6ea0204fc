"""Writing tables that a spreadsheet program opens without running anything in them."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Final

import xlsxwriter

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

Written = str | int | Decimal | date | None


class _Echo:
    """A file that hands back what is written to it, so that rows can be streamed."""

    def write(self, text: str) -> str:
        return text


def escaped(value: Written) -> str:
    """A field as text; what a spreadsheet program would take for a formula gets a leading apostrophe."""
    if value is None:
        return ""
    if isinstance(value, (int, Decimal)):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    text = value.isoformat() if isinstance(value, date) else value
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def as_csv(rows: Iterable[Sequence[Written]]) -> Iterator[bytes]:
    """The rows as UTF-8 with a byte-order mark, so that spreadsheet programs read the letters right."""
    writer = csv.writer(_Echo())
    yield b"\xef\xbb\xbf"
    for row in rows:
        yield writer.writerow([escaped(value) for value in row]).encode()


def as_xlsx(rows: Iterable[Sequence[Written]]) -> bytes:
    """The rows as one sheet; texts stay texts, whatever they start with."""
    return as_workbook([("Sheet1", rows)])


def as_workbook(sheets: Iterable[tuple[str, Iterable[Sequence[Written]]]]) -> bytes:
    """Sheets by name, each with a heading that stays in view; texts stay texts, whatever they start with."""
    target = BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "in_memory": True,
    }
    with xlsxwriter.Workbook(target, options) as workbook:
        day_format = workbook.add_format({"num_format": "yyyy-mm-dd"})
        bold = workbook.add_format({"bold": True})
        for name, rows in sheets:
            sheet = workbook.add_worksheet(name)
            for index, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(index, column, value, day_format)
                    elif isinstance(value, (int, Decimal)):
                        sheet.write_number(index, column, float(value))
                    elif value is not None:
                        sheet.write_string(index, column, value, bold if index == 0 else None)
            sheet.freeze_panes(1, 0)
    return target.getvalue()
