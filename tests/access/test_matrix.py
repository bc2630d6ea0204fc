"""Every address × method × identity × own, foreign or other side's target: who may come in, and that nothing leaks.

A leak is a canary in body, workbook, header or cookie that is not this identity's to see, whatever the status. An
address that is not listed in `tests/access/rules` fails the run, as does a rule without an address. The first wall
(views and queries) is asked once more with row-level security bypassed, so that the second does not hide its holes.
"""

import pytest

from tests.access.cells import addresses, walk
from tests.access.rules import RULES
from tests.access.world import FIELDS, IDENTITIES

LEAST_CELLS = (
    900  # for each identity, so that a rule that asks nothing cannot pass for one that finds nothing
)
# Who is asked when row-level security is bypassed: each way of having, not having or having lost access.
REPRESENTATIVES = (
    "customer lead", "provider member", "customer executive", "recipient", "provider administrator", "rival lead",
    "revoked lead",
)  # fmt: skip


def test_every_address_has_a_rule_and_every_rule_an_address():
    found = set(addresses())
    assert sorted(found - set(RULES)) == []
    assert sorted(set(RULES) - found) == []


@pytest.mark.parametrize("identity", IDENTITIES)
def test_matrix(identity, world, record_property):
    outcome = walk(world, identity, RULES)
    record_property("cells", outcome.cells)
    assert outcome.problems == []
    assert outcome.cells >= LEAST_CELLS


@pytest.mark.parametrize("identity", REPRESENTATIVES)
def test_first_wall_alone(identity, without_rls, world, record_property):
    outcome = walk(world, identity, RULES, methods=("GET", "POST", "PATCH"))
    record_property("cells", outcome.cells)
    assert outcome.problems == []
    assert outcome.cells >= LEAST_CELLS / 2


def test_there_is_something_to_leak_in_every_corner(world):
    for furnished in (world.own, world.foreign):
        planted = [(audience, name) for pk, audience, name in FIELDS if pk == furnished.relationship.pk]
        audiences = {audience.rstrip("0123456789") for audience, _name in planted}
        assert audiences == {"shared", "customer", "provider", "org", "person"}
        assert len(planted) >= 60
