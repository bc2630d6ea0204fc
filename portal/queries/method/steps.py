"""What every calculator of the method shares: lines of arithmetic with their numbers, and a precise "no"."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import gettext as _

from kpis.domain.bands import Band, Polarity
from portal.lib.rounding import half_even

PLACES: Final = 6
MINUS: Final = "\u2212"
NAMES: Final = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")

Number = Decimal | Fraction | int


class NotComputable(Exception):
    """What was asked makes no sense; `field` names what is wrong, within a list as `rules[1].slope`."""

    def __init__(self, message: str, field: str) -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True)
class Step:
    """One line of arithmetic: what is computed, and how, with its numbers: "0.5 × 0.6 = 0.3"."""

    name: str
    formula: str


def said(value: Number, places: int = PLACES) -> str:
    """A number as people write it: no trailing zeros, a real minus sign; rounded for showing only."""
    text = f"{half_even(value, places):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", MINUS) if text.strip("-0.") else "0"


def bracketed(value: Number, places: int = PLACES) -> str:
    """A number within a formula; one below 0 stands in brackets."""
    return f"({said(value, places)})" if value < 0 else said(value, places)


def names_of() -> dict[str, str]:
    """The thresholds in the reader's words."""
    words = (
        _("Floor"),
        _("Tolerance"),
        _("Target"),
        _("Upper target"),
        _("Upper tolerance"),
        _("Upper floor"),
    )
    return dict(zip(NAMES, words, strict=True))


def band_of(values: Mapping[str, Any], *, at: str = "") -> Band:
    """The thresholds among the values, in order. Raises NotComputable at the first that breaks the order."""
    polarity = values["polarity"]
    names = NAMES if polarity == Polarity.WITHIN_RANGE else NAMES[:3]
    for name in names:
        if values.get(name) is None:
            raise NotComputable(
                _("A range needs all six thresholds.")
                if name not in NAMES[:3]
                else _("This number is needed."),
                f"{at}{name}",
            )
    check_order(polarity, {name: values[name] for name in names}, at=at)
    return Band(*(values[name] for name in names))


def check_order(polarity: str, thresholds: Mapping[str, Decimal], *, at: str = "") -> None:
    """Raises NotComputable at the threshold that is not on the right side of the one before it."""
    words = names_of()
    way = -1 if polarity == Polarity.LOWER else 1
    names = list(thresholds)
    for worse, better in itertools.pairwise(names):
        step = way * (thresholds[better] - thresholds[worse])
        if step > 0 or (step == 0 and better == "upper_target"):
            continue
        message = _("%(this)s has to be more than %(number)s, the %(other)s.")
        if way < 0:
            message = _("%(this)s has to be less than %(number)s, the %(other)s.")
        named = {"this": words[better], "other": words[worse].lower(), "number": said(thresholds[worse])}
        raise NotComputable(f"{way_of(polarity)} {message % named}", f"{at}{better}")


def way_of(polarity: str) -> str:
    """Which way the thresholds run."""
    if polarity == Polarity.HIGHER:
        return _("Higher is better: the floor lies below the tolerance, the tolerance below the target.")
    if polarity == Polarity.LOWER:
        return _("Lower is better: the floor lies above the tolerance, the tolerance above the target.")
    return _("A range rises: floor, tolerance, target, upper target, upper tolerance, upper floor.")
