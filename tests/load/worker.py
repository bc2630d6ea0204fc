"""A worker of a run: says that it is ready, waits for a line, works, and says how long and with how much memory."""

import json
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from tests.load.stopwatch import memory_mb, seconds  # noqa: E402
from value import actions  # noqa: E402
from value.models import ScoreRun  # noqa: E402


def main() -> None:
    run_id = int(sys.argv[1])
    ScoreRun.objects.using("batch").get(pk=run_id)  # connected before the clock starts
    print("ready", flush=True)
    sys.stdin.readline()
    took = seconds(lambda: actions.work_on(run_id, clock=timezone.now))
    print(json.dumps({"seconds": took, "memory": memory_mb()}), flush=True)


if __name__ == "__main__":
    main()
