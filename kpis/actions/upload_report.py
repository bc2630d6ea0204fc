"""The report of an upload: what is to be said about which row and column."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from kpis.spreadsheets.lines import Line
from kpis.spreadsheets.mapping import Mapping

LONGEST: Final = 5_000
LETTERS: Final = 26

Said = dict[str, Any]


def said_of(line: Line, mapping: Mapping, header: Sequence[str]) -> Said | None:
    """The report's entry for a line; None for a line about which there is nothing to say."""
    text = line.problem or line.remark
    if not text:
        return None
    return {
        "row": line.row,
        "column": column_named(
            line.column if line.column is not None else mapping.column_of(line.at), header
        ),
        "kpi": line.measure.name if line.measure else "",
        "period": line.period_start.isoformat() if line.period_start else "",
        "is_problem": bool(line.problem),
        "text": text,
    }


def column_named(column: int | None, header: Sequence[str]) -> str:
    """A column as a spreadsheet program shows it, with its heading: "C: Value"."""
    if column is None:
        return ""
    heading = header[column] if column < len(header) else ""
    return f"{letters(column)}: {heading}" if heading else letters(column)


def letters(column: int) -> str:
    """The letters of a column counted from 0: A, B … Z, AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, LETTERS)
        text = chr(ord("A") + rest) + text
    return text


def added(report: list[Said], more: list[Said]) -> list[Said]:
    """The report with more entries, as long as a report may get; problems are never pushed out by remarks."""
    whole = [*report, *more]
    if len(whole) <= LONGEST:
        return whole
    problems = [said for said in whole if said["is_problem"]]
    room = max(0, LONGEST - len(problems))
    remarks = [said for said in whole if not said["is_problem"]][:room]
    return sorted([*problems[:LONGEST], *remarks], key=lambda said: said["row"])


def whole_file(text: str) -> Said:
    """An entry about the file rather than one of its rows."""
    return {"row": 0, "column": "", "kpi": "", "period": "", "is_problem": True, "text": text}


def role_has_ended() -> str:
    """What is said when the sender may no longer report."""
    return _("Whoever sent this file may no longer report for this side. Nothing more was taken.")
