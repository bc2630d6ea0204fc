"""When somebody was last here, so that a page can say what changed since."""

from datetime import datetime, timedelta
from typing import Final

from accounts.models import Person

NEW_VISIT_AFTER: Final = timedelta(minutes=30)
WRITTEN_EVERY: Final = timedelta(minutes=5)


def note_visit(*, actor: Person, now: datetime) -> None:
    """Notes that the actor is here; after half an hour away it is a new visit, and the one before is remembered.

    Writes at most once every five minutes. The actor's own attributes move with it.
    """
    last = actor.last_visit_at
    if last is not None and now - last < WRITTEN_EVERY:
        return
    before = last if last is not None and now - last >= NEW_VISIT_AFTER else actor.previous_visit_at
    # Two windows of one person may come at the same moment: only the first moves the visit on.
    Person.objects.filter(pk=actor.pk, last_visit_at=last).update(last_visit_at=now, previous_visit_at=before)
    actor.last_visit_at, actor.previous_visit_at = now, before
