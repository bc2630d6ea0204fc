"""Seeded authorisation bugs: each is noticed by the matrix, and it is known which of them the database stops alone."""

from itertools import chain
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from kpis import access as kpis_access
from portal import middleware
from portal.lib import scope
from relationships.models import Relationship
from tests.access.cells import walk
from tests.access.rules import RULES
from tests.access.world import World
from tests.mutants.bugs import BUGS, Bug
from tests.mutants.swap import Change, StaleMutant, changed

METHODS = ("GET", "POST")
# name of the bug: what was wrong, with row-level security bypassed and in force; read by `python -m tests.mutants`
BYPASSED: dict[str, list[str]] = {}
IN_FORCE: dict[str, list[str]] = {}


def faults(world: World, bug: Bug) -> list[str]:
    """Everything that the bug's part of the matrix, or its probe, finds wrong at this moment."""
    rules = {name: RULES[name] for name in bug.addresses}
    walks = (walk(world, who, rules, methods=METHODS, only=bug.targets).problems for who in bug.identities)
    return [*chain.from_iterable(walks), *(bug.probe(world) if bug.probe else [])]


def seeded(world: World) -> dict[str, list[str]]:
    found = {}
    for bug in BUGS:
        with changed(bug.changes):
            found[bug.name] = faults(world, bug)
    return found


def test_without_a_bug_nothing_is_found(without_rls, world):
    """The control."""
    assert [(bug.name, found) for bug in BUGS if (found := faults(world, bug))] == []


def test_every_bug_is_noticed_when_the_database_does_not_help(without_rls, world):
    BYPASSED.update(seeded(world))
    assert len(BYPASSED) == len(BUGS) >= 13
    assert [name for name, found in BYPASSED.items() if not found] == []


def test_it_is_known_which_bugs_the_database_stops(world):
    IN_FORCE.update(seeded(world))
    stopped = {name for name, found in IN_FORCE.items() if not found}
    believed = {bug.name for bug in BUGS if bug.kept_by_database}
    assert (stopped - believed, believed - stopped) == (set(), set())


def test_the_second_wall_stands_alone(world):
    """All bugs of the first wall that the database stops, at once: nobody sees a word of the rivals."""
    texts: dict[Any, dict[str, str]] = {}
    for change in chain.from_iterable(bug.changes for bug in BUGS if bug.kept_by_database):
        texts.setdefault(change.function, {}).update(change.texts)
    with changed(Change(function, tuple(pairs.items())) for function, pairs in texts.items()):
        for identity in ("customer lead", "customer executive", "revoked lead", "rival lead"):
            outcome = walk(world, identity, RULES, methods=("GET",), only=("foreign",))
            rivals = world.own if identity == "rival lead" else world.foreign
            mark = f"canary-{rivals.relationship.pk}-"
            assert [leak for leak in outcome.leaks if mark in leak.split("leaked")[1]] == []
            assert outcome.cells > 80


def announced(person) -> tuple[scope.Scope | None, int]:
    """What the middleware tells the database for a person's request, and how many relationships are there then."""
    request = RequestFactory().get("/")
    request.user = person
    seen = []

    def look(_request):
        seen.append((scope.current(), Relationship.objects.count()))
        return HttpResponse()

    middleware.ScopeMiddleware(look)(request)
    return seen[0]


SCOPES = {
    "nothing is announced": ("relationship_ids=viewer.relationship_ids", "relationship_ids=()"),
    "everything is announced": (
        "relationship_ids=viewer.relationship_ids",
        "relationship_ids=range(1, 1_000)",
    ),
    "no organisation is announced": (
        "organisation_id=viewer.person.organisation_id or 0",
        "organisation_id=0",
    ),
}


def test_the_scope_of_a_request_is_exactly_its_persons(cast):
    announcement, visible = announced(cast.amara)
    assert announcement == scope.Scope(cast.amara.pk, cast.northwind.pk, (cast.own.pk,))
    assert visible == 1
    assert announced(cast.outsider)[0].relationship_ids == (cast.foreign.pk,)


@pytest.mark.parametrize("name", SCOPES)
def test_a_wrong_scope_is_noticed(cast, name):
    with changed([Change(middleware.ScopeMiddleware.__call__, (SCOPES[name],))]):
        assert announced(cast.amara)[0] != scope.Scope(cast.amara.pk, cast.northwind.pk, (cast.own.pk,))


def test_a_stale_mutant_fails():
    with (
        pytest.raises(StaleMutant),
        changed([Change(kpis_access.load_kpi, (("words that were never there", ""),))]),
    ):
        pass


def test_the_first_wall_is_whole_again_afterwards(world):
    bug = next(bug for bug in BUGS if not bug.kept_by_database)
    with changed(bug.changes):
        assert faults(world, bug)
    assert faults(world, bug) == []
