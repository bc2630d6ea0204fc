"""`python -m tests.two_keys --histories 1000`: plays them, checks them, and prints figures with the control beside."""

import argparse
import sys
import time
from typing import Any

from tests import plugin  # noqa: F401  starts PostgreSQL and Valkey before Django reads its settings


def main() -> int:
    """Exit code 0 when the product has no violation and the control has many."""
    parser = argparse.ArgumentParser(prog="python -m tests.two_keys", description=__doc__)
    parser.add_argument("--histories", type=int, default=1000)
    parser.add_argument("--control", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()

    import django

    django.setup()
    from tests.cast import assemble
    from tests.two_keys.harness import naive, product, run, without_walls

    cast = assemble()
    print(f"seed {given.seed}; four clients, four rounds, on PostgreSQL as the application's role")
    ours = _timed("product", run, cast, histories=given.histories, seed=given.seed, implementation=product)
    naively = {"histories": given.control, "seed": given.seed, "implementation": naive}
    _timed("control, no lock and no version, behind the database's walls", run, cast, **naively)
    with without_walls():
        control = _timed("control, no lock and no version, walls down", run, cast, **naively)
    for event in ours.violations[0] if ours.violations else []:
        print(" ", event)
    return 0 if not ours.violations and control.share >= 0.5 else 1


def _timed(name: str, run: Any, cast: Any, **given: Any) -> Any:
    started = time.monotonic()
    figures = run(cast, **given)
    print(
        f"{name}: {figures.histories} histories, {figures.operations} operations, {figures.agreed} agreed,"
        f" {len(figures.violations)} not linearizable ({figures.share:.1%}), {time.monotonic() - started:.1f} s"
    )
    return figures


if __name__ == "__main__":
    sys.exit(main())
