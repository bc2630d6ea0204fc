"""All that a chart says."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kpis.domain.bands import Band
from kpis.domain.signals.causes import Cause, Direction, Mark, find_marks
from kpis.domain.signals.limits import WINDOW, Limits, process_limits
from kpis.domain.signals.meaning import Assurance, Meaning, assurance, meaning


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


def _point(polarity: str, value: Decimal, mark: Mark | None, band: Band | None) -> Point:
    if mark is None:
        return Point(value)
    means = meaning(polarity, mark.direction, band=band, start=mark.start, end=mark.end)
    return Point(value, mark.cause, mark.direction, means)
