"""Computes scores as of a date again: all, only what changed, or one relationship."""

import subprocess  # nosec B404
import sys
import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from value import actions
from value.domain.nights import last_ended_night
from value.models import ScoreRun
from value.queries.waiting import accepted_relationships, changed_relationships


class Command(BaseCommand):
    help = (
        "Computes shared-value scores as of a date; the same inputs give the same digits, whatever the path."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=_day, help="the date, YYYY-MM-DD; yesterday unless named")
        parser.add_argument("--relationship", type=int, metavar="ID", help="only this one")
        parser.add_argument("--changed", action="store_true", help="only what changed since its last score")
        parser.add_argument("--workers", type=int, default=1, help="processes that share the work")
        parser.add_argument("--run", type=int, metavar="ID", help="go on with a run that was begun")

    def handle(self, *args: Any, **options: Any) -> None:
        run = self._run(options)
        self.stdout.write(f"Run {run.pk}: {run.total} relationships as of {run.as_of}")
        began = time.monotonic()
        helpers = [_helper(run) for _number in range(options["workers"] - 1)]
        run = actions.work_on(run.pk, clock=timezone.now, tell=self._tell)
        failed = [helper for helper in helpers if helper.wait() != 0]
        if failed:
            raise CommandError(f"A helper failed; go on with --run {run.pk}")
        run.refresh_from_db(using="batch")
        if run.error:
            raise CommandError(f"Not everything could be scored:\n{run.error}")
        seconds = time.monotonic() - began
        self.stdout.write(f"{run.done} of {run.total} scored in {seconds:.2f} s")

    def _run(self, options: dict[str, Any]) -> ScoreRun:
        if options["run"]:
            return _existing(options["run"])
        as_of = options["as_of"] or last_ended_night(timezone.now(), "UTC")
        changed = options["changed"]
        if changed:
            ids = sorted(pk for pk, _zone in changed_relationships(only=options["relationship"]))
        elif options["relationship"]:
            ids = [options["relationship"]]
        else:
            ids = accepted_relationships()
        return actions.start_run(ids, as_of=as_of, now=timezone.now(), only_changed=changed)

    def _tell(self, run: ScoreRun) -> None:
        share = 100 * run.done // run.total if run.total else 100
        self.stdout.write(f"  {run.done} of {run.total} ({share} %)")
        self.stdout.flush()


def _existing(run_id: int) -> ScoreRun:
    run = ScoreRun.objects.using("batch").filter(pk=run_id).first()
    if run is None:
        raise CommandError(f"There is no run {run_id}.")
    return run


def _helper(run: ScoreRun) -> subprocess.Popen[bytes]:
    command = [sys.executable, sys.argv[0], "recompute_scores", "--run", str(run.pk)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603  # nosec B603


def _day(text: str) -> date:
    return date.fromisoformat(text)
