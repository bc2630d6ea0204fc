"""KPIs under their goals with their last periods, and which readings are late."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, QuerySet
from django.db.models.functions import Cast, JSONObject

from kpis.actions.entries import calendars_of
from kpis.models import BandRevision, Goal, Kpi, Reading
from kpis.queries.series import RECENT, last_periods, series_of
from portal.lib.series import Point, Series
from relationships.models import Relationship, Side

READINGS_BACK: Final = RECENT + 2
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


def goal_lines(relationship: Relationship, *, on: date) -> list[GoalLines]:
    """Goals in their order with their KPIs over the last periods that are over on the day `on`.

    Three queries: goals, KPIs with the bands and readings they need, and the periods of named calendars.
    """
    goals = list(Goal.objects.filter(relationship=relationship, retired_at__isnull=True))
    if not goals:
        return []
    kpis = list(_kpis_of(relationship, goals, on))
    calendars = calendars_of(kpis)
    lines: dict[int | None, list[KpiLine]] = {}
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
