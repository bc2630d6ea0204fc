"""Work in the background about wiggle room and trust."""

import logging
from datetime import datetime, timedelta
from typing import Final

from celery import shared_task
from django.db import DatabaseError, connections
from django.utils import timezone

from kpis.actions.earned_room import close_due_pulse
from kpis.actions.room_watch import watch_room
from portal.lib import scope
from relationships.models import Pulse
from relationships.queries.pulses import due_pulses

log = logging.getLogger(__name__)

MOST: Final = 500
# What nobody has touched for so long is looked at when it next changes: figures only ask when they move.
LOOKS_BACK: Final = timedelta(days=40)
CHANGED: Final = """
SELECT r.id FROM relationships_relationship r LEFT JOIN kpis_watched w ON w.relationship_id = r.id
WHERE r.changed_at > %(since)s AND r.accepted_at IS NOT NULL AND w.seen_changed_at IS DISTINCT FROM r.changed_at
ORDER BY r.changed_at DESC, r.id LIMIT %(most)s
"""


@shared_task(name="kpis.watch_room")
def watch_changed() -> int:
    """Looks at the figures of the relationships that changed; see watch_changed_relationships."""
    return watch_changed_relationships(now=timezone.now())


def watch_changed_relationships(*, now: datetime) -> int:
    """Opens the reviews and tells the people that figures ask for; returns how many reviews were opened.

    Which relationships changed is asked with the eyes of the batch role, along the index of changes; each is then
    looked at in its own scope and its own commit. One that the database refuses is left for the next run.
    """
    opened = 0
    for relationship_id in _changed(now):
        try:
            with scope.acting_as(relationship_ids=(relationship_id,)):
                opened += watch_room(relationship_id=relationship_id, now=now)
        except DatabaseError:
            log.exception("figures of relationship %s were left for the next run", relationship_id)
    return opened


def _changed(now: datetime) -> list[int]:
    with connections["batch"].cursor() as cursor:
        cursor.execute(CHANGED, {"since": now - LOOKS_BACK, "most": MOST})
        return [pk for (pk,) in cursor.fetchall()]


@shared_task(name="kpis.close_pulses")
def close_pulses() -> int:
    """Closes the pulses whose time has run out, one commit each; safe to run twice and to kill at any line."""
    now = timezone.now()
    closed = 0
    due = due_pulses(Pulse.objects.using("batch"), now).values_list("pk", "relationship_id")
    for pulse_id, relationship_id in list(due):
        with scope.acting_as(relationship_ids=(relationship_id,)):
            closed += close_due_pulse(pulse_id=pulse_id, now=now) is not None
    return closed
