"""Plays histories: four clients, each a thread with its own connection, who act at the same moment round by round."""

import itertools
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

from django.db import connection

from portal.lib import scope
from relationships import actions
from relationships.models import Agreement, Side
from tests.cast import NOW, Cast, acting
from tests.two_keys.checker import Event, is_linearizable
from tests.two_keys.clients import Implementation, naive, product, seen, without_walls
from tests.two_keys.model import SIDES, Operation, State

ROUNDS = 4
# Mostly approvals and revisions: that is where a lost update or a signature on other terms would show.
KINDS = ("approve",) * 6 + ("revise",) * 4 + ("read",) * 3 + ("withdraw",)


@dataclass
class Figures:
    """What a run found."""

    histories: int = 0
    operations: int = 0
    violations: list[list[Event]] = field(default_factory=list)
    agreed: int = 0

    @property
    def share(self) -> float:
        """Which part of the histories no sequential order explains."""
        return len(self.violations) / self.histories


def run(cast: Cast, *, histories: int, seed: int, implementation: Implementation = product) -> Figures:
    """Plays and checks so many histories; needs committed data (no test transaction around it)."""
    figures = Figures()
    with ThreadPoolExecutor(len(SIDES)) as pool:
        for number in range(histories):
            agreement = _propose(cast)
            history = _play(pool, cast, agreement.pk, random.Random(f"{seed}.{number}"), implementation)
            figures.histories += 1
            figures.operations += len(history)
            figures.agreed += isinstance(history[-1].answer, State) and history[-1].answer.outcome == "AGREED"
            if not is_linearizable(history, seen(cast, agreement)):
                figures.violations.append(history)
        barrier = Barrier(len(SIDES))
        list(pool.map(lambda _each: _hang_up(barrier), SIDES))
    return figures


def _propose(cast: Cast) -> Agreement:
    with acting(cast.amara, cast.own):
        return actions.propose_agreement(
            relationship=cast.own,
            kind=Agreement.Kind.CONTRACT,
            title="Terms",
            content=[{"label": "Terms", "before": None, "after": "terms 1"}],
            actor=cast.amara,
            side=Side.CUSTOMER,
            now=NOW,
            sign=False,
        )


def _play(
    pool: ThreadPoolExecutor, cast: Cast, agreement_id: int, chance: random.Random, ask: Implementation
) -> list[Event]:
    clock, barrier = itertools.count(), Barrier(len(SIDES))
    plans = {client: [chance.choice(KINDS) for _round in range(ROUNDS)] for client in SIDES}

    def client(name: str) -> list[Event]:
        person, version, events = cast.person(name), 1, []
        with scope.acting_as(
            person_id=person.pk, organisation_id=person.organisation_id, relationship_ids=(cast.own.pk,)
        ):
            for number, kind in enumerate(plans[name]):
                asked = Operation(kind, name, version, f"terms of {name} {number}")
                barrier.wait()
                event = _ask(ask, cast, agreement_id, asked, clock)
                events.append(event)
                if isinstance(event.answer, State):
                    version = event.answer.version
        return events

    together = [event for events in pool.map(client, SIDES) for event in events]
    with acting(cast.amara, cast.own):
        together.append(_ask(ask, cast, agreement_id, Operation("read", "amara"), clock))
    return together


def _ask(
    ask: Implementation, cast: Cast, agreement_id: int, asked: Operation, clock: "itertools.count[int]"
) -> Event:
    asked_at = next(clock)
    answer = ask(cast, agreement_id, asked)
    return Event(asked, answer, asked_at, next(clock))


def _hang_up(barrier: Barrier) -> None:
    barrier.wait()  # so that each thread of the pool closes its own connection
    connection.close()


__all__ = ["Figures", "naive", "product", "run", "without_walls"]
