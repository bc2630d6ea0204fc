"""The fairness map: each relationship at value to the customer × value to the provider.

Curves join what creates the same shared value when both sides count alike: 100·√(x·y/10⁴) along each. On the diagonal
both sides have the same; the farther from it, the more lopsided.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from portal.charts.scales import Scale

SIZE: Final = 420
LEFT, TOP, RIGHT, BOTTOM = 46, 10, 410, 374
LEVELS: Final = (20, 40, 60, 80)
TICKS: Final = (0, 20, 40, 60, 80, 100)
SHADES: Final = 5
STEPS: Final = 24
LOPSIDED_FROM: Final = 20

ACROSS = Scale(0, 100, LEFT, RIGHT)
UP = Scale(0, 100, BOTTOM, TOP)


class Place(Protocol):
    """A relationship on the map; values from 0 to 100."""

    @property
    def href(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def customer(self) -> float: ...
    @property
    def provider(self) -> float: ...


class Square(Protocol):
    """A square of the density layer."""

    @property
    def column(self) -> int: ...
    @property
    def row(self) -> int: ...
    @property
    def count(self) -> int: ...


@dataclass(frozen=True)
class Dot:
    """One relationship: where, what it is called, where it leads, and who has more of it."""

    x: str
    y: str
    label: str
    href: str
    leans: str


@dataclass(frozen=True)
class Curve:
    """Equal shared value: its path and where its figure stands."""

    level: int
    path: str
    x: str
    y: str


@dataclass(frozen=True)
class Shade:
    """All squares of one of five shades, 5 the densest, as one path: a map of thousands stays small."""

    step: int
    path: str


@dataclass(frozen=True)
class FairnessMap:
    """Everything the template writes down."""

    dots: list[Dot]
    shades: list[Shade]
    curves: list[Curve]
    ticks: list[tuple[int, str, str]]
    diagonal: str
    size: int = SIZE
    left: int = LEFT
    top: int = TOP
    right: int = RIGHT
    bottom: int = BOTTOM


def draw_fairness_map(
    places: Iterable[Place], squares: Sequence[Square] = (), *, cells: int = 25
) -> FairnessMap:
    """Dots for the places named, over the density of all; no density where every dot is drawn anyway."""
    dots = [_dot(place) for place in places]
    everything = sum(square.count for square in squares)
    return FairnessMap(
        dots=dots,
        shades=_shades(squares, cells) if everything > len(dots) else [],
        curves=[_curve(level) for level in LEVELS],
        ticks=[(tick, _n(ACROSS(tick)), _n(UP(tick))) for tick in TICKS],
        diagonal=f"M{LEFT} {BOTTOM}L{RIGHT} {TOP}",
    )


def _shades(squares: Sequence[Square], cells: int) -> list[Shade]:
    most, width = max(square.count for square in squares), (RIGHT - LEFT) / cells
    paths: dict[int, list[str]] = {}
    for square in squares:
        corner = f"M{_n(LEFT + square.column * width)} {_n(BOTTOM - square.row * width)}"
        side = f"h{_n(width)}v-{_n(width)}h-{_n(width)}z"
        paths.setdefault(_step(square.count, most), []).append(corner + side)
    return [Shade(step, "".join(path)) for step, path in sorted(paths.items())]


def _dot(place: Place) -> Dot:
    gap = place.customer - place.provider
    leans = "even" if abs(gap) < LOPSIDED_FROM else "customer" if gap > 0 else "provider"
    return Dot(_n(ACROSS(place.customer)), _n(UP(place.provider)), place.label, place.href, leans)


def _curve(level: int) -> Curve:
    """From the right edge to the upper one, in steps that are even along the bend."""
    lowest = level * level / 100
    points = []
    for step in range(STEPS + 1):
        x = 100 * math.exp(math.log(lowest / 100) * step / STEPS)
        points.append(f"{_n(ACROSS(x))} {_n(UP(level * level / x))}")
    return Curve(level, "M" + "L".join(points), _n(ACROSS(level)), _n(UP(level)))


def _step(count: int, most: int) -> int:
    """Logarithmic, so that a few relationships are seen beside thousands."""
    if most <= 1:
        return 1
    return 1 + round((SHADES - 1) * math.log(count) / math.log(most))


def _n(value: float) -> str:
    """A coordinate in as few characters as a tenth of a pixel needs."""
    return f"{value:.1f}".removesuffix(".0")
