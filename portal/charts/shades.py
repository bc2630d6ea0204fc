"""Spells as shaded columns: each from the day it begins to the day it ends, with a letter that the legend explains."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase

from portal.lib.series import Point, Series, Shade

# Letters closer together than this share of the width would run into each other.
NEAR = 4.0
# Where on its shade a letter may stand, as shares of the shade's width; the middle first.
PLACES = (0.5, 0.25, 0.75, 0.0, 1.0)


@dataclass(frozen=True)
class Column:
    """A shade on the page: left and width in per cent, its letter and where that stands ("" where it would collide)."""

    left: str
    width: str
    letter: str
    middle: str


@dataclass(frozen=True)
class Entry:
    """One line of the legend: the letter, the name, and the days of each spell with its address."""

    letter: str
    name: str
    spells: tuple[Shade, ...]


def legend(series: Series) -> list[Entry]:
    """The environments that hold in the picture, in the order in which they first do."""
    spells: dict[str, list[Shade]] = {}
    for shade in series.shades:
        if _ends(series.points, shade) is not None:
            spells.setdefault(shade.name, []).append(shade)
    return [
        Entry(ascii_uppercase[place % 26], name, tuple(found))
        for place, (name, found) in enumerate(spells.items())
    ]


def columns(series: Series) -> list[Column]:
    """Where the shades lie."""
    letters = {entry.name: entry.letter for entry in legend(series)}
    count = len(series.points)
    lying = [(shade, ends) for shade in series.shades if (ends := _ends(series.points, shade)) is not None]
    spans = [(100 * start / count, 100 * end / count) for _shade, (start, end) in lying]
    middles = _middles(spans)
    return [
        Column(f"{left:.2f}%", f"{max(right - left, 0.2):.2f}%", letters[shade.name], middle)
        for (shade, _ends_of), (left, right), middle in zip(lying, spans, middles, strict=True)
    ]


def _middles(spans: Sequence[tuple[float, float]]) -> list[str]:
    """Where each letter stands; the narrowest shade chooses first, because a wide one has other places."""
    taken: list[float] = []
    found = [""] * len(spans)
    for place in sorted(range(len(spans)), key=lambda place: spans[place][1] - spans[place][0]):
        left, right = spans[place]
        for share in PLACES:
            here = left + share * (right - left)
            if all(abs(here - other) >= NEAR for other in taken):
                taken.append(here)
                found[place] = f"{here:.2f}%"
                break
    return found


def _ends(points: Sequence[Point], shade: Shade) -> tuple[float, float] | None:
    """From which slot to which, in shares of one; None for what lies outside the picture."""
    if not points:
        return None
    start, end = shade.first_day, shade.last_day or date.max
    if start > points[-1].last_day or end < points[0].first_day:
        return None
    return _place(points, start, 0), _place(points, end, 1)


def _place(points: Sequence[Point], day: date, after: int) -> float:
    """The place of a day's beginning, or with `after` of its end; what lies before or after is held at the edge."""
    for slot, point in enumerate(points):
        if day <= point.last_day:
            days = (point.last_day - point.first_day).days + 1
            return slot + max(0, (day - point.first_day).days + after) / days
    return float(len(points))


__all__ = ["Column", "Entry", "columns", "legend"]
