"""Reading and writing spreadsheets without trusting them: no database, no clock, nothing is ever evaluated."""

from kpis.spreadsheets.refusals import EncodingUnknown, FileRefused
from kpis.spreadsheets.sheets import MAX_BYTES, Row, Sheet, open_sheet
from kpis.spreadsheets.workbook import Cell

__all__ = ["MAX_BYTES", "Cell", "EncodingUnknown", "FileRefused", "Row", "Sheet", "open_sheet"]
