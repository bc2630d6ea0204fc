"""The wiggle-room budget in words: how much is used, how fast, and until when it lasts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpis.domain.budget import Signal
from kpis.queries.cells import MINUS, bare, figure
from kpis.queries.room import Room, Spending
from portal.lib.rounding import half_even

SIGNALS: Final = {
    Signal.BURN_MONTH: gettext_lazy("Over the last month it was used three times too fast or faster"),
    Signal.BURN_QUARTER: gettext_lazy("Over the last three months it was used twice too fast or faster"),
    Signal.EXHAUSTED: gettext_lazy("The allowance is used up"),
}


@dataclass(frozen=True)
class Burn:
    """How fast the allowance was used over a window: 1.0 uses up exactly a year's in a year; "" without a pace."""

    window: str
    pace: str
    spent: str


@dataclass(frozen=True)
class RoomSaid:
    """A budget ready to be shown; `meter` and `of` are for a gauge, which never runs over."""

    used: str
    allowance: str
    left: str
    meter: str
    of: str
    burns: tuple[Burn, ...]
    forecast: str
    signals: tuple[str, ...]
    is_exhausted: bool

    @property
    def headline(self) -> str:
        """ "Wiggle room used: 3.2 of 6"."""
        return _("Wiggle room used: %(used)s of %(allowance)s") % {
            "used": self.used,
            "allowance": self.allowance,
        }


def say_room(room: Room) -> RoomSaid:
    """The room on its day in words."""
    budget = room.budget
    windows: Sequence[tuple[str, Fraction | None, Fraction]] = (
        (_("1 month"), budget.burn_1, budget.spent_1),
        (_("3 months"), budget.burn_3, budget.spent_3),
        (_("12 months"), budget.burn_12, budget.spent_12),
    )
    allowance = Fraction(room.allowance)
    return RoomSaid(
        used=units(room.used, near=allowance),
        allowance=bare(room.allowance),
        left=units(room.left, near=allowance),
        meter=f"{half_even(min(room.used, allowance), 3):f}",
        of=f"{half_even(allowance, 3):f}",
        burns=tuple(
            Burn(window, "" if pace is None else figure(half_even(pace, 1), 1), units(spent))
            for window, pace, spent in windows
        ),
        forecast=forecast(room),
        signals=tuple(str(SIGNALS[signal]) for signal in budget.signals),
        is_exhausted=budget.is_exhausted,
    )


def forecast(room: Room) -> str:
    """Until when it lasts at the pace of the last three months."""
    budget = room.budget
    if budget.is_exhausted:
        if budget.exhausted_since is None:
            return _("used up")
        return _("used up since %(day)s") % {"day": _day(budget.exhausted_since)}
    if budget.exhausted_on is not None:
        return _("used up in about %(month)s at this pace") % {
            "month": date_format(budget.exhausted_on, "F Y")
        }
    return _("at this pace it lasts the next twelve months") if budget.spent_12 else _("nothing used")


def units(value: Fraction | Decimal | None, *, near: Fraction | None = None) -> str:
    """Units of room with one decimal, a second one where one would make it look like `near`; a dash for None."""
    if value is None:
        return "\u2013"
    exact = Fraction(value)
    short = half_even(exact, 1)
    if near is not None and exact != near and Fraction(short) == near:
        short = half_even(exact, 2)
    text = bare(short)
    return MINUS + text[1:] if text.startswith("-") else text


def spending_words(spending: Spending) -> str:
    """What a period spent and why, in a few words; "" where nothing needs saying."""
    if spending.status:
        return _("spends nothing")
    if spending.is_miss_by_exhaustion:
        return _("counts as a miss: the room was used up before")
    return ""


def _day(day: date) -> str:
    return str(date_format(day, "j M Y"))
