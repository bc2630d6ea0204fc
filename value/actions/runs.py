"""Runs: many relationships in chunks, each its own transaction, worked on by whoever has time.

A chunk that is open and not locked is work to be done. The lock goes with the worker that held it, so that after
a kill the next worker simply takes what is left; messages only say that there is something to do.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final

from django.db import connections, transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Concat

from value.actions.scoring import score_relationships
from value.models import ScoreChunk, ScoreRun
from value.queries.waiting import ended_nights

CHUNK: Final = 500
START_LOCK: Final = 7_202
Clock = Callable[[], datetime]  # read after each chunk: a run takes a while
logger = logging.getLogger(__name__)


def start_run(
    ids: Sequence[int], *, as_of: date, now: datetime, only_changed: bool = False, chunk: int = CHUNK
) -> ScoreRun:
    """Notes that these relationships are to be scored as of a date; `work_on` does it."""
    with transaction.atomic(using="batch"):
        run = ScoreRun.objects.using("batch").create(
            as_of=as_of, only_changed=only_changed, started_at=now, total=len(ids),
            finished_at=None if ids else now,
        )  # fmt: skip
        ScoreChunk.objects.using("batch").bulk_create(
            ScoreChunk(run=run, relationship_ids=list(ids[start : start + chunk]))
            for start in range(0, len(ids), chunk)
        )
    return run


def start_night_runs(*, now: datetime, chunk: int = CHUNK) -> list[ScoreRun]:
    """One run for each night that ended somewhere and is not scored yet; none twice, however many ask at once."""
    with transaction.atomic(using="batch"):
        with connections["batch"].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [START_LOCK])
        nights: dict[date, list[int]] = {}
        for ended in ended_nights(now):
            nights.setdefault(ended.night, []).extend(ended.relationship_ids)
        return [
            start_run(sorted(ids), as_of=night, now=now, chunk=chunk) for night, ids in sorted(nights.items())
        ]


def work_on(run_id: int, *, clock: Clock, tell: Callable[[ScoreRun], object] = lambda _run: None) -> ScoreRun:
    """Scores chunk after chunk of a run until none is open that nobody else works on; tells after each."""
    while _work_on_one(run_id, clock):
        tell(ScoreRun.objects.using("batch").get(pk=run_id))
    return ScoreRun.objects.using("batch").get(pk=run_id)


def finish_open_chunks(*, clock: Clock) -> int:
    """Works on whatever is open, the oldest run first; returns how many chunks it did."""
    done = 0
    while _work_on_one(None, clock):
        done += 1
    return done


def _work_on_one(run_id: int | None, clock: Clock) -> bool:
    """Claims one open chunk and scores it; False when there is none to claim."""
    open_ones = ScoreChunk.objects.using("batch").filter(done_at=None, **({"run": run_id} if run_id else {}))
    with transaction.atomic(using="batch"):
        chunk = open_ones.select_related("run").select_for_update(skip_locked=True, of=("self",)).first()
        if chunk is None:
            return False
        try:
            with transaction.atomic(using="batch"):
                _score(chunk, clock)
        except Exception as error:  # whatever it is, the other chunks go on
            logger.exception("Scores of %s as of %s", chunk.relationship_ids, chunk.run.as_of)
            _split(chunk, error, clock)
    return True


def _score(chunk: ScoreChunk, clock: Clock) -> None:
    now = max(clock(), chunk.run.started_at)  # clocks of two machines may differ
    score_relationships(
        chunk.relationship_ids, as_of=chunk.run.as_of, now=now, computed_since=chunk.run.started_at
    )
    _close(chunk, clock())


def _split(chunk: ScoreChunk, error: Exception, clock: Clock) -> None:
    """Halves a chunk that failed, down to the one relationship that is to blame; that one is named and left."""
    ids = chunk.relationship_ids
    if len(ids) == 1:
        said = f"{ids[0]}: {type(error).__name__}: {error}"[:500]
        ScoreRun.objects.using("batch").filter(pk=chunk.run_id).update(
            error=Concat("error", Value(f"{said}\n"))
        )
        _close(chunk, clock())
        return
    half = len(ids) // 2
    ScoreChunk.objects.using("batch").bulk_create(
        ScoreChunk(run=chunk.run, relationship_ids=part) for part in (ids[:half], ids[half:])
    )
    chunk.delete(using="batch")


def _close(chunk: ScoreChunk, now: datetime) -> None:
    chunk.done_at = now
    chunk.save(using="batch", update_fields=["done_at"])
    done = F("done") + len(chunk.relationship_ids)
    ScoreRun.objects.using("batch").filter(pk=chunk.run_id).update(
        done=done, finished_at=Case(When(total__lte=done, then=Value(now)), default=F("finished_at"))
    )
