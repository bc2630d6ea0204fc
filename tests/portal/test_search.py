"""Search: what is found, and what must never be."""

from datetime import timedelta

import pytest
from django.db import DataError, connection, transaction
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
    """One statement for each kind of which there is something, however much."""
    client = client_for(named.amara)
    counts = [statements(client, words) for words in ("quokka", "zzzz", "ea")]
    goal = add_goal(named.own, named.amara, "More quokkas")
    for number in range(3):
        add_kpi(goal, named.amara, f"Quokka {number}")
    assert statements(client, "quokka") == counts[0] == max(counts) <= 12


def statements(client, words: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get("/search/", {"q": words})
    return sum("SAVEPOINT" not in query["sql"] for query in queries)


def test_two_letters_find_beginnings_of_words_three_any_part(named):
    client = client_for(named.amara)
    assert names(client, "qu") == QUOKKAS
    assert names(client, "rA") == [("kpi", "Quokka rate")]
    assert names(client, "kk") == []
    assert names(client, "ntent") == [("agreement", "Quokka intent")]


def test_letters_beyond_ascii_are_found_whatever_their_case(named):
    goal = add_goal(named.own, named.amara, "Überprüfung Ökologie")
    for words in ("überPRÜFUNG", "ök", "ÖKOLOG"):
        assert names(client_for(named.amara), words) == [("goal", goal.name)]


WORD, IDS = "SELECT kind, id FROM portal_named(%s, %s, 10)", list(range(1, 1000))


@pytest.mark.parametrize("words", ["quokka", "qu"])
@pytest.mark.parametrize("many", [False, True])
def test_the_database_names_nothing_outside_the_announced_relationships(named, words, many):
    """Whatever list the function is given, also one of the length from which it is compared otherwise."""
    asked = [named.own.pk, named.foreign.pk, *(IDS if many else ())]
    found = {}
    for person, relationship in ((named.amara, named.own), (named.outsider, named.foreign)):
        with acting(person, relationship), connection.cursor() as cursor:
            cursor.execute(WORD, [words, asked])
            found[relationship.pk] = dict(cursor.fetchall())
    own, foreign = found.values()
    assert own.keys() == foreign.keys() == {"kpi", "goal", "contract", "agreement"}
    assert set(own.items()).isdisjoint(foreign.items())


def test_the_database_names_nothing_outside_the_list_it_is_given(named):
    with acting(named.amara, named.own), connection.cursor() as cursor:
        cursor.execute(WORD, ["quokka", [named.foreign.pk]])
        assert cursor.fetchall() == []


def test_without_an_announcement_the_database_names_nothing(named):
    with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WORD, ["quokka", [named.own.pk]])
