"""KPIs under their goals with their last periods, and which readings are late."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, Final, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, Func, JSONField, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, JSONObject

from kpis.actions.entries import calendars_of
from kpis.domain.periods import Period
from kpis.models import BandRevision, Goal, Kpi, Reading
from kpis.queries.bands import pick
from kpis.queries.room import RoomLeft, room_left, spent_in_a_year
from kpis.queries.series import RECENT, Believed, last_periods, series_of
from portal.lib.series import Point, Series
from relationships.models import Relationship, Side

PICTURED: Final = ("period_start", "value", "is_not_applicable", "state", "verdict")
THRESHOLDS: Final = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")


@dataclass(frozen=True)
class KpiLine:
    """A KPI as a row: who owns it on each side, its last periods, and how the newest with a value stood."""

    kpi: Kpi
    series: Series
    room: RoomLeft | None = None

    @property
    def latest(self) -> Point | None:
        """The newest period that has a reading; None while there is none."""
        return latest_in(self.series)

    @property
    def newest(self) -> Point | None:
        """The newest period that is over; None before the first."""
        return self.series.points[-1] if self.series.points else None

    @property
    def missing(self) -> list[Point]:
        """Periods whose reading is late, oldest first."""
        return missing_in(self.series)


def latest_in(series: Series) -> Point | None:
    """The newest period that has a reading; None while there is none."""
    return next((point for point in reversed(series.points) if point.state), None)


def missing_in(series: Series) -> list[Point]:
    """Periods whose reading is late, oldest first."""
    return [point for point in series.points if point.status == "MISSING"]


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

    Four queries: goals, KPIs with the bands they need, readings, and the periods of named calendars.
    """
    goals = list(Goal.objects.filter(relationship=relationship, retired_at__isnull=True))
    if not goals:
        return []
    kpis = list(_kpis_of(relationship, goals, on))
    periods = _periods_of(kpis, on)
    readings = _readings_of(periods, on)
    lines: dict[int | None, list[KpiLine]] = {}
    for kpi in kpis:
        bands = _bands(kpi)
        series = series_of(kpi, periods[kpi.pk], readings.get(kpi.pk, {}), bands, on=on)
        terms = pick(bands, on)
        room = room_left(terms.allowance if terms else None, kpi.spent)  # type: ignore[attr-defined]
        lines.setdefault(kpi.goal_id, []).append(KpiLine(kpi, series, room))
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
    """KPIs with what their rows show: the names of their owners instead of two people each."""
    bands = (
        BandRevision.objects.filter(kpi=OuterRef("pk"), agreed_at__isnull=False)
        .order_by("effective_from", "agreed_at", "pk")
        .values(
            row=JSONObject(
                pk="pk",
                effective_from="effective_from",
                **{name: Cast(name, CharField()) for name in (*THRESHOLDS, "allowance")},
            )
        )
    )
    return Kpi.objects.filter(relationship=relationship, goal__in=goals).annotate(
        customer_owner_name=F("customer_owner__full_name"),
        provider_owner_name=F("provider_owner__full_name"),
        spent=spent_in_a_year(on),
        band_rows=Func(ArraySubquery(bands), function="to_jsonb", output_field=JSONField()),
    )


def _periods_of(kpis: Iterable[Kpi], on: date) -> dict[int, list[Period]]:
    """The last periods of each KPI by its id, worked out once for all that share calendar and days."""
    kpis = list(kpis)
    calendars = calendars_of(kpis)
    known: dict[Any, list[Period]] = {}
    found: dict[int, list[Period]] = {}
    for kpi in kpis:
        key = (id(calendars[kpi.pk]), kpi.starts_on, kpi.ends_on)
        if key not in known:
            known[key] = last_periods(kpi, calendars[kpi.pk], until=on, count=RECENT)
        found[kpi.pk] = known[key]
    return found


def _readings_of(periods: Mapping[int, Sequence[Period]], on: date) -> dict[int, dict[date, Believed]]:
    """The readings of the periods by KPI; those that begin on one day are asked for together.

    One by one, each KPI's readings would be looked up among all of its relationship's.
    """
    since: dict[date, list[int]] = {}
    for kpi_id, shown in periods.items():
        if shown:
            since.setdefault(shown[0].first, []).append(kpi_id)
    wanted = [Q(kpi_id__in=ids, period_start__gte=first) for first, ids in since.items()]
    if not wanted:
        return {}
    rows = Reading.objects.filter(reduce(or_, wanted), period_start__lte=on).order_by()
    found: dict[int, dict[date, Believed]] = {}
    for row in rows.values_list("kpi_id", *PICTURED):
        found.setdefault(row[0], {})[row[1]] = Row(*row[2:])
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """A reading as far as a picture needs it."""

    value: Decimal | None
    is_not_applicable: bool
    state: str
    verdict: int | None


@dataclass(frozen=True, slots=True)
class Signed:
    """A band as far as a picture needs it."""

    pk: int
    effective_from: date
    floor: Decimal
    tolerance: Decimal
    target: Decimal
    upper_target: Decimal | None
    upper_tolerance: Decimal | None
    upper_floor: Decimal | None
    allowance: Decimal | None = None


def _bands(kpi: Any) -> list[BandRevision]:
    """Oldest first; of several from one day only the last agreed."""
    by_day = {row["effective_from"]: row for row in kpi.band_rows or ()}
    signed = []
    for day, row in sorted(by_day.items()):
        limits: list[Any] = [_decimal(row[name]) for name in (*THRESHOLDS, "allowance")]
        signed.append(Signed(row["pk"], date.fromisoformat(day), *limits))
    return cast("list[BandRevision]", signed)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
