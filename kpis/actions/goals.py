"""Writing down what both sides want."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from accounts.models import Person
from kpis.actions.entries import today_in
from kpis.actions.errors import ChangedMeanwhile, GoalHasActiveKpis, OrderIncomplete
from kpis.models import Goal
from relationships.actions import note_event
from relationships.models import Relationship, Side


@transaction.atomic
def add_goal(
    *,
    relationship: Relationship,
    name: str,
    actor: Person | None,
    side: Side,
    now: datetime,
    outcome: str = "",
    worth_to_customer: str = "",
    worth_to_provider: str = "",
) -> Goal:
    """Adds a joint goal after the others."""
    last = relationship.goals.aggregate(last=Max("position"))["last"]
    goal = Goal.objects.create(
        relationship=relationship,
        name=name,
        outcome=outcome,
        worth_to_customer=worth_to_customer,
        worth_to_provider=worth_to_provider,
        position=0 if last is None else last + 1,
        created_at=now,
        created_by=actor,
    )
    _tell(goal, actor, side, now, _("added the goal “%(name)s”"))
    return goal


@transaction.atomic
def edit_goal(
    *,
    goal: Goal,
    version: int,
    actor: Person,
    side: Side,
    now: datetime,
    name: str,
    outcome: str = "",
    worth_to_customer: str = "",
    worth_to_provider: str = "",
) -> Goal:
    """Rewrites a goal; `version` is the one the actor saw. Raises ChangedMeanwhile with the current goal."""
    current = Goal.objects.select_for_update().get(pk=goal.pk)
    if current.version != version:
        raise ChangedMeanwhile(current)
    current.name = name
    current.outcome = outcome
    current.worth_to_customer = worth_to_customer
    current.worth_to_provider = worth_to_provider
    current.version += 1
    current.save()
    _tell(current, actor, side, now, _("changed the goal “%(name)s”"))
    return current


@transaction.atomic
def retire_goal(*, goal: Goal, version: int, actor: Person, side: Side, now: datetime) -> Goal:
    """Puts a goal aside that is no longer pursued; its KPIs and their history stay.

    Raises ChangedMeanwhile, or GoalHasActiveKpis while a KPI under it is still measured. Retiring again changes
    nothing.
    """
    current = Goal.objects.select_for_update(of=("self",)).get(pk=goal.pk)
    if current.retired_at is not None:
        return current
    if current.version != version:
        raise ChangedMeanwhile(current)
    today = today_in(current.relationship, now)
    active = current.kpis.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    if active.exists():
        raise GoalHasActiveKpis(_("KPIs under this goal are still measured. End them or move them first."))
    current.retired_at = now
    current.version += 1
    current.save(update_fields=["retired_at", "version"])
    _tell(current, actor, side, now, _("retired the goal “%(name)s”"))
    return current


@transaction.atomic
def reorder_goals(
    *, relationship: Relationship, order: Sequence[int], actor: Person, side: Side, now: datetime
) -> None:
    """Puts the goals in the order of the ids given; raises OrderIncomplete unless each is named once."""
    goals = {goal.pk: goal for goal in relationship.goals.select_for_update(of=("self",)).order_by("pk")}
    check_order_complete(order, goals)
    for position, goal_id in enumerate(order):
        goals[goal_id].position = position
    Goal.objects.bulk_update(goals.values(), ["position"])
    note_event(
        relationship_id=relationship.pk,
        side=side,
        actor=actor,
        now=now,
        text=_("put the goals in another order"),
        url=f"/relationships/{relationship.pk}/goals/",
    )


def check_order_complete(order: Sequence[int], known: Collection[int]) -> None:
    """Raises OrderIncomplete unless `order` names each of the known ids exactly once."""
    if len(order) != len(known) or set(order) != set(known):
        raise OrderIncomplete(_("Something was added or left out meanwhile. Look again before you sort."))


def _tell(goal: Goal, actor: Person | None, side: Side, now: datetime, said: str) -> None:
    note_event(
        relationship_id=goal.relationship_id,
        side=side,
        actor=actor,
        now=now,
        text=said % {"name": goal.name},
        url=f"/relationships/{goal.relationship_id}/goals/#goal-{goal.pk}",
        about=f"goal:{goal.pk}",
    )
