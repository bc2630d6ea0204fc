"""Why a relationship's score moved between two dates, in lines that visibly add up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from relationships.models import Relationship
from value.domain.movement import NOT_EXPLAINED, Movement, snapshot_of, why_it_moved
from value.domain.rounding import apportion
from value.domain.score import PLACES
from value.domain.terms import Dimension, Side
from value.models import Score
from value.queries.scores import score_before, score_of


@dataclass(frozen=True)
class MovementLine:
    """One cause: a dimension of one side with its q before and after, or (no side) terms or evidence.

    `points` of shared value; None where only the q's can be shown.
    """

    side: str
    dimension: str
    label: str
    before: float | None
    after: float | None
    points: Decimal | None

    @property
    def percent_before(self) -> float | None:
        """The mean attainment before, in per cent."""
        return None if self.before is None else 100 * self.before

    @property
    def percent_after(self) -> float | None:
        """The mean attainment after, in per cent."""
        return None if self.after is None else 100 * self.after


@dataclass(frozen=True)
class WhyItMoved:
    """Two scores, the change between them, and the lines it is made of, the largest first.

    `change` is None where a score is 0 or withheld: then only the q's stand side by side.
    """

    before: Score
    after: Score
    change: Decimal | None
    lines: Sequence[MovementLine]


def movement(
    relationship: Relationship, before: date | None = None, after: date | None = None
) -> WhyItMoved | None:
    """Why the score moved from one date to another: by default over the last month.

    A date stands for the newest score up to it. None where there are not two scores to compare.
    """
    later = score_of(relationship, after)
    if later is None:
        return None
    earlier = score_of(relationship, before) if before is not None else score_before(later)
    return None if earlier is None else compare(earlier, later)


def compare(before: Score, after: Score) -> WhyItMoved:
    """The lines between two stored scores."""
    if before.as_of > after.as_of:
        before, after = after, before
    found = _moved(before, after)
    if found.points is None or before.shared_value is None or after.shared_value is None:
        return WhyItMoved(before, after, None, _lines(before, after, {}))
    change = after.shared_value - before.shared_value
    keys = list(found.points)
    exact = [*found.points.values(), found.of_terms, found.of_evidence]
    rounded = apportion(exact, change, PLACES)
    lines = _lines(before, after, dict(zip(keys, rounded, strict=False)))
    own = [
        MovementLine("", "", label, None, None, points)
        for label, points in (
            (_("Other terms agreed"), rounded[-2]),
            (_("Evidence that came or went"), rounded[-1]),
        )
        if points
    ]
    largest_first = sorted([*lines, *own], key=lambda line: abs(line.points or Decimal(0)), reverse=True)
    return WhyItMoved(before, after, change, largest_first)


def dimension_word(dimension: str, side: str) -> str:
    """What a dimension is called on a side, in words."""
    if dimension == Dimension.OUTCOMES:
        return _("Joint outcomes")
    return _("Service received") if side == Side.CUSTOMER else _("Commitments received")


def _moved(before: Score, after: Score) -> Movement:
    if not before.shared_value or not after.shared_value:
        return NOT_EXPLAINED
    return why_it_moved(snapshot_of(before.parts), snapshot_of(after.parts))


def _lines(
    before: Score, after: Score, points: Mapping[tuple[Side, Dimension], Decimal]
) -> list[MovementLine]:
    return [
        MovementLine(
            side.value,
            dimension.value,
            dimension_word(dimension, side),
            _q(before.parts, side, dimension),
            _q(after.parts, side, dimension),
            points.get((side, dimension), Decimal(0)) if points else None,
        )
        for side in Side
        for dimension in Dimension
    ]


def _q(parts: Mapping[str, Any], side: Side, dimension: Dimension) -> float | None:
    found: float | None = parts["sides"][side.value]["dimensions"][dimension.value]["q"]
    return found
