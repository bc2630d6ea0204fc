"""Work in the background about readings."""

import logging
from datetime import datetime

from celery import shared_task
from django.db import DatabaseError, transaction
from django.utils import timezone

from governance.models import Clock
from kpis import tasks_flex, tasks_room, tasks_uploads  # noqa: F401  Celery looks for tasks in this module only
from kpis.actions import attend_to_clocks, clocks_to_attend
from portal.lib import scope
from relationships.models import Relationship

log = logging.getLogger(__name__)


@shared_task(name="kpis.run_clocks")
def run_clocks() -> int:
    """Reminds of and ends the clocks that are due; see run_confirmation_clocks."""
    return run_confirmation_clocks(now=timezone.now())


def run_confirmation_clocks(*, now: datetime) -> int:
    """Reminds of readings that wait, and deems confirmed what nobody answered; returns how many clocks it met.

    Which relationships have a due clock is asked with the eyes of the batch role; each is then attended to as the
    application's role in its own scope and its own commit, so that being killed or run twice does no harm. One that
    the database refuses (a lock waited for too long) is left for the next run and does not keep the others waiting.
    """
    due = Clock.objects.using("batch").filter(clocks_to_attend(now))
    met = 0
    for relationship_id in sorted(set(due.values_list("relationship_id", flat=True))):
        try:
            with scope.acting_as(relationship_ids=(relationship_id,)), transaction.atomic():
                relationship = Relationship.objects.get(pk=relationship_id)
                met += attend_to_clocks(relationship=relationship, now=now)
        except DatabaseError:
            log.exception("clocks of relationship %s were left for the next run", relationship_id)
    return met
