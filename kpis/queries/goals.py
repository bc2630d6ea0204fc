"""Goals in their order with the KPIs that show them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpis.domain.budget import YEAR
from kpis.domain.weights import shares
from kpis.models import BandRevision, Goal, Kpi
from kpis.queries.bands import bands_in_force
from kpis.queries.room import room_of
from kpis.queries.room_words import RoomSaid, say_room
from kpis.queries.series import recent_series
from portal.lib.series import Point, Series
from relationships.models import Agreement, Relationship


@dataclass(frozen=True)
class KpiRow:
    """One KPI as a row: its share of all weights, its last periods, an open proposal about its band, its room left."""

    kpi: Kpi
    share: Decimal
    series: Series
    proposal_id: int | None
    room: RoomSaid | None = None

    @property
    def newest(self) -> Point | None:
        """The newest period that is over."""
        return self.series.points[-1] if self.series.points else None

    @property
    def late(self) -> Point | None:
        """The newest period that is due, when its reading is missing."""
        due = next((point for point in reversed(self.series.points) if point.status != "NOT_DUE"), None)
        return due if due is not None and due.status == "MISSING" else None

    @property
    def newest_valued(self) -> Point | None:
        """The newest period with a value; None while there is none."""
        return next((point for point in reversed(self.series.points) if point.value is not None), None)


@dataclass(frozen=True)
class GoalRows:
    """A goal with its rows."""

    goal: Goal
    rows: list[KpiRow]

    @property
    def share(self) -> Decimal:
        """What the goal's KPIs weigh together, in per cent."""
        return sum((row.share for row in self.rows), Decimal(0))


@dataclass(frozen=True)
class GoalsPage:
    """Everything the page shows; `total` is what all shares add up to, 100.0 unless there is no KPI."""

    goals: list[GoalRows]
    total: Decimal
    kpi_count: int


def get_goals(relationship: Relationship, *, on: date) -> GoalsPage:
    """The goals as they stand on the day `on`, in seven queries whatever their number.

    Retired goals come last, and only while KPIs stand under them: those still weigh, so the shares sum with them.
    """
    kpis = list(
        Kpi.objects.scored()
        .filter(relationship=relationship)
        .select_related("customer_owner", "provider_owner")
    )
    kept = {kpi.goal_id for kpi in kpis}
    goals = [
        goal
        for goal in Goal.objects.filter(relationship=relationship)
        if goal.retired_at is None or goal.pk in kept
    ]
    goals.sort(key=lambda goal: goal.retired_at is not None)
    weighed = shares({kpi.pk: kpi.weight for kpi in kpis})
    bands = bands_in_force(kpi.pk for kpi in kpis)
    series = recent_series(kpis, on=on, bands=bands)
    proposals = open_proposals(relationship)
    rooms = room_of(kpis, on=on, months=YEAR, bands=bands)
    rows: dict[int | None, list[KpiRow]] = {}
    for kpi in kpis:
        room = rooms[kpi.pk]
        said = None if room is None else say_room(room)
        row = KpiRow(kpi, weighed[kpi.pk], series[kpi.pk], proposals.get(kpi.pk), said)
        rows.setdefault(kpi.goal_id, []).append(row)
    return GoalsPage(
        [GoalRows(goal, rows.get(goal.pk, [])) for goal in goals],
        sum(weighed.values(), Decimal(0)),
        len(kpis),
    )


def open_proposals(relationship: Relationship) -> dict[int, int]:
    """The agreement under which a new band is proposed, by KPI."""
    waiting = BandRevision.objects.filter(
        relationship=relationship, agreement__outcome=Agreement.Outcome.OPEN
    ).order_by("agreement__proposed_at")
    return dict(waiting.values_list("kpi_id", "agreement_id"))
