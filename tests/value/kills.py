"""The nightly job under kill -9: whatever the moment, the scores are those of an uninterrupted run.

    python -m tests.value.kills --kills 200 [--broken done-first|half-written]

A worker process is killed at a random moment and another goes on, again and again, night after night. At the end
every score and standing must equal, digit for digit, those of a run that nobody disturbed, and every chunk must have
been counted once. `--broken` runs a deliberately wrong variant, in which faults must be found: otherwise this
harness proves nothing.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NIGHT = date(2026, 10, 31)
BROKEN = ("done-first", "half-written")
LONGEST = 0.12  # seconds: about twice what a run takes


@dataclass
class Outcome:
    """How often was killed while at work, and what was not as it should be."""

    kills: int = 0
    nights: int = 0
    scores: int = 0
    faults: int = 0

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.nights} nights, {self.scores} scores compared, {self.faults} faults"
        )


def run(*, kills: int, broken: str = "", relationships: int = 24, seed: int = 1) -> Outcome:
    """Kills until it was done `kills` times; the data must be loaded, see `main`.

    A broken variant is done with as soon as one night has a fault: which kill finds it is a matter of moments.
    """
    from value import actions
    from value.queries.waiting import accepted_relationships

    chance, outcome = random.Random(seed), Outcome()
    ids = accepted_relationships()[:relationships]
    night = NIGHT
    while outcome.kills < kills and not (broken and outcome.faults):
        night -= timedelta(days=1)
        now = datetime.combine(night + timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=3)
        _forget()
        actions.score_relationships(ids, as_of=night, now=now)
        wanted = _state()
        _forget()
        started = actions.start_run(ids, as_of=night, now=now, chunk=2)
        _disturb(started.pk, broken, chance, outcome, kills)
        outcome.nights += 1
        outcome.scores += len(wanted[0])
        outcome.faults += _faults(wanted, _state(), started)
    return outcome


def _disturb(run_id: int, broken: str, chance: random.Random, outcome: Outcome, kills: int) -> None:
    """Workers on the run, each killed while it works, until one is allowed to finish."""
    for _attempt in range(12):
        if outcome.kills >= kills or _is_over(run_id):
            break
        worker = _worker(run_id, broken)
        time.sleep(chance.random() * LONGEST)
        if os.waitpid(worker, os.WNOHANG) == (0, 0):
            os.kill(worker, signal.SIGKILL)
            os.waitpid(worker, 0)
            outcome.kills += 1
    _pid, status = os.waitpid(_worker(run_id, broken), 0)
    # Whoever is left alone must come to an end: a worker that breaks off on what a killed one left is a fault.
    outcome.faults += status != 0


def _is_over(run_id: int) -> bool:
    from value.models import ScoreRun

    return ScoreRun.objects.using("batch").filter(pk=run_id, finished_at__isnull=False).exists()


def _worker(run_id: int, broken: str) -> int:
    """The process id of a forked worker that is connected and about to begin."""
    from django.db import connections

    connections.close_all()
    reader, writer = os.pipe()
    worker = os.fork()
    if not worker:
        try:
            work(run_id, broken, lambda: os.write(writer, b"!"))
            os._exit(0)
        except BaseException:  # noqa: BLE001  whatever it was, the reader wants to see it
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(1)
    os.close(writer)
    os.read(reader, 1)
    os.close(reader)
    return worker


def _forget() -> None:
    from value.models import Score, ScoreChunk, ScoreRun, Standing

    for model in (Score, Standing, ScoreChunk, ScoreRun):
        model.objects.using("batch").all().delete()


def _state() -> tuple[list[Any], list[Any]]:
    """Every digit of scores and standings; when they were computed may differ."""
    from value.models import Score, Standing

    def rows(model: Any, but: Sequence[str]) -> list[Any]:
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in but]
        return list(model.objects.using("batch").order_by("relationship_id").values_list(*names))

    return rows(Score, ("id", "computed_at")), rows(Standing, ())


def _faults(wanted: tuple[list[Any], list[Any]], found: tuple[list[Any], list[Any]], run: Any) -> int:
    run.refresh_from_db(using="batch")
    faults = sum(
        len([row for row in one if row not in other]) + len([row for row in other if row not in one])
        for one, other in zip(wanted, found, strict=True)
    )
    return faults + (run.done != run.total) + (run.finished_at is None) + bool(run.error)


def work(run_id: int, broken: str, say_so: Callable[[], object]) -> None:
    """What a worker does, right or broken; says so when it begins."""
    from django.db import connections
    from django.utils import timezone

    from value import actions

    if broken:
        _break(broken)
    connections["batch"].ensure_connection()
    say_so()
    actions.work_on(run_id, clock=timezone.now)


def _break(how: str) -> None:
    """Takes the one transaction of a chunk apart, as somebody might who has not understood it.

    done-first: a chunk is marked as done before its scores are there. half-written: scores, standings and the mark
    are committed one after the other.
    """
    from value.actions import runs, scoring

    def carelessly(run_id: int | None, clock: Any) -> bool:
        from value.models import ScoreChunk

        chunk = (
            ScoreChunk.objects.using("batch").filter(done_at=None, run=run_id).select_related("run").first()
        )
        if chunk is None:
            return False
        if how == "done-first":
            runs._close(chunk, clock())
        scoring.score_relationships(
            chunk.relationship_ids, as_of=chunk.run.as_of, now=clock(), computed_since=chunk.run.started_at
        )
        if how != "done-first":
            runs._close(chunk, clock())
        return True

    assert how in BROKEN
    runs._work_on_one = carelessly
    if how == "half-written":
        scoring.transaction = SimpleNamespace(atomic=lambda **_more: nullcontext())  # type: ignore[assignment]


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.value.kills")
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--broken", default="", choices=("", *BROKEN))
    given = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kills-")))
        folder.chmod(0o755)
        prepare(stack, folder)
        import django

        django.setup()
        outcome = run(kills=given.kills, broken=given.broken)
    print(f"{f'{given.broken}: ' if given.broken else ''}{outcome}")
    sys.exit(bool(outcome.faults) != bool(given.broken))


def prepare(stack: ExitStack, folder: Path) -> None:
    """Servers of our own with two dozen relationships."""
    from portal.lib.servers import embedded_servers

    servers = stack.enter_context(embedded_servers(folder, durable=False))
    os.environ.update(
        {**servers.environment(), "PORTAL_ENV": "development", "PORTAL_VAR": str(folder / "var")}
    )
    for command in (
        ["migrate", "--database", "owner", "-v0"],
        ["load_scale", "--relationships", "24", "--kpis", "12", "--months", "24", "--until", "2026-11-01"],
    ):
        subprocess.run([sys.executable, "-W", "ignore", "manage.py", *command], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
