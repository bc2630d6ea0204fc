"""The nightly score and its smaller sisters, beside hand-written SQL for the same figures in the same run."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date

from celery import current_app
from django.db import connections
from django.utils import timezone

from tests.load import by_hand
from tests.load.stopwatch import Report, chapter, median, seconds
from value import actions
from value.queries.waiting import accepted_relationships, changed_relationships

SAME = """
SELECT count(*), count(*) FILTER (WHERE s.shared_value IS DISTINCT FROM h.shared_value
    OR s.value_customer <> h.value_customer OR s.value_provider <> h.value_provider)
FROM load_by_hand h JOIN value_score s ON s.relationship_id = h.relationship_id AND s.as_of = h.as_of
WHERE s.as_of = %s AND s.state = 'SCORED'
"""


def measure(report: Report, as_of: date, times: int) -> None:
    """Everything about scores."""
    ids = accepted_relationships()
    with connections["owner"].cursor() as cursor:
        cursor.execute(by_hand.TABLE)
    with chapter("Nightly score of all relationships"):
        hand = _by_hand(report, as_of, times)
        one, _memory = _with_workers(ids, as_of, 1, times)
        two, memory = _with_workers(ids, as_of, 2, times)
        report.add(f"nightly score of {len(ids):,}, two workers", f"{two:.2f} s", "under 10 s")
        report.add("ratio to hand-written SQL", f"{two / hand:.2f}", "at most 1.5")
        report.add("one worker", f"{one:.2f} s")
        report.add("two workers against one", f"{one / two:.2f} times", "at least 1.7")
        report.add(
            "two plain loops against one, the most this machine gives now", f"{_two_cores():.2f} times"
        )
        report.add("memory of a worker, at most", f"{memory:.0f} MB", "under 500 MB")
        _same_figures(report, as_of)
    with chapter("Growth"):
        for count in (1_000, 3_000, 10_000):
            if count <= len(ids):
                took, _memory = _with_workers(ids[:count], as_of, 1, times)
                report.add(
                    f"{count:,} relationships, one worker",
                    f"{took:.2f} s, {1000 * took / count:.3f} ms each",
                    "linear",
                )
    with chapter("One per cent changed"):
        _changed(report, ids, as_of, times)
    with chapter("One relationship after a change"):
        _one(report, ids[len(ids) // 2])


def _two_cores() -> float:
    """How much two processes that only count get done at once, against one: 2.0 on two idle cores."""
    count = [sys.executable, "-c", "for n in range(15_000_000): n * n"]
    alone = seconds(lambda: subprocess.run(count, check=True))
    return 2 * alone / seconds(lambda: [p.wait() for p in [subprocess.Popen(count) for _process in range(2)]])


def _by_hand(report: Report, as_of: date, times: int) -> float:
    best = 0.0
    with connections["owner"].cursor() as cursor:
        for name, settings in by_hand.VARIANTS.items():
            took = median(lambda s=settings: by_hand.run(cursor, as_of, s), times)  # type: ignore[misc]
            report.add(f"hand-written SQL, {name}", f"{took:.2f} s")
            best = min(best or took, took)
    return best


def _with_workers(ids: Sequence[int], as_of: date, workers: int, times: int) -> tuple[float, float]:
    """(median seconds from start to the last chunk, most memory of a worker in MB)."""
    found = [_run(ids, as_of, workers) for _time in range(times)]
    return statistics.median(took for took, _memory in found), max(memory for _took, memory in found)


def _run(ids: Sequence[int], as_of: date, workers: int) -> tuple[float, float]:
    run = actions.start_run(ids, as_of=as_of, now=timezone.now())
    command = [sys.executable, "-W", "ignore", "-m", "tests.load.worker", str(run.pk)]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _worker in range(workers)
    ]
    for worker in started:
        assert worker.stdout is not None and worker.stdout.readline() == "ready\n"
    for worker in started:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [json.loads(worker.communicate()[0]) for worker in started]
    run.refresh_from_db()
    assert run.done == run.total and not run.error
    return max(s["seconds"] for s in said), max(s["memory"] for s in said)


def _same_figures(report: Report, as_of: date) -> None:
    with connections["batch"].cursor() as cursor, connections["owner"].cursor() as owner:
        owner.execute("GRANT SELECT ON load_by_hand TO portal_batch")
        cursor.execute(SAME, [as_of])
        compared, different = cursor.fetchone()
    report.add("figures that differ from the hand-written ones", f"{different} of {compared:,}", "0")


def _changed(report: Report, ids: Sequence[int], as_of: date, times: int) -> None:
    chosen = list(ids[::100])
    hand_times, own_times = [], []
    with connections["owner"].cursor() as cursor:
        for _time in range(times):
            _change(chosen)
            hand_times.append(seconds(lambda: by_hand.run(cursor, as_of, (), chosen)))
            own_times.append(seconds(lambda: _score_changed(as_of)))
    hand, own = statistics.median(hand_times), statistics.median(own_times)
    report.add(f"{len(chosen)} of {len(ids):,} changed, one worker", f"{own:.3f} s", "under 1 s")
    report.add("hand-written SQL for those", f"{hand:.3f} s")
    report.add("ratio", f"{own / hand:.2f}", "at most 3")


def _score_changed(as_of: date) -> None:
    changed = [pk for pk, _zone in changed_relationships()]
    for start in range(0, len(changed), actions.CHUNK):
        actions.score_relationships(changed[start : start + actions.CHUNK], as_of=as_of, now=timezone.now())


def _change(ids: Sequence[int]) -> None:
    """One reading of each, and the relationship's mark of change, as an action would leave them."""
    with connections["batch"].cursor() as cursor:
        cursor.execute(
            "UPDATE kpis_reading r SET attainment = (attainment + 1) %% 1000000, recorded_at = now(), version = version + 1"
            " FROM (SELECT DISTINCT ON (k.relationship_id) r.id FROM kpis_kpi k JOIN kpis_reading r ON r.kpi_id = k.id"
            "   WHERE k.relationship_id = ANY (%s) AND k.position = 0 AND r.attainment IS NOT NULL"
            "   ORDER BY k.relationship_id, r.period_start DESC) n WHERE r.id = n.id",
            [list(ids)],
        )
        cursor.execute(
            "UPDATE relationships_relationship SET changed_at = now() WHERE id = ANY (%s)", [list(ids)]
        )


def _one(report: Report, pk: int) -> None:
    """From the commit of a change to the stored score, in a real Celery worker that was told of it."""
    command = [
        sys.executable, "-W", "ignore", "-m", "celery", "-A", "portal.celery", "worker", "-P", "solo",
        "--loglevel", "error", "--without-gossip", "--without-mingle", "--without-heartbeat",
    ]  # fmt: skip
    worker = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _change([pk])
        _told(pk)  # the first message also waits for the worker to start
        with_worker = []
        for _time in range(30):
            _change([pk])
            with_worker.append(_told(pk))
    finally:
        worker.terminate()
        worker.wait(20)
    alone = []
    for _time in range(30):
        _change([pk])
        alone.append(seconds(lambda: _score_changed(timezone.now().date())))
    report.add(
        "one relationship, commit to stored score through a Celery worker",
        f"{1000 * statistics.median(with_worker):.1f} ms",
        "under 50 ms",
    )
    report.add("of which finding and scoring it", f"{1000 * statistics.median(alone):.1f} ms")


def _told(pk: int) -> float:
    began = time.perf_counter()
    current_app.send_task("value.score_relationship", kwargs={"relationship_id": pk})
    with connections["batch"].cursor() as cursor:
        while time.perf_counter() - began < 60:
            cursor.execute(
                "SELECT s.seen_changed_at = r.changed_at FROM value_standing s"
                " JOIN relationships_relationship r ON r.id = s.relationship_id WHERE r.id = %s",
                [pk],
            )
            if (cursor.fetchone() or (False,))[0]:
                return time.perf_counter() - began
            time.sleep(0.0005)
    raise AssertionError("the worker did not answer within a minute")
