"""Which relationships wait for a score: whose night ended, and what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connections

from value.domain.nights import LOOK_BACK, last_ended_night

NIGHT = """
SELECT r.id FROM relationships_relationship r
WHERE r.accepted_at IS NOT NULL AND r.time_zone = %(zone)s
    AND NOT EXISTS (
        SELECT FROM value_score s
        WHERE s.relationship_id = r.id AND s.as_of = %(night)s AND s.computed_at >= %(ended)s)
    AND NOT EXISTS (
        SELECT FROM value_scorechunk c JOIN value_scorerun n ON n.id = c.run_id
        WHERE c.done_at IS NULL AND n.as_of = %(night)s AND r.id = ANY (c.relationship_ids))
    AND (%(is_last)s OR EXISTS (
        SELECT FROM value_score s WHERE s.relationship_id = r.id AND s.as_of < %(night)s))
ORDER BY r.id
"""
CHANGED = """
SELECT r.id, r.time_zone FROM relationships_relationship r
LEFT JOIN value_standing s ON s.relationship_id = r.id
WHERE r.accepted_at IS NOT NULL AND s.seen_changed_at IS DISTINCT FROM r.changed_at
    AND (%(only)s IS NULL OR r.id = %(only)s)
ORDER BY r.changed_at DESC, r.id LIMIT %(most)s
"""


@dataclass(frozen=True)
class EndedNight:
    """A local night that is over, when it ended, and the relationships whose score of it is missing."""

    night: date
    ended_at: datetime
    time_zone: str
    relationship_ids: tuple[int, ...]


def ended_nights(now: datetime, *, using: str = "batch") -> list[EndedNight]:
    """What `value.domain.nights.nights_to_score` says of each relationship, asked of all of them at once.

    A score counts for its night only if it was computed after the night had ended.
    """
    return [
        EndedNight(night, ended_at, zone, tuple(ids))
        for zone in _zones(using)
        for night, ended_at, is_last in _nights(now, zone)
        if (ids := _missing(zone, night, ended_at, is_last=is_last, using=using))
    ]


def changed_relationships(
    *, most: int | None = None, only: int | None = None, using: str = "batch"
) -> list[tuple[int, str]]:
    """(id, time zone) of relationships that changed since their standing was computed, newest change first.

    At most `most` of them, or just the one named `only`.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(CHANGED, {"most": most, "only": only})
        return list(cursor.fetchall())


def accepted_relationships(*, using: str = "batch") -> list[int]:
    """Every relationship that both organisations have accepted."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT id FROM relationships_relationship WHERE accepted_at IS NOT NULL ORDER BY id")
        return [pk for (pk,) in cursor.fetchall()]


def _nights(now: datetime, zone: str) -> list[tuple[date, datetime, bool]]:
    last = last_ended_night(now, zone)
    nights = [last - timedelta(days=back) for back in range(LOOK_BACK - 1, -1, -1)]
    return [(night, _end_of(night, zone), night == last) for night in nights]


def _end_of(night: date, zone: str) -> datetime:
    return datetime.combine(night + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def _missing(zone: str, night: date, ended_at: datetime, *, is_last: bool, using: str) -> Sequence[int]:
    with connections[using].cursor() as cursor:
        cursor.execute(
            NIGHT,
            {
                "zone": zone,
                "night": night,
                "ended": ended_at,
                "is_last": is_last,
            },
        )
        return [pk for (pk,) in cursor.fetchall()]


def _zones(using: str) -> list[str]:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT time_zone FROM relationships_relationship WHERE accepted_at IS NOT NULL ORDER BY 1"
        )
        return [zone for (zone,) in cursor.fetchall()]
