"""A few kills in every run of the suite; `python -m tests.value.kills --kills 1000` does many."""

import pytest
from django.core.management import call_command

from tests.value.kills import BROKEN, run

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "batch", "owner"])


@pytest.fixture
def loaded(transactional_db):
    call_command("load_scale", relationships=12, kpis=6, months=15, verbosity=0)


def test_killed_at_any_moment_the_scores_are_the_same(loaded):
    outcome = run(kills=10, relationships=12)
    assert outcome.kills == 10
    assert outcome.scores >= 12
    assert outcome.faults == 0


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_variant_is_found(loaded, broken):
    """The control: without one transaction around a chunk the same kills leave faults."""
    assert run(kills=40, relationships=12, broken=broken).faults > 0
