"""One relationship at a glance, in six questions to the database however many goals and KPIs it has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q

from kpis.actions.entries import today_in
from portal.queries.goal_lines import GoalLines, Late, goal_lines, late_readings
from relationships import queries
from relationships.access import Standpoint
from relationships.models import Agreement, Relationship, Side, Stage, TimelineEntry
from value.domain.evidence import month_bounds
from value.models import Score
from value.queries.movement import WhyItMoved, compare
from value.queries.reasons import reason_of

# Enough scores to reach a month back, one a night.
SCORES_BACK: Final = 35
TIMELINE_LINES: Final = 6


@dataclass(frozen=True)
class Bar:
    """What one side has of the partnership: 100 times its gain over its walk-away; None where it is withheld."""

    side: Side
    organisation: str
    is_own: bool
    value: Decimal | None
    coverage: float | None

    @property
    def css(self) -> str:
        """The side's name in the style sheet."""
        return self.side.value.lower()

    @property
    def length(self) -> float:
        """From 0 to 100."""
        return float(self.value or 0)


@dataclass(frozen=True)
class SharedValue:
    """The newest score with both sides' bars, and why it moved over the last month."""

    score: Score
    reason: str
    bars: list[Bar]
    moved: WhyItMoved | None

    @property
    def is_withheld(self) -> bool:
        """Whether there is too little evidence for a figure."""
        return self.score.shared_value is None


@dataclass(frozen=True)
class Overview:
    """Everything the page shows."""

    statement: Agreement | None
    open_agreements: list[Agreement]
    shared_value: SharedValue | None
    goals: list[GoalLines]
    late: list[Late]
    timeline: Sequence[TimelineEntry]
    next_stage: Stage | None

    @property
    def kpi_count(self) -> int:
        """How many KPIs stand under the goals."""
        return sum(len(goal.lines) for goal in self.goals)

    @property
    def late_count(self) -> int:
        """How many readings are late."""
        return sum(len(late.points) for late in self.late)


def get_overview(standpoint: Standpoint, *, now: datetime) -> Overview:
    """The relationship as it stands now, from where the viewer stands."""
    relationship = standpoint.relationship
    goals = goal_lines(relationship, on=today_in(relationship, now))
    statement, open_agreements = agreements_of(relationship)
    return Overview(
        statement=statement,
        open_agreements=open_agreements,
        shared_value=shared_value_of(standpoint),
        goals=goals,
        late=late_readings(goals),
        timeline=list(queries.get_timeline(standpoint)[:TIMELINE_LINES]),
        next_stage=stage_after(relationship.stage),
    )


def stage_after(stage: str) -> Stage | None:
    """The next of the eight life-cycle stages; None after the last."""
    stages = list(Stage)
    following = stages.index(Stage(stage)) + 1
    return stages[following] if following < len(stages) else None


def agreements_of(relationship: Relationship) -> tuple[Agreement | None, list[Agreement]]:
    """The agreement of the statement of intent in force, and every open agreement, oldest first; one query."""
    statements = Q(kind=Agreement.Kind.STATEMENT_OF_INTENT, outcome=Agreement.Outcome.AGREED)
    found = (
        Agreement.objects.filter(relationship=relationship)
        .filter(statements | Q(outcome=Agreement.Outcome.OPEN))
        .select_related("statement", "proposed_by", "customer_signed_by", "provider_signed_by")
        .order_by("proposed_at", "pk")
    )
    waiting: list[Agreement] = []
    agreed: list[Agreement] = []
    for agreement in found:
        (waiting if agreement.is_open else agreed).append(agreement)
    return max(agreed, key=_when_settled, default=None), waiting


def _when_settled(agreement: Agreement) -> tuple[Any, int]:
    return agreement.settled_at, agreement.pk


def shared_value_of(standpoint: Standpoint) -> SharedValue | None:
    """The newest score beside the one a month before; None before the first."""
    scores = list(Score.objects.filter(relationship=standpoint.relationship).order_by("-as_of")[:SCORES_BACK])
    if not scores:
        return None
    newest, *older = scores
    month_ago = month_bounds(newest.as_of)[1]
    before = next((score for score in older if score.as_of <= month_ago), older[-1] if older else None)
    has_parts = bool(newest.parts)
    return SharedValue(
        score=newest,
        reason=reason_of(newest.parts) if has_parts and newest.parts["withheld"] else newest.reason,
        bars=[_bar(newest, side, standpoint) for side in Side],
        moved=compare(before, newest) if before is not None and has_parts and before.parts else None,
    )


def _bar(score: Score, side: Side, standpoint: Standpoint) -> Bar:
    parts: Mapping[str, Any] = score.parts.get("sides", {}).get(side.value, {})
    value = score.value_customer if side == Side.CUSTOMER else score.value_provider
    organisation = standpoint.relationship.organisation_of(side)
    return Bar(
        side,
        organisation.name if organisation else "",
        side == standpoint.side,
        value,
        parts.get("coverage"),
    )
