"""Writing down what both sides want."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Person
from kpis.actions.errors import ChangedMeanwhile
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
