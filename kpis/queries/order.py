"""Goals and KPIs in the order in which everybody sees them, and what moving one of them makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from kpis.models import Goal, Kpi
from relationships.models import Relationship

UP, DOWN = "up", "down"


@dataclass(frozen=True)
class Ordered:
    """A goal that is pursued, with its KPIs."""

    goal: Goal
    kpis: list[Kpi]


def get_order(relationship: Relationship) -> list[Ordered]:
    """The goals that are pursued, each with its KPIs, in order; two queries."""
    of_goal: dict[int | None, list[Kpi]] = {}
    for kpi in relationship.kpis.order_by("position", "pk"):
        of_goal.setdefault(kpi.goal_id, []).append(kpi)
    goals = relationship.goals.filter(retired_at__isnull=True).order_by("position", "pk")
    return [Ordered(goal, of_goal.get(goal.pk, [])) for goal in goals]


def goals_moved(relationship: Relationship, goal: Goal, way: str) -> list[int]:
    """The ids of all goals with `goal` one place up or down among those that are pursued."""
    goals = list(relationship.goals.order_by("position", "pk"))
    beside = [other.pk for other in goals if other.retired_at is None]
    return _moved([other.pk for other in goals], beside, goal.pk, way)


def kpis_moved(relationship: Relationship, kpi: Kpi, way: str) -> list[int]:
    """The ids of all KPIs with `kpi` one place up or down among those of its goal."""
    kpis = list(relationship.kpis.order_by("position", "pk"))
    beside = [other.pk for other in kpis if other.goal_id == kpi.goal_id]
    return _moved([other.pk for other in kpis], beside, kpi.pk, way)


def _moved(order: list[int], beside: Sequence[int], moving: int, way: str) -> list[int]:
    """The order with `moving` and its neighbour in `beside` in each other's place; at an end, as it was."""
    here = beside.index(moving) if moving in beside else 0
    there = here - 1 if way == UP else here + 1
    if moving not in beside or not 0 <= there < len(beside):
        return order
    one, other = order.index(moving), order.index(beside[there])
    order[one], order[other] = order[other], order[one]
    return order
