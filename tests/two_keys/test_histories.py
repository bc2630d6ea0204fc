"""The product's histories are linearizable, the naive ones are not, and the checker can tell."""

import pytest

from tests.two_keys.checker import Event, is_linearizable
from tests.two_keys.harness import naive, product, run, without_walls
from tests.two_keys.model import Operation, State, apply

START = State()


def event(kind, client, answer, asked_at, answered_at, *, version=1, terms=""):
    return Event(Operation(kind, client, version, terms), answer, asked_at, answered_at)


def after(*operations):
    state = START
    for operation in operations:
        state, _answer = apply(state, operation)
    return state


APPROVAL = Operation("approve", "jonas", 1)
REVISION = Operation("revise", "ruth", 1, "terms 2")


@pytest.mark.parametrize(
    ("history", "explained"),
    [
        ([], True),
        ([event("approve", "jonas", after(APPROVAL), 0, 1)], True),
        # An older state is read after the approval was answered.
        ([event("approve", "jonas", after(APPROVAL), 0, 1), event("read", "lena", START, 2, 3)], False),
        # The same, while the approval was under way: it may have been first.
        ([event("approve", "jonas", after(APPROVAL), 0, 3), event("read", "lena", START, 1, 2)], True),
        # Both keys at once: whichever came second had to complete the agreement.
        ([event("approve", "jonas", after(APPROVAL), 0, 2),
          event("approve", "amara", after(Operation("approve", "amara", 1)), 1, 3)], False),
        ([event("approve", "jonas", after(APPROVAL), 0, 2),
          event("approve", "amara", after(APPROVAL, Operation("approve", "amara", 1)), 1, 3)], True),
        ([event("approve", "jonas", "VersionHasMoved", 0, 2),
          event("revise", "ruth", after(REVISION), 1, 3, terms="terms 2")], True),
        # Refused although nothing had moved yet.
        ([event("approve", "jonas", "VersionHasMoved", 0, 1),
          event("revise", "ruth", after(REVISION), 2, 3, terms="terms 2")], False),
    ],
)  # fmt: skip
def test_the_checker_tells_what_can_be_explained(history, explained):
    assert is_linearizable(history, START) is explained


@pytest.mark.django_db(transaction=True)
def test_what_four_people_do_at_once_has_an_order(cast):
    figures = run(cast, histories=60, seed=2026, implementation=product)
    assert (figures.histories, figures.operations) == (60, 60 * 17)
    assert figures.violations == []
    assert figures.agreed > 10


@pytest.mark.django_db(transaction=True)
def test_the_same_histories_break_an_implementation_without_locks(cast):
    with without_walls():
        figures = run(cast, histories=20, seed=2026, implementation=naive)
    assert figures.share > 0.5


@pytest.mark.django_db(transaction=True)
def test_the_walls_alone_stop_some_but_not_all_of_it(cast):
    assert run(cast, histories=20, seed=2026, implementation=naive).violations != []
