"""What people type (or paste) into one cell, understood the way they meant it or refused with a reason."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from kpis.actions import ReadingIncomplete
from kpis.models import Kpi
from kpis.spreadsheets.values import is_not_applicable

LONGEST: Final = 60
SPACES: Final = re.compile(r"[\s\u00a0\u202f']")
PLAIN: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
GROUPED_BY_COMMA: Final = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")
GROUPED_BY_POINT: Final = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+,\d*")
EITHER: Final = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
Figures = dict[str, Any]


def figures_of(text: str, kpi: Kpi) -> Figures:
    """The figures of `submit_reading` that a cell's text stands for: a number, "45/50" of a ratio, or "n/a".

    Points and commas are both taken as decimal mark where only one reading is possible. Raises ReadingIncomplete.
    """
    text = text.replace("\x00", "").strip()
    if not text:
        raise ReadingIncomplete(_("Give a value, or “n/a” where there was nothing to measure."))
    if is_not_applicable(text):
        return {"is_not_applicable": True}
    above, slash, below = text.partition("/")
    if slash:
        return {"numerator": number_of(above, "numerator"), "denominator": number_of(below, "denominator")}
    if text.endswith("%"):
        if "%" not in kpi.unit:
            raise ReadingIncomplete(
                _("This KPI is reported in “%(unit)s”, not in per cent.") % {"unit": kpi.unit or _("numbers")}
            )
        text = text[:-1]
    return {"value": number_of(text, "value")}


def number_of(text: str, field: str) -> Decimal:
    """One number as people write it: "1,234.5", "1.234,5", "1 234,5" and "12,5" alike.

    Raises ReadingIncomplete for what is no number, and for "1,234", which may mean two.
    """
    bare = SPACES.sub("", text).replace("\u2212", "-")
    if EITHER.fullmatch(bare):
        raise ReadingIncomplete(
            _("“%(said)s” could mean %(one)s or %(other)s. Write it without the comma, or with a point.")
            % {"said": text.strip(), "one": bare.replace(",", ""), "other": bare.replace(",", ".")},
            field,
        )
    if GROUPED_BY_COMMA.fullmatch(bare):
        bare = bare.replace(",", "")
    elif GROUPED_BY_POINT.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", ".")
    elif bare.count(",") == 1 and "." not in bare:
        bare = bare.replace(",", ".")
    if len(bare) > LONGEST or not PLAIN.fullmatch(bare):
        raise ReadingIncomplete(_("“%(said)s” is not a number.") % {"said": text.strip()[:40]}, field)
    return Decimal(bare)


def version_of(posted: Mapping[str, str], name: str = "version") -> int | None:
    """The version of the reading that the writer saw; None says that the cell was empty."""
    said = posted.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None
