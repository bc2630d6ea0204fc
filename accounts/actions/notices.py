"""Notices: one line for one person."""

from datetime import datetime

from accounts.domain.words import shortened
from accounts.models import Notice, Person

MOST_TEXT = 300


def notify(*, person_id: int, key: str, text: str, url: str, now: datetime) -> None:
    """Leaves a notice for a person, in the caller's transaction; a second one with the same key is none."""
    line = shortened(text, MOST_TEXT)
    notice = Notice(person_id=person_id, key=key, text=line, url=url, created_at=now)
    Notice.objects.bulk_create([notice], ignore_conflicts=True)


def mark_notices_read(*, actor: Person, now: datetime, notice_id: int | None = None) -> int:
    """Marks one notice of the actor (or all of them) as read; returns how many were unread."""
    unread = Notice.objects.filter(person=actor, read_at__isnull=True)
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    return unread.update(read_at=now)
