"""`python -m tests.mutants`: which seeded bug is caught by the matrix, and which one the database stops alone."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def table() -> int:
    status = pytest.main(["-q", "-n", "0", "--show-capture=no", str(HERE / "test_mutants.py"), "-k", "bug"])
    from tests.mutants.bugs import BUGS
    from tests.mutants.test_mutants import BYPASSED, IN_FORCE

    print(f"\n{'seeded bug':<84}{'matrix':<9}database alone")
    for bug in BUGS:
        caught = "caught" if BYPASSED.get(bug.name) else "MISSED"
        stopped = "stops it" if IN_FORCE.get(bug.name) == [] else "lets it through"
        print(f"{bug.name:<84}{caught:<9}{stopped}")
    caught = sum(bool(found) for found in BYPASSED.values())
    stopped = sum(not found for found in IN_FORCE.values())
    print(
        f"\n{caught} of {len(BUGS)} caught by the matrix, {stopped} of {len(BUGS)} stopped by the database alone."
    )
    return int(status)


if __name__ == "__main__":
    sys.exit(table())
