"""The list of relationships: searched, sorted, paged, and the same number of queries however long."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relationships import queries
from relationships.models import Relationship, Role, Seat, Side, Stage
from tests.cast import BEGAN, NOW, acting, client_for

ADDRESS = "/relationships/"


def add(cast, count, **more):
    """So many more relationships of Northwind, without seats: its executives read them."""
    with acting(cast.amara):
        for number in range(count):
            Relationship.objects.create(
                **{
                    "name": f"Relationship {number:03d}", "customer": cast.northwind, "provider": cast.meridian,
                    "initiated_by_side": Side.CUSTOMER, "created_at": BEGAN, "accepted_by": cast.amara,
                    "accepted_at": BEGAN, "changed_at": NOW - timedelta(days=number), **more,
                }
            )  # fmt: skip


def names(cast, person, **asked):
    with acting(person) as viewer:
        return [relationship.name for relationship in queries.list_relationships(viewer, **asked)]


def test_everybody_sees_where_they_have_a_seat_and_executives_everything(cast):
    add(cast, 2)
    assert names(cast, cast.amara) == ["Northwind service desk"]
    assert sorted(names(cast, cast.helen)) == [
        "Northwind service desk",
        "Relationship 000",
        "Relationship 001",
    ]
    assert names(cast, cast.ingrid) == ["Northwind service desk"]
    assert names(cast, cast.outsider) == ["Harbour payroll"]
    for person in (cast.recipient, cast.owen, cast.nobody):
        assert names(cast, person) == []


def test_search_finds_names_services_and_parties(cast):
    add(cast, 1, service="Catering in the canteen")
    assert names(cast, cast.helen, search="CANTEEN") == ["Relationship 000"]
    assert names(cast, cast.helen, search="meridian") == ["Relationship 000"]
    assert len(names(cast, cast.helen, search="northwind")) == 2
    assert names(cast, cast.helen, search="100%_") == []
    assert names(cast, cast.helen, stage=Stage.WORKING_TOGETHER) == ["Northwind service desk"]


@pytest.mark.parametrize("key", ["name", "customer", "provider", "stage", "changed"])
def test_every_column_sorts_both_ways(cast, key):
    add(cast, 3)
    forwards, backwards = names(cast, cast.helen, sort=key), names(cast, cast.helen, sort=f"-{key}")
    assert sorted(forwards) == sorted(backwards)
    if key in ("name", "changed"):
        assert forwards == backwards[::-1]
    page = client_for(cast.helen).get(ADDRESS, {"sort": key, "q": "e"}).content.decode()
    assert 'aria-sort="ascending"' in page
    assert f"sort=-{key}" in page


def test_nonsense_asked_is_the_usual_list(cast):
    assert names(cast, cast.helen, sort="password") == names(cast, cast.helen)
    answer = client_for(cast.helen).get(
        ADDRESS, {"sort": "-;drop", "page": "999999", "stage": "9", "q": "a\x00"}
    )
    assert answer.status_code == 200


def test_pages_keep_what_was_asked(cast):
    add(cast, 60)
    page = client_for(cast.helen).get(ADDRESS, {"q": "relationship", "sort": "name"}).content.decode()
    assert "60 relationships found" in page
    assert "Page 1 of 2" in page
    assert "q=relationship&amp;sort=name&amp;page=2" in page


def test_empty_states(cast):
    nothing = client_for(cast.owen).get(ADDRESS).content.decode()
    assert "No relationship yet" in nothing
    assert "Found the first one" in nothing
    assert "Found the first one" not in client_for(cast.nobody).get(ADDRESS).content.decode()
    assert "Nothing found" in client_for(cast.amara).get(ADDRESS, {"q": "zzz"}).content.decode()


def test_who_has_not_accepted_is_said(cast):
    with acting(cast.amara):
        made = Relationship.objects.create(
            name="Open", provider=None, customer=cast.northwind, initiated_by_side=Side.CUSTOMER,
            created_at=NOW, changed_at=NOW,
        )  # fmt: skip
        Seat.objects.create(
            relationship=made, side=Side.CUSTOMER, person=cast.amara, role=Role.LEAD, started_at=NOW
        )
    assert "Not in yet" in client_for(cast.amara).get(ADDRESS).content.decode()


def test_more_relationships_cost_no_more_queries(cast):
    client = client_for(cast.helen)
    with CaptureQueriesContext(connection) as few:
        client.get(ADDRESS)
    add(cast, 3)
    with CaptureQueriesContext(connection) as many:
        client.get(ADDRESS)
    assert len(many) == len(few)
