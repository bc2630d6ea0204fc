"""Medians and how they are told."""

import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Report:
    """Lines of a table: what was measured, the figure, the goal."""

    lines: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, what: str, found: str, goal: str = "") -> None:
        self.lines.append((what, found, goal))
        print(f"  {what}: {found}" + (f"   (goal: {goal})" if goal else ""), flush=True)

    def as_markdown(self) -> str:
        rows = "\n".join(f"| {what} | {found} | {goal} |" for what, found, goal in self.lines)
        return f"| what | measured | goal |\n|---|---|---|\n{rows}\n"


def seconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median(work: Callable[[], object], times: int) -> float:
    """The median of several times."""
    return statistics.median(seconds(work) for _time in range(times))


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def memory_mb() -> float:
    """The most memory this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def chapter(title: str) -> Iterator[None]:
    print(f"\n{title}", flush=True)
    yield
