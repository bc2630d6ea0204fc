"""Writing on the timeline."""

from datetime import datetime

from accounts.models import Person
from relationships.models import Relationship, Side, TimelineEntry


def note_event(
    *,
    relationship_id: int,
    side: Side | str,
    actor: Person | None,
    now: datetime,
    text: str,
    url: str = "",
    about: str = "",
) -> TimelineEntry:
    """Writes one line of what happened, for both sides, and marks the relationship as changed."""
    Relationship.objects.filter(pk=relationship_id).update(changed_at=now)
    return TimelineEntry.objects.create(
        relationship_id=relationship_id, side=side, actor=actor, at=now, text=text, url=url, about=about
    )


def comment(
    *,
    relationship: Relationship,
    actor: Person,
    side: Side,
    now: datetime,
    text: str,
    about: str = "",
    internal: bool = False,
) -> TimelineEntry:
    """Says something to both sides, or (`internal`) to one's own organisation alone."""
    return TimelineEntry.objects.create(
        relationship=relationship,
        kind=TimelineEntry.Kind.COMMENT,
        side=side,
        actor=actor,
        at=now,
        text=text,
        about=about,
        internal_to=relationship.organisation_of(side) if internal else None,
    )
