"""A few kills in every run of the suite; `python -m tests.value.kills --kills 1000` does many.

In processes of their own: a harness that forks and kills wants no connections, threads or clocks of other tests.
"""

import subprocess
import sys

import pytest

from tests.value.kills import BROKEN, ROOT


def kills(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "tests.value.kills", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


def test_killed_at_any_moment_the_scores_are_the_same():
    ended = kills("--kills", "10")
    assert "0 faults" in ended.stdout, ended.stdout + ended.stderr
    assert ended.returncode == 0
    assert ended.stdout.rsplit("\n", 2)[-2].startswith("10 kills")


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_variant_is_found(broken):
    """The control: without one transaction around a chunk, kills leave faults."""
    ended = kills("--kills", "300", "--broken", broken)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert " 0 faults" not in ended.stdout
