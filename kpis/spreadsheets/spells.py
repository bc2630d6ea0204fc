"""Spells from a table: environment, first day, last day, reason; one a row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from kpis.spreadsheets.guessing import date_order
from kpis.spreadsheets.measures import fold
from kpis.spreadsheets.refusals import FileRefused
from kpis.spreadsheets.sheets import Row, open_sheet
from kpis.spreadsheets.values import NotUnderstood, day_of
from kpis.spreadsheets.workbook import Cell

MOST_SPELLS: Final = 60
LONGEST: Final = 2_000
WORDS: Final[dict[str, tuple[str, ...]]] = {
    "environment": ("environment", "name"),
    "first_day": ("first day", "from", "start", "starts", "begins", "starts on", "start date", "first"),
    "last_day": ("last day", "to", "until", "end", "ends", "ends on", "end date", "last"),
    "reason": ("reason", "why", "note", "comment", "explanation"),
}


@dataclass(frozen=True)
class DeclaredSpell:
    """One row: its number in the file, what it says, and what is wrong with it, if anything."""

    number: int
    environment: str
    first_day: date | None = None
    last_day: date | None = None
    reason: str = ""
    problem: str = ""


def read_spells(content: bytes) -> list[DeclaredSpell]:
    """The rows of a file. Raises FileRefused for one that cannot be read, lacks a column or has too many rows."""
    sheet = open_sheet(content)
    headings = [fold(re.sub(r"[_\W]+", " ", name)) for name in sheet.header]
    columns = {name: _column(headings, words) for name, words in WORDS.items()}
    missing = [name for name in ("environment", "first_day") if columns[name] is None]
    if missing:
        raise FileRefused(
            _(
                "The table needs columns headed Environment, First day, Last day and Reason; the first two are not there."
            )
            if len(missing) > 1
            else _("The table has no column headed “%(name)s”.")
            % {"name": {"environment": _("Environment"), "first_day": _("First day")}[missing[0]]}
        )
    rows: list[Row] = []
    for row in sheet.rows():
        if len(rows) == MOST_SPELLS:
            raise FileRefused(_("At most %(most)d spells in one file. Split it.") % {"most": MOST_SPELLS})
        rows.append(row)
    order = date_order(rows)
    return [_spell(row, columns, order) for row in rows]


def _column(headings: Sequence[str], words: Sequence[str]) -> int | None:
    return next((headings.index(word) for word in words if word in headings), None)


def _spell(row: Row, columns: dict[str, int | None], order: str) -> DeclaredSpell:
    environment, reason = _text(row.cell(columns["environment"])), _text(row.cell(columns["reason"]))
    days: dict[str, date | None] = {}
    problem = ""
    for name in ("first_day", "last_day"):
        cell = row.cell(columns[name])
        days[name] = None
        if _text(cell):
            try:
                days[name] = day_of(cell, order=order)
            except NotUnderstood:
                problem = problem or _("“%(text)s” is no day; write 2026-11-30.") % {"text": _text(cell)[:40]}
    if not problem and days["first_day"] is None:
        problem = _("The first day is missing.")
    return DeclaredSpell(row.number, environment, days["first_day"], days["last_day"], reason, problem)


def _text(cell: Cell) -> str:
    """A cell as it is read; the apostrophe that keeps a text from being a formula is not part of it."""
    text = "" if cell is None else str(cell).strip()
    return text.removeprefix("'")[:LONGEST] if text[1:2] in tuple("=+-@") else text[:LONGEST]
