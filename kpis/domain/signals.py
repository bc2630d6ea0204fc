"""Signal or noise (method, section 6): what a KPI usually does, and which points say that something changed.

A process behaviour chart of single values (XmR). Everything is exact; what a screen shows is rounded there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Final

from kpis.domain.bands import Band, DisorderedBand, Polarity

WINDOW: Final = 24
FEWEST: Final = 6
SETTLED: Final = 12
RUN: Final = 7
TO_LIMIT: Final = Fraction("2.66")
SCREEN: Final = Fraction("3.267")
NEAR: Final = Fraction(2, 3)


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


class Meaning(StrEnum):
    """What a signal is good for; CHANGE is neither, as when a value moves about within the range agreed for it."""

    IMPROVEMENT = "IMPROVEMENT"
    CONCERN = "CONCERN"
    CHANGE = "CHANGE"


class Assurance(StrEnum):
    """What to expect against the target while nothing changes."""

    CONSISTENTLY_MEETS = "CONSISTENTLY_MEETS"
    CONSISTENTLY_MISSES = "CONSISTENTLY_MISSES"
    HIT_OR_MISS = "HIT_OR_MISS"


@dataclass(frozen=True)
class Limits:
    """The limits of ordinary variation, drawn from `points` values of which `screened` moving ranges were left out."""

    mean: Fraction
    lower: Fraction
    upper: Fraction
    points: int
    screened: int

    @property
    def is_provisional(self) -> bool:
        return self.points < SETTLED


@dataclass(frozen=True)
class Mark:
    """One signal. For a range, `start` and `end` tell where it came from and went to: what was usual and the value,
    or the two ends of a run in one direction."""

    cause: Cause
    direction: Direction
    start: Fraction
    end: Fraction


@dataclass(frozen=True)
class Point:
    """One value on the chart; without a cause it is ordinary variation (or older than the chart)."""

    value: Decimal
    cause: Cause | None = None
    direction: Direction | None = None
    meaning: Meaning | None = None


@dataclass(frozen=True)
class Signals:
    """All that the chart says. `points` has one for each value handed in, in the same order."""

    limits: Limits | None
    points: tuple[Point, ...]
    assurance: Assurance | None

    @property
    def latest(self) -> Point | None:
        return self.points[-1] if self.points else None


def read_signals(polarity: str, values: Sequence[Decimal], band: Band | None = None) -> Signals:
    """Reads the values since the last agreed rebase, oldest first; the last 24 of them make the chart.

    Without a band nothing is assured, and what a signal means for a range is left open.
    """
    limits = process_limits(values)
    older = [Point(value) for value in values[:-WINDOW]]
    recent = values[-WINDOW:]
    marks = find_marks([Fraction(value) for value in recent], limits)
    points = [_point(polarity, value, mark, band) for value, mark in zip(recent, marks, strict=True)]
    assured = None if band is None or limits is None else assurance(polarity, band, limits)
    return Signals(limits, (*older, *points), assured)


def process_limits(values: Sequence[Decimal], *, is_screened: bool = True) -> Limits | None:
    """Mean and limits of the last 24 values; None for fewer than 6.

    Moving ranges of 3.267 times their mean or more are left out once, unless the limits are asked for without that.
    They are kept where nothing would vary without them (all other values are the same): limits without width would
    call every point a signal.
    """
    recent = [Fraction(value) for value in values[-WINDOW:]]
    if len(recent) < FEWEST:
        return None
    mean = _mean(recent)
    ranges = [abs(later - earlier) for earlier, later in pairwise(recent)]
    usual = _mean(ranges)
    ordinary = [one for one in ranges if one < SCREEN * usual]
    kept = ordinary if is_screened and any(ordinary) else ranges
    reach = TO_LIMIT * _mean(kept)
    return Limits(mean, mean - reach, mean + reach, len(recent), len(ranges) - len(kept))


def find_marks(values: Sequence[Fraction], limits: Limits | None) -> tuple[Mark | None, ...]:
    """The signal of each value, the first cause that applies; none without limits.

    OUTSIDE marks the point itself. TREND marks every point of 7 or more that run strictly in one direction, ONE_SIDE
    every point of 7 or more strictly on one side of the mean. NEAR_LIMIT marks those points, of any 3 in a row with 2
    beyond two thirds of the way to the same limit, that lie there; one outside the limit counts as one of the two.
    A value exactly on a line is not beyond it; two equal values in a row, or one on the mean, end a run.
    """
    if limits is None:
        return (None,) * len(values)
    found: dict[int, Mark] = {}
    for search in (_outside, _trends, _near_limit, _one_side):
        for place, mark in search(values, limits):
            found.setdefault(place, mark)
    return tuple(found.get(place) for place in range(len(values)))


def meaning(
    polarity: str,
    direction: str,
    *,
    band: Band | None = None,
    start: Fraction | None = None,
    end: Fraction | None = None,
) -> Meaning:
    """Direction × polarity. For a range: nearer to the band's range at `end` than at `start` is an improvement.

    Without band, start or end, and where both are equally near (both within the range, say), a range just changed.
    """
    if polarity != Polarity.WITHIN_RANGE:
        is_better = (direction == Direction.UP) == (polarity == Polarity.HIGHER)
        return Meaning.IMPROVEMENT if is_better else Meaning.CONCERN
    if band is None or start is None or end is None:
        return Meaning.CHANGE
    before, after = _distance(band, start), _distance(band, end)
    if before == after:
        return Meaning.CHANGE
    return Meaning.IMPROVEMENT if after < before else Meaning.CONCERN


def assurance(polarity: str, band: Band, limits: Limits) -> Assurance:
    """Whether everything between the limits is at target or better, worse than target, or now this, now that."""
    low, high = _good(polarity, band)
    if (low is None or limits.lower >= low) and (high is None or limits.upper <= high):
        return Assurance.CONSISTENTLY_MEETS
    if (low is not None and limits.upper < low) or (high is not None and limits.lower > high):
        return Assurance.CONSISTENTLY_MISSES
    return Assurance.HIT_OR_MISS


Found = Iterator[tuple[int, Mark]]


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


def _point(polarity: str, value: Decimal, mark: Mark | None, band: Band | None) -> Point:
    if mark is None:
        return Point(value)
    means = meaning(polarity, mark.direction, band=band, start=mark.start, end=mark.end)
    return Point(value, mark.cause, mark.direction, means)


def _good(polarity: str, band: Band) -> tuple[Fraction | None, Fraction | None]:
    """The lowest and the highest value that is GOOD; None is open to that side."""
    target = Fraction(band.target)
    if polarity == Polarity.HIGHER:
        return target, None
    if polarity == Polarity.LOWER:
        return None, target
    if band.upper_target is None:
        raise DisorderedBand("a range needs three thresholds in each half")
    return target, Fraction(band.upper_target)


def _distance(band: Band, value: Fraction) -> Fraction:
    low, high = _good(Polarity.WITHIN_RANGE, band)
    return max(Fraction(low or 0) - value, value - Fraction(high or 0), Fraction(0))


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _direction(sign: int) -> Direction:
    return Direction.UP if sign > 0 else Direction.DOWN
