"""The roles × rights table, written out by hand: the matrix takes its expectations from the policy itself."""

import pytest

from relationships.models import Role
from relationships.policy import RIGHTS, Right, rights_of

#            READ COMMENT REPORT SETTLE CONTRIBUTE PROPOSE SIGN SEAT
PINNED = """
LEAD         x    x       x      x      x          x       x    x
MEMBER       x    x       x      x      x          -       -    -
EXECUTIVE    x    x       -      -      -          -       -    -
GO_TO        x    x       -      -      -          -       -    -
RECIPIENT    -    -       -      -      -          -       -    -
"""
COLUMNS = ("READ", "COMMENT", "REPORT", "SETTLE", "CONTRIBUTE", "PROPOSE", "SIGN", "SEAT")
TABLE = {line.split()[0]: line.split()[1:] for line in PINNED.strip().splitlines()}


def test_every_role_and_every_right_is_pinned():
    assert set(TABLE) == {role.value for role in Role} == set(RIGHTS)
    assert {right.name for right in Right} == set(COLUMNS)
    assert all(len(marks) == len(COLUMNS) for marks in TABLE.values())


@pytest.mark.parametrize("role", sorted(TABLE))
def test_a_role_may_exactly_what_is_pinned(role):
    pinned = {name for name, mark in zip(COLUMNS, TABLE[role], strict=True) if mark == "x"}
    assert {right.name for right in RIGHTS[role]} == pinned


def test_roles_add_up_and_nothing_comes_from_none():
    assert rights_of([]) == frozenset()
    assert rights_of(["RECIPIENT", "GO_TO"]) == {Right.READ, Right.COMMENT}
    assert rights_of(["MEMBER", "LEAD"]) == frozenset(Right)
