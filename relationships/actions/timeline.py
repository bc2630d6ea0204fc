"""Writing on the timeline."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import actions as account_actions
from accounts.models import Person
from relationships.models import Relationship, Side, TimelineEntry
from relationships.queries.people import readers
from relationships.subjects import page_of

SAME_PRESS: Final = timedelta(minutes=1)


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


@transaction.atomic
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
    """Says something to both sides, or (`internal`) to one's own organisation alone.

    Whoever is named as "@Full Name" and may read it gets a notice. It stays: nothing said is ever deleted. The very
    same words about the same thing within a minute are a second press of the button, and are not said again.
    """
    said_already = _said_just_now(relationship, actor, side, now, text, about, internal=internal)
    if said_already is not None:
        return said_already
    entry = TimelineEntry.objects.create(
        relationship=relationship,
        kind=TimelineEntry.Kind.COMMENT,
        side=side,
        actor=actor,
        at=now,
        text=text,
        url=page_of(about),
        about=about,
        internal_to=relationship.organisation_of(side) if internal else None,
    )
    if "@" in text:
        _tell_the_mentioned(entry, readers(relationship, side if internal else None))
    return entry


def _said_just_now(
    relationship: Relationship,
    actor: Person,
    side: Side,
    now: datetime,
    text: str,
    about: str,
    *,
    internal: bool,
) -> TimelineEntry | None:
    # The writer's own row is the lock: the second of two requests sent at once waits until the first is written.
    Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.pk)
    return TimelineEntry.objects.filter(
        relationship=relationship,
        kind=TimelineEntry.Kind.COMMENT,
        actor=actor,
        about=about,
        text=text,
        internal_to=relationship.organisation_of(side) if internal else None,
        at__gt=now - SAME_PRESS,
        at__lte=now,
    ).first()


def _tell_the_mentioned(entry: TimelineEntry, readers: Iterable[Person]) -> None:
    who = entry.actor.full_name if entry.actor else ""
    for person in mentioned(entry.text, readers):
        if person.pk != entry.actor_id:
            account_actions.notify(
                person_id=person.pk,
                key=f"mention:{entry.pk}",
                text=_("%(who)s mentions you in “%(relationship)s”")
                % {"who": who, "relationship": entry.relationship.name[:120]},
                url=f"/relationships/{entry.relationship_id}/timeline/?kind=COMMENT#entry-{entry.pk}",
                now=entry.at,
            )


def mentioned(text: str, people: Iterable[Person]) -> list[Person]:
    """Who of `people` is named as "@Full Name" in the text, whatever the letter case; the longest name wins."""
    by_name: dict[str, list[Person]] = {}
    for person in people:
        if person.full_name:
            by_name.setdefault(person.full_name.casefold(), []).append(person)
    names = sorted(by_name, key=len, reverse=True)
    if not names:
        return []
    found = re.findall(rf"@({'|'.join(map(re.escape, names))})(?!\w)", text.casefold())
    return [person for name in dict.fromkeys(found) for person in by_name[name]]
