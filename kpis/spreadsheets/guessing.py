"""A first proposal of which column means what, from headings and the first rows; people correct it."""

import re
from collections.abc import Sequence
from typing import Any, Final

from kpis.spreadsheets.mapping import EVENTS, LONG, WIDE, Mapping
from kpis.spreadsheets.measures import Measures, fold
from kpis.spreadsheets.sheets import Row, Sheet
from kpis.spreadsheets.values import NotUnderstood, first_day_of
from kpis.spreadsheets.workbook import Cell

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "kpi": (
        "kpi",
        "reference",
        "kpi reference",
        "measure",
        "indicator",
        "service level",
        "metric",
        "kpi name",
        "ref",
    ),
    "period": ("period", "month", "date", "period start", "start", "first day", "quarter", "week", "year"),
    "value": ("value", "result", "actual", "reading", "score", "performance"),
    "numerator": ("numerator", "met", "within target", "achieved", "passed", "volume meeting target"),
    "denominator": ("denominator", "total", "volume", "total volume", "count", "attendances"),
    "not_applicable": ("not applicable", "n/a", "na", "applicable"),
    "note": ("note", "notes", "comment", "comments", "remark", "explanation"),
}
EVENT_DAY: Final = ("opened at", "created at", "opened", "created", "reported at", "date opened", "logged at")
EVENT_HOLDS: Final = ("made sla", "sla met", "within sla", "met sla", "in time")
EVENT_NAME: Final = ("number", "incident", "ticket", "id", "incident number", "ticket id", "case")


def guess(sheet: Sheet, first_rows: Sequence[Row], measures: Measures) -> Mapping:
    """The mapping that fits the headings best; fields without a fitting column stay empty."""
    headings = [fold(re.sub(r"[_\W]+", " ", name)) for name in sheet.header]
    order, decimal_mark = date_order(first_rows), "," if _has_decimal_commas(first_rows) else "."
    wide = _kpi_columns(sheet, measures)
    day, holds = _find(headings, EVENT_DAY), _find(headings, EVENT_HOLDS)
    if holds is not None and day is not None:
        ratio = next((m.kpi_id for m in measures.by_id.values() if m.is_ours and m.is_ratio), None)
        return Mapping(
            EVENTS,
            one_kpi=ratio,
            period=day,
            holds=holds,
            once_per=_find(headings, EVENT_NAME),
            date_order=order,
        )
    found: dict[str, Any] = {name: _find(headings, words) for name, words in WORDS.items()}
    if found["period"] is None:
        found["period"] = _period_column(first_rows)
    if wide and found["kpi"] is None:
        return Mapping(
            WIDE, period=found["period"], kpi_columns=wide, date_order=order, decimal_mark=decimal_mark
        )
    if found["numerator"] is None or found["denominator"] is None:
        found["numerator"] = found["denominator"] = None
    return Mapping(LONG, date_order=order, decimal_mark=decimal_mark, **found)


def _find(headings: Sequence[str], words: Sequence[str]) -> int | None:
    return next((headings.index(word) for word in words if word in headings), None)


def _kpi_columns(sheet: Sheet, measures: Measures) -> dict[int, int]:
    columns: dict[int, int] = {}
    for index, name in enumerate(sheet.header):
        try:
            measure = measures.find(name)
        except KeyError:
            continue
        if measure is not None and measure.kpi_id not in columns.values():
            columns[index] = measure.kpi_id
    return columns


def _period_column(rows: Sequence[Row]) -> int | None:
    """The first column in which every cell reads as a period and at least one is more than a bare number."""
    width = max((len(row.cells) for row in rows), default=0)
    for column in range(width):
        cells = [cell for row in rows if (cell := row.cell(column)) is not None]
        if cells and all(_is_period(cell) for cell in cells):
            return column
    return None


def _is_period(cell: Cell) -> bool:
    if not isinstance(cell, str) and not hasattr(cell, "isoformat"):
        return False
    try:
        first_day_of(cell)
    except NotUnderstood:
        return False
    return True


def date_order(rows: Sequence[Row]) -> str:
    """ "MDY" when some date can only be read so and none only the other way."""
    found = {"DMY": False, "MDY": False}
    for row in rows:
        for cell in row.cells:
            if isinstance(cell, str) and (match := re.match(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}", cell)):
                found["DMY"] |= int(match[1]) > 12
                found["MDY"] |= int(match[2]) > 12
    return "MDY" if found["MDY"] and not found["DMY"] else "DMY"


def _has_decimal_commas(rows: Sequence[Row]) -> bool:
    texts = [cell for row in rows for cell in row.cells if isinstance(cell, str)]
    has_comma = any(re.fullmatch(r"-?\d+,(\d{1,2}|\d{4,})\s*%?", text) for text in texts)
    return has_comma and not any(re.fullmatch(r"-?\d+\.\d+\s*%?", text) for text in texts)
