"""Work in the background about scores; every task is safe to run twice and to kill at any line."""

from collections import defaultdict
from datetime import date
from zoneinfo import ZoneInfo

from celery import shared_task
from django.utils import timezone

from value import actions
from value.queries.waiting import changed_relationships

HELPERS = 4  # wake-up calls for a run; more than there are workers costs nothing
MOST_CHANGED = 2_000


@shared_task(name="value.score_ended_nights")
def score_ended_nights() -> int:
    """Starts a run for each local night that ended unscored, and calls the workers; returns how many."""
    runs = actions.start_night_runs(now=timezone.now())
    for _helper in range(HELPERS if any(run.total for run in runs) else 0):
        score_open_chunks.delay()
    return len(runs)


@shared_task(name="value.score_open_chunks")
def score_open_chunks() -> int:
    """Works on open chunks until there are none left; returns how many this worker did."""
    return actions.finish_open_chunks(clock=timezone.now)


@shared_task(name="value.score_changed")
def score_changed() -> int:
    """Scores, as of their own today, the relationships that changed; returns how many.

    Also takes up what a killed worker left: a chunk that is open and unlocked.
    """
    now = timezone.now()
    by_day: dict[date, list[int]] = defaultdict(list)
    for relationship_id, zone in changed_relationships(most=MOST_CHANGED):
        by_day[now.astimezone(ZoneInfo(zone)).date()].append(relationship_id)
    scored = 0
    for as_of, ids in sorted(by_day.items()):
        for start in range(0, len(ids), actions.CHUNK):
            scored += actions.score_relationships(ids[start : start + actions.CHUNK], as_of=as_of, now=now)
    actions.finish_open_chunks(clock=timezone.now)
    return scored


@shared_task(name="value.score_relationship")
def score_relationship(relationship_id: int) -> int:
    """Scores one relationship as of its own today if it changed; for who does not want to wait for the beat."""
    now = timezone.now()
    zones = dict(changed_relationships(most=1, only=relationship_id))
    return sum(
        actions.score_relationships([pk], as_of=now.astimezone(ZoneInfo(zone)).date(), now=now)
        for pk, zone in zones.items()
    )
