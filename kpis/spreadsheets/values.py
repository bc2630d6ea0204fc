"""What a cell says: a number, a yes or no, a day, a period, or that there was nothing to measure."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from kpis.spreadsheets.workbook import Cell

NOT_APPLICABLE: Final = frozenset({"n/a", "na", "n.a.", "not applicable", "none", "-", "–", "—", "?"})
YES: Final = frozenset({"yes", "y", "true", "t", "1", "x", "met", "ja", "oui", "si", "sí"})
NO: Final = frozenset({"no", "n", "false", "f", "0", "", "not met", "missed", "nein", "non"})
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAMES: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
LARGEST: Final = Decimal(10) ** 12
PLACES: Final = Decimal("0.000001")
PLAIN: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
SPACES: Final = re.compile(r"[\s\u00a0\u202f']")


class NotUnderstood(ValueError):
    """The cell says something, but not what its column is for."""


def number_of(cell: Cell, *, decimal_mark: str = ".") -> Decimal | None:
    """The number in a cell, None for an empty one; a percent sign and currency-free grouping are understood.

    Raises NotUnderstood. With `decimal_mark` "," the point groups thousands and the other way round.
    """
    if cell is None:
        return None
    if isinstance(cell, (bool, date)):
        raise NotUnderstood
    return _bounded(cell if isinstance(cell, Decimal) else _parsed(cell, decimal_mark))


def _parsed(text: str, decimal_mark: str) -> Decimal:
    if decimal_mark == "." and PLAIN.fullmatch(text):
        return Decimal(text)
    grouping = "," if decimal_mark == "." else "."
    bare = SPACES.sub("", text).replace("\u2212", "-").removesuffix("%")
    if grouping in bare:
        if not re.fullmatch(rf"-?\d{{1,3}}(\{grouping}\d{{3}})+(\{decimal_mark}\d*)?", bare):
            raise NotUnderstood
        bare = bare.replace(grouping, "")
    bare = bare.replace(decimal_mark, ".")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", bare):
        raise NotUnderstood
    return Decimal(bare)


def _bounded(value: Decimal) -> Decimal:
    if not value.is_finite() or abs(value) >= LARGEST:
        raise NotUnderstood
    return value.quantize(PLACES)


def yes_or_no(cell: Cell) -> bool:
    """Whether a cell says yes; raises NotUnderstood for words that say neither."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, Decimal):
        cell = f"{cell.normalize():f}"
    word = "" if cell is None else str(cell).strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise NotUnderstood


def is_not_applicable(cell: Cell, words: frozenset[str] = NOT_APPLICABLE) -> bool:
    """Whether a cell says in words that there was nothing to measure."""
    return isinstance(cell, str) and cell.strip().casefold() in words


def day_of(cell: Cell, *, order: str = "DMY") -> date:
    """The day in a cell: a date, ISO text, or figures in the given order ("DMY" or "MDY"), a time after it ignored.

    Raises NotUnderstood.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if not isinstance(cell, str):
        raise NotUnderstood
    text = re.split(r"[T\s](?=\d{1,2}:)", cell.strip())[0].strip()
    try:
        if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text):
            first, second, year = (int(part) for part in match.groups())
            day, month = (first, second) if order == "DMY" else (second, first)
            return date(year, month, day)
        if match := re.fullmatch(r"(\d{1,2})[\s.-]+([^\W\d]+)\.?[\s,-]+(\d{4})", text):
            return date(int(match[3]), _month(match[2]), int(match[1]))
    except ValueError as error:
        raise NotUnderstood from error
    raise NotUnderstood


@lru_cache(maxsize=4096)
def first_day_of(cell: Cell, *, order: str = "DMY") -> date:
    """The first day of a period written as a day, month ("Mar 2026"), quarter, ISO week or year.

    Raises NotUnderstood.
    """
    if isinstance(cell, Decimal) and cell == cell.to_integral_value() and 1900 <= cell <= 2200:
        return date(int(cell), 1, 1)
    if not isinstance(cell, str):
        return day_of(cell, order=order)
    text = " ".join(cell.split())
    try:
        found = _month_text(text) or _quarter_or_week(text)
    except ValueError as error:
        raise NotUnderstood from error
    return found or day_of(text, order=order)


def _month_text(text: str) -> date | None:
    if match := re.fullmatch(r"([^\W\d]{3,12})\.?[\s,'/-]*(\d{4}|\d{2})", text):
        return date(_year(match[2]), _month(match[1]), 1)
    if match := re.fullmatch(r"(\d{4})[\s-]([^\W\d]{3,12})\.?", text):
        return date(int(match[1]), _month(match[2]), 1)
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})", text):
        return date(int(match[1]), int(match[2]), 1)
    if match := re.fullmatch(r"(\d{1,2})[-/.](\d{4})", text):
        return date(int(match[2]), int(match[1]), 1)
    return None


def _quarter_or_week(text: str) -> date | None:
    upper = text.upper()
    if match := re.fullmatch(r"Q([1-4])[\s/-]*(\d{4})", upper):
        return date(int(match[2]), 3 * int(match[1]) - 2, 1)
    if match := re.fullmatch(r"(\d{4})[\s/-]*Q([1-4])", upper):
        return date(int(match[1]), 3 * int(match[2]) - 2, 1)
    if match := re.fullmatch(r"W(\d{1,2})[\s/-]*(\d{4})", upper):
        return date.fromisocalendar(int(match[2]), int(match[1]), 1)
    if match := re.fullmatch(r"(\d{4})[\s/-]*W(\d{1,2})", upper):
        return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    if re.fullmatch(r"(19|20|21)\d\d", upper):
        return date(int(upper), 1, 1)
    return None


def _month(word: str) -> int:
    folded = word.casefold().rstrip(".")
    if folded == "sept":
        return 9
    if folded in MONTHS:
        return MONTHS.index(folded) + 1
    return MONTH_NAMES.index(folded) + 1


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)
