"""Conditions as people build and read them: rows of driver, comparison and number, joined by "all" or "any"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ALL, ANY = "&&", "||"
SIGNS: Final[Mapping[str, Promise]] = {
    ">": gettext_lazy("is more than"),
    ">=": gettext_lazy("is at least"),
    "<": gettext_lazy("is less than"),
    "<=": gettext_lazy("is at most"),
}
ROW: Final = re.compile(r"([A-Za-z_]\w*)\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)", re.ASCII)


@dataclass(frozen=True)
class Row:
    """One comparison: a driver by its variable, a sign of SIGNS, and a number."""

    variable: str
    sign: str
    number: Decimal


def write_condition(rows: Sequence[Row], joined: str) -> str:
    """The rows as an expression."""
    return f" {joined} ".join(f"{row.variable} {row.sign} {row.number.normalize():f}" for row in rows)


def read_rows(text: str) -> tuple[list[Row], str] | None:
    """The rows that an expression consists of, and how they are joined; None where it says more than rows can."""
    joined = ANY if ANY in text else ALL
    found = [ROW.fullmatch(part.strip()) for part in text.split(joined)]
    if not text.strip() or None in found:
        return None
    return [Row(match[1], match[2], Decimal(match[3])) for match in found if match], joined


def condition_in_words(text: str, names: Mapping[str, str]) -> str:
    """ "Calls received is more than 1,200, and Staff is less than 10"; what is no row of comparisons, as it stands."""
    read = read_rows(text)
    if read is None:
        return text
    rows, joined = read
    said = [
        f"{names.get(row.variable, row.variable)} {SIGNS[row.sign]} {_number(row.number)}" for row in rows
    ]
    return (_(", or ") if joined == ANY else _(", and ")).join(said)


def _number(number: Decimal) -> str:
    return f"{number:,f}".replace("-", "\u2212")
