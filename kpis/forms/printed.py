"""A band as a contract prints it, read from plain lines such as "Approaching target: 90 to 95"."""

import re
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from kpis.domain.bands import Verdict
from kpis.domain.printed import Printed

NUMBER: Final = r"([-\u2212]?\d[\d,]*(?:\.\d+)?)\s*%?"
VERDICTS: Final = {
    "good": Verdict.GOOD,
    "approaching": Verdict.APPROACHING,
    "requires": Verdict.REQUIRES_IMPROVEMENT,
    "inadequate": Verdict.INADEQUATE,
}
BETWEEN: Final = re.compile(rf"(?:between |from )?{NUMBER}\s*(?:to|and|-|\u2013|\u2014)\s*{NUMBER}$")
# Which end a phrase names, and whether the number itself belongs to the row.
PHRASES: Final = (
    (re.compile(rf"(?:>=|\u2265|at least|minimum)\s*{NUMBER}$"), "low", True),
    (re.compile(rf"{NUMBER}\s*(?:or|and) (?:more|above|over|higher|better)$"), "low", True),
    (re.compile(rf"(?:>|above|over|more than|greater than|higher than)\s*{NUMBER}$"), "low", False),
    (re.compile(rf"(?:<=|\u2264|at most|maximum|up to)\s*{NUMBER}$"), "high", True),
    (re.compile(rf"{NUMBER}\s*(?:or|and) (?:less|below|under|fewer|lower)$"), "high", True),
    (re.compile(rf"(?:<|below|under|less than|fewer than|lower than)\s*{NUMBER}$"), "high", False),
    (re.compile(rf"{NUMBER}\s*\+$"), "low", True),
)
EXAMPLE: Final = "Good: 96 or more"


class UnreadableLine(ValueError):
    """A line that does not say which verdict it is about, or from where to where it goes."""


def read_lines(text: str) -> list[Printed]:
    """The printed rows, one a line. Raises UnreadableLine, naming the line."""
    return [_row(line) for line in text.splitlines() if line.strip()]


def _row(line: str) -> Printed:
    said = " ".join(line.replace("\u2212", "-").lower().split())
    verdict = next((found for word, found in VERDICTS.items() if said.startswith(word)), None)
    values = re.sub(
        r"^[a-z ]+?(?=[:=]|\s[<>\u2264\u2265\d-]|\s(?:at|above|below|over|under|more|less|between|from|up)\b)",
        "",
        said,
    )
    values = values.lstrip(" :=").strip(" .")
    if verdict is None or not values:
        raise _unreadable(line)
    between = BETWEEN.fullmatch(values)
    if between:
        ends = sorted(_number(found) for found in between.groups())
        return Printed(verdict, ends[0], ends[1])
    low: Decimal | None = None
    high: Decimal | None = None
    includes = {"low": True, "high": True}
    for part in re.split(r"\s*(?:,| and | but )\s*(?=[<>\u2264\u2265a-z])", values):
        end, number, included = _phrase(part, line)
        includes[end] = included
        if end == "low":
            low = number
        else:
            high = number
    return Printed(verdict, low, high, includes["low"], includes["high"])


def _phrase(part: str, line: str) -> tuple[str, Decimal, bool]:
    for pattern, end, included in PHRASES:
        found = pattern.fullmatch(part.strip())
        if found:
            return end, _number(found.group(1)), included
    raise _unreadable(line)


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _unreadable(line: str) -> UnreadableLine:
    return UnreadableLine(
        _("“%(line)s” is not understood. Write one line a verdict, such as “%(example)s”.")
        % {"line": line.strip()[:80], "example": EXAMPLE}
    )
