"""Search: what is found, and what must never be."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relationships import actions
from relationships.models import Contract, Side
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, add_kpi


@pytest.fixture
def named(cast):
    """The same names on both relationships, so that there is something to leak."""
    for relationship, lead in ((cast.own, cast.amara), (cast.foreign, cast.outsider)):
        goal = add_goal(relationship, lead, "Quokka goal")
        add_kpi(goal, lead, "Quokka rate")
        with acting(lead, relationship):
            Contract.objects.create(
                relationship=relationship, kind="MASTER", title="Quokka contract", created_at=NOW
            )
            actions.propose_agreement(
                relationship=relationship,
                kind="STATEMENT_OF_INTENT",
                title="Quokka intent",
                content=[],
                actor=lead,
                side=Side.CUSTOMER,
                now=NOW + timedelta(days=1),
            )
    return cast


def names(client, words: str) -> list[tuple[str, str]]:
    groups = client.get("/search/", {"q": words}).context["groups"]
    return [(item.kind, item.name) for group in groups for item in group.found]


QUOKKAS = [
    ("kpi", "Quokka rate"),
    ("goal", "Quokka goal"),
    ("contract", "Quokka contract"),
    ("agreement", "Quokka intent"),
]


@pytest.mark.parametrize("key", ["amara", "jonas", "priya", "helen", "ingrid", "customer_go_to"])
def test_each_kind_is_found_once_by_whoever_may_read_it(named, key):
    client = client_for(named.person(key))
    assert names(client, "qUOKKa") == QUOKKAS
    page = client.get("/search/", {"q": "quokka"}).content.decode()
    assert named.foreign.name not in page
    assert "4 results" in page


@pytest.mark.parametrize("key", ["recipient", "owen", "nobody"])
def test_who_reads_no_relationship_finds_nothing(named, key):
    client = client_for(named.person(key))
    assert names(client, "quokka") == []
    assert names(client, "northwind") == []
    assert "Northwind service desk" not in client.get("/search/").content.decode()


def test_relationships_by_name_service_and_party_and_people_with_their_seats(named):
    client = client_for(named.amara)
    assert ("relationship", "Northwind service desk") in names(client, "service desk")
    assert ("relationship", "Northwind service desk") in names(client, "brightwater")
    assert names(client, "lena") == [("person", "Lena Fischer")]
    assert names(client, "rival") == []


def test_somebody_whose_seat_ended_is_not_found(named):
    with acting(named.amara, named.own):
        seat = named.seats["lena"]
        type(seat).objects.filter(pk=seat.pk).update(ended_at=NOW)
    assert names(client_for(named.amara), "lena") == []


def test_every_result_leads_to_a_page(named):
    client = client_for(named.amara)
    for words in ("quokka", "lena", "northwind"):
        for group in client.get("/search/", {"q": words}).context["groups"]:
            for item in group.found:
                assert client.get(item.url).status_code == 200, item


@pytest.mark.parametrize(
    "words", ["%", "_", "\\", "'", "\x00", "q\x00uokka", "a" * 5000, "<script>", "  ", "é"]
)
def test_hostile_words_are_just_words(named, words):
    answer = client_for(named.amara).get("/search/", {"q": words})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().replace("<script src", "")


def test_a_wildcard_is_no_wildcard(named):
    assert names(client_for(named.amara), "Q_okka") == []
    assert names(client_for(named.amara), "Q%a") == []


def test_the_palette_gets_a_bare_list_with_options(named):
    answer = client_for(named.amara).get("/search/", {"q": "quokka"}, headers={"HX-Request": "true"})
    said = answer.content.decode()
    assert "<html" not in said
    assert said.count('role="option"') == len(QUOKKAS) + 1  # and one for all results
    assert "HX-Request" in answer["Vary"]
    empty = client_for(named.amara).get("/search/", headers={"HX-Request": "true"}).content.decode()
    assert "Northwind service desk" in empty


def test_long_lists_are_cut_and_say_so(named):
    goal = add_goal(named.own, named.amara, "Many")
    for number in range(21):
        add_kpi(goal, named.amara, f"Wombat {number:02}")
    (group,) = client_for(named.amara).get("/search/", {"q": "wombat"}).context["groups"]
    assert (len(group.found), group.is_cut) == (20, True)
    assert "The first 20" in group.note


def test_search_costs_the_same_whatever_it_finds(named):
    client, counts = client_for(named.amara), []
    for words in ("quokka", "zzzz", "e"):
        with CaptureQueriesContext(connection) as queries:
            client.get("/search/", {"q": words + "a" if len(words) == 1 else words})
        counts.append(len(queries))
    assert max(counts) <= 12
    assert len(set(counts)) == 1
