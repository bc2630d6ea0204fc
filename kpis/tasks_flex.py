"""Work in the background about bands that flex: automatic spells, and judging anew what is too much for one request."""

import logging
from datetime import datetime

from celery import shared_task
from django.db import DatabaseError, transaction
from django.utils import timezone

from kpis.actions.automatic import look_at_conditions
from kpis.actions.rejudging import go_on_rejudging
from kpis.models import ConditionCheck, Rejudging
from portal.lib import scope
from relationships.models import Relationship

log = logging.getLogger(__name__)


@shared_task(name="kpis.propose_spells")
def propose_spells() -> int:
    """Looks at the conditions that speak of drivers reported since; see look_at_waiting_conditions."""
    return look_at_waiting_conditions(now=timezone.now())


def look_at_waiting_conditions(*, now: datetime) -> int:
    """Proposes the spells whose condition held, relationship by relationship; returns how many.

    Where something waits is asked with the eyes of the batch role; each relationship is then attended to in its own
    scope and its own commit. What waits was written with the report itself, so that nothing is lost with a message,
    and being killed or run twice does no harm. What the database refuses is left for the next run.
    """
    waiting = ConditionCheck.objects.using("batch").order_by("relationship_id")
    proposed = 0
    for relationship_id in waiting.values_list("relationship_id", flat=True).distinct():
        try:
            with scope.acting_as(relationship_ids=(relationship_id,)), transaction.atomic():
                relationship = Relationship.objects.get(pk=relationship_id)
                proposed += look_at_conditions(relationship=relationship, now=now)
        except DatabaseError:
            log.exception("conditions of relationship %s were left for the next run", relationship_id)
    return proposed


@shared_task(name="kpis.go_on_rejudging")
def go_on() -> int:
    """Goes on with all judging anew that is not finished; see finish_rejudgings."""
    return finish_rejudgings(now=timezone.now())


def finish_rejudgings(*, now: datetime) -> int:
    """Judges portion by portion until nothing is left; returns how many pieces of work it met.

    Each portion is a commit of its own, so that a worker that is killed loses at most one of them: the next run goes
    on from there. Two workers never do the same portion.
    """
    unfinished = (
        Rejudging.objects.using("batch").filter(finished_at__isnull=True).order_by("created_at", "pk")
    )
    found = list(unfinished.values_list("pk", "relationship_id"))
    for rejudging_id, relationship_id in found:
        try:
            with scope.acting_as(relationship_ids=(relationship_id,)):
                while go_on_rejudging(rejudging_id=rejudging_id, now=now):
                    pass
        except DatabaseError:
            log.exception("judging anew %s was left for the next run", rejudging_id)
    return len(found)
