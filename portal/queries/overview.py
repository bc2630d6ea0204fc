"""One relationship at a glance, in six questions to the database however many goals and KPIs it has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, JSONObject

from kpis.actions.entries import calendars_of, today_in
from kpis.models import BandRevision, Goal, Kpi, Reading
from kpis.queries.series import RECENT, last_periods, series_of
from portal.lib.series import Point, Series
from relationships import queries
from relationships.access import Standpoint
from relationships.models import Agreement, Relationship, Side, Stage, TimelineEntry
from value.domain.evidence import month_bounds
from value.models import Score
from value.queries.movement import WhyItMoved, compare
from value.queries.reasons import reason_of

# Enough scores to reach a month back, one a night.
SCORES_BACK: Final = 35
READINGS_BACK: Final = RECENT + 2
TIMELINE_LINES: Final = 6
THRESHOLDS: Final = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")


@dataclass(frozen=True)
class KpiLine:
    """A KPI as a row: who owns it on each side, its last periods, and how the newest with a value stood."""

    kpi: Kpi
    series: Series

    @property
    def latest(self) -> Point | None:
        """The newest period that has a reading; None while there is none."""
        return next((point for point in reversed(self.series.points) if point.state), None)

    @property
    def newest(self) -> Point | None:
        """The newest period that is over; None before the first."""
        return self.series.points[-1] if self.series.points else None

    @property
    def missing(self) -> list[Point]:
        """Periods whose reading is late, oldest first."""
        return [point for point in self.series.points if point.status == "MISSING"]


@dataclass(frozen=True)
class GoalLines:
    """A goal with the KPIs that show it."""

    goal: Goal
    lines: list[KpiLine]


@dataclass(frozen=True)
class Late:
    """The late readings of one KPI: who owes them, and the oldest to begin with."""

    kpi: Kpi
    side: Side
    points: list[Point]

    @property
    def oldest(self) -> Point:
        """Where to begin."""
        return self.points[0]


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
    waiting, agreed = [], []
    for agreement in found:
        (waiting if agreement.is_open else agreed).append(agreement)
    return max(agreed, key=lambda one: (one.settled_at, one.pk), default=None), waiting


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


def goal_lines(relationship: Relationship, *, on: date) -> list[GoalLines]:
    """Goals in their order with their KPIs over the last periods that are over on the day `on`.

    Three queries: goals, KPIs with the bands and readings they need, and the periods of named calendars.
    """
    goals = list(Goal.objects.filter(relationship=relationship, retired_at__isnull=True))
    if not goals:
        return []
    kpis = list(_kpis_of(relationship, goals, on))
    calendars = calendars_of(kpis)
    lines: dict[int, list[KpiLine]] = {}
    for kpi in kpis:
        periods = last_periods(kpi, calendars[kpi.pk], until=on, count=RECENT)
        series = series_of(kpi, periods, _readings(kpi), _bands(kpi), on=on)
        lines.setdefault(kpi.goal_id, []).append(KpiLine(kpi, series))
    return [GoalLines(goal, lines.get(goal.pk, [])) for goal in goals]


def late_readings(goals: list[GoalLines]) -> list[Late]:
    """Which KPIs lack readings that are due, the longest missing first."""
    late = [
        Late(line.kpi, line.kpi.performing_side, line.missing)
        for goal in goals
        for line in goal.lines
        if line.missing
    ]
    return sorted(late, key=lambda one: (one.oldest.last_day, one.kpi.pk))


def _kpis_of(relationship: Relationship, goals: list[Goal], on: date) -> QuerySet[Kpi]:
    readings = (
        Reading.objects.filter(kpi=OuterRef("pk"), period_start__lte=on)
        .order_by("-period_start")
        .values(
            row=JSONObject(
                period_start="period_start",
                value=Cast("value", CharField()),
                is_not_applicable="is_not_applicable",
                state="state",
                verdict="verdict",
            )
        )[:READINGS_BACK]
    )
    bands = (
        BandRevision.objects.filter(kpi=OuterRef("pk"), agreed_at__isnull=False)
        .order_by("effective_from", "agreed_at", "pk")
        .values(
            row=JSONObject(
                pk="pk",
                effective_from="effective_from",
                **{name: Cast(name, CharField()) for name in THRESHOLDS},
            )
        )
    )
    return (
        Kpi.objects.filter(relationship=relationship, goal__in=goals)
        .select_related("customer_owner", "provider_owner")
        .annotate(reading_rows=ArraySubquery(readings), band_rows=ArraySubquery(bands))
    )


@dataclass(frozen=True)
class Row:
    """A reading as far as a picture needs it."""

    value: Decimal | None
    is_not_applicable: bool
    state: str
    verdict: int | None


def _readings(kpi: Any) -> dict[date, Row]:
    return {
        date.fromisoformat(row["period_start"]): Row(
            _decimal(row["value"]), row["is_not_applicable"], row["state"], row["verdict"]
        )
        for row in kpi.reading_rows
    }


def _bands(kpi: Any) -> list[BandRevision]:
    """Oldest first; of several from one day only the last agreed."""
    by_day = {row["effective_from"]: row for row in kpi.band_rows}
    return [
        BandRevision(
            pk=row["pk"],
            effective_from=date.fromisoformat(row["effective_from"]),
            **{name: _decimal(row[name]) for name in THRESHOLDS},
        )
        for _day, row in sorted(by_day.items())
    ]


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
