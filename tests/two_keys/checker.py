"""Linearizability: is there an order of the operations, true to the clock, that the model could have lived through?

The search of Wing and Gong (1993) with the memo of Lowe (2017): of the operations that nothing unfinished precedes,
try each; a pair of (operations done, state) that failed once is not tried again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.two_keys.model import ANYTHING, Answer, Operation, State, apply


@dataclass(frozen=True)
class Event:
    """One operation with its answer and when, on one clock for all clients, it was asked and answered."""

    asked: Operation
    answer: Answer
    asked_at: int
    answered_at: int


def is_linearizable(history: Sequence[Event], start: State) -> bool:
    """Whether some sequential order explains every answer and contradicts no real-time order."""
    everything = (1 << len(history)) - 1
    failed: set[tuple[int, State]] = set()

    def explain(done: int, state: State) -> bool:
        if done == everything:
            return True
        if (done, state) in failed:
            return False
        pending = [n for n in range(len(history)) if not done >> n & 1]
        horizon = min(history[n].answered_at for n in pending)
        for n in pending:
            event = history[n]
            if event.asked_at > horizon:
                continue
            after, answer = (state, ANYTHING) if event.answer == ANYTHING else apply(state, event.asked)
            if answer == event.answer and explain(done | 1 << n, after):
                return True
        failed.add((done, state))
        return False

    return explain(0, start)
