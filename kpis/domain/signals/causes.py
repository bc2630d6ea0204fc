"""Special causes: the points that say that something changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Final

from kpis.domain.signals.limits import Limits

RUN: Final = 7
NEAR: Final = Fraction(2, 3)
Found = Iterator[tuple[int, "Mark"]]


class Cause(StrEnum):
    """Why a point is a signal, in order of precedence."""

    OUTSIDE = "OUTSIDE"
    TREND = "TREND"
    NEAR_LIMIT = "NEAR_LIMIT"
    ONE_SIDE = "ONE_SIDE"


class Direction(StrEnum):
    """Where a point or a run has gone."""

    UP = "UP"
    DOWN = "DOWN"


@dataclass(frozen=True)
class Mark:
    """One signal. For a range, `start` and `end` tell where it came from and went to: what was usual and the value,
    or the two ends of a run in one direction."""

    cause: Cause
    direction: Direction
    start: Fraction
    end: Fraction


def find_marks(values: Sequence[Fraction], limits: Limits | None) -> tuple[Mark | None, ...]:
    """The signal of each value, the first cause that applies; none without limits.

    OUTSIDE marks the point itself. TREND marks every point of 7 or more that run strictly in one direction, ONE_SIDE
    every point of 7 or more strictly on one side of the mean. NEAR_LIMIT marks those points, of any 3 in a row with 2
    beyond two thirds of the way to the same limit, that lie there; one outside the limit counts as one of the two.
    A value exactly on a line is not beyond it; two equal values in a row, or one on the mean, end a run; the point
    where one run turns into the next belongs to the earlier.
    """
    if limits is None:
        return (None,) * len(values)
    found: dict[int, Mark] = {}
    for search in (_outside, _trends, _near_limit, _one_side):
        for place, mark in search(values, limits):
            found.setdefault(place, mark)
    return tuple(found.get(place) for place in range(len(values)))


def _outside(values: Sequence[Fraction], limits: Limits) -> Found:
    for place, value in enumerate(values):
        if not limits.lower <= value <= limits.upper:
            yield place, _mark(Cause.OUTSIDE, value, limits)


def _trends(values: Sequence[Fraction], limits: Limits) -> Found:
    steps = [_sign(later - earlier) for earlier, later in pairwise(values)]
    for first, last, way in _runs(steps):
        # So many steps lead from the first point of the run to the one after the last step.
        if last - first + 2 >= RUN:
            mark = Mark(Cause.TREND, _direction(way), values[first], values[last + 1])
            yield from ((place, mark) for place in range(first, last + 2))


def _near_limit(values: Sequence[Fraction], limits: Limits) -> Found:
    reach = (limits.upper - limits.mean) * NEAR
    sides = [_sign(value - limits.mean) if abs(value - limits.mean) > reach else 0 for value in values]
    for place, side in enumerate(sides):
        neighbours = sides[max(0, place - 2) : place] + sides[place + 1 : place + 3]
        if side and side in neighbours:
            yield place, _mark(Cause.NEAR_LIMIT, values[place], limits)


def _one_side(values: Sequence[Fraction], limits: Limits) -> Found:
    for first, last, _side in _runs([_sign(value - limits.mean) for value in values]):
        if last - first + 1 >= RUN:
            for place in range(first, last + 1):
                yield place, _mark(Cause.ONE_SIDE, values[place], limits)


def _runs(signs: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """(first, last, sign) of each stretch of neighbours with the same sign; what is level is no run."""
    place = 0
    for sign, run in groupby(signs):
        length = sum(1 for _one in run)
        if sign:
            yield place, place + length - 1, sign
        place += length


def _mark(cause: Cause, value: Fraction, limits: Limits) -> Mark:
    return Mark(cause, _direction(_sign(value - limits.mean)), limits.mean, value)


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _direction(sign: int) -> Direction:
    return Direction.UP if sign > 0 else Direction.DOWN
