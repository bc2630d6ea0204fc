"""What the API lists, to whom, in which pages, with how many queries."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import client_for
from tests.furniture import add_goal, add_kpi, agree_band, report


@pytest.fixture
def kpi(cast):
    made = add_kpi(add_goal(cast.own, cast.amara), cast.amara, reference="K1")
    agree_band(made, cast.amara, cast.jonas)
    report(made, cast.lena, date(2026, 1, 1), 75)
    return made


@pytest.mark.parametrize("who", ["amara", "priya", "helen", "jonas", "lena", "ingrid"])
def test_both_sides_read_the_same(cast, kpi, read, who):
    person = cast.person(who)
    assert [r["id"] for r in read(person, "relationships/")["results"]] == [cast.own.pk]
    assert [k["reference"] for k in read(person, "kpis/")["results"]] == ["K1"]
    reading = read(person, "readings/")["results"][0]
    assert (reading["value"], reading["verdict"], reading["attainment"]) == ("75.000000", 2, 800_000)


@pytest.mark.parametrize("who", ["recipient", "owen", "nobody"])
def test_who_may_not_read_finds_empty_lists(cast, kpi, read, who):
    for path in ("relationships/", "kpis/", "readings/", "agreements/", "goals/", "band-revisions/"):
        assert read(cast.person(who), path)["results"] == [], path


def test_rivals_find_only_their_own(cast, kpi, read):
    assert [r["id"] for r in read(cast.outsider, "relationships/")["results"]] == [cast.foreign.pk]
    assert read(cast.outsider, "readings/")["results"] == []


def test_filters(cast, kpi, read):
    other = add_kpi(kpi.goal, cast.amara, name="Other", reference="K2", performed_by="CUSTOMER")
    assert [k["id"] for k in read(cast.amara, "kpis/", performed_by="CUSTOMER")["results"]] == [other.pk]
    assert [k["id"] for k in read(cast.amara, "kpis/", reference="K1")["results"]] == [kpi.pk]
    assert read(cast.amara, "readings/", period_start_from="2026-02-01")["results"] == []
    assert len(read(cast.amara, "readings/", period_start_to="2026-01-31")["results"]) == 1
    assert read(cast.amara, "relationships/", organisation=cast.harbour.pk)["results"] == []
    assert len(read(cast.amara, "relationships/", name="SERVICE")["results"]) == 1
    refused = client_for(cast.amara).get("/api/v1/readings/?period_start_from=yesterday")
    assert refused.status_code == 400
    assert "period_start_from" in refused.json()["errors"]


def test_pages_follow_a_cursor(cast, kpi, read):
    for number in range(2, 8):
        add_kpi(kpi.goal, cast.amara, name=f"K{number}", reference=f"K{number}")
    page = read(cast.amara, "kpis/", page_size=3)
    seen = [k["reference"] for k in page["results"]]
    while page["next"]:
        page = client_for(cast.amara).get(page["next"]).json()
        seen += [k["reference"] for k in page["results"]]
    assert seen == [f"K{number}" for number in range(1, 8)]


@pytest.mark.parametrize(
    "path", ["relationships/", "kpis/", "goals/", "readings/", "agreements/", "band-revisions/", "contracts/"]
)
def test_the_number_of_queries_does_not_grow(cast, kpi, path):
    client = client_for(cast.amara)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(f"/api/v1/{path}").status_code == 200
        return len(queries)

    few = count()
    for number in (2, 3):
        more = add_kpi(kpi.goal, cast.amara, name=f"K{number}", reference=f"K{number}")
        agree_band(more, cast.amara, cast.jonas)
        report(more, cast.lena, date(2026, 1, 1), 70 + number)
    assert count() == few <= 12


def test_strangers_are_asked_to_sign_in(cast, ask):
    response = ask(None, "get", "relationships/")
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["title"] == "Unauthorized"


def test_the_session_says_who_one_is(cast, read):
    session = read(cast.amara, "session/")
    assert session["person"]["email"] == cast.amara.email
    assert session["organisation"] == {"id": cast.northwind.pk, "name": "Northwind"}
    assert len(session["csrf_token"]) > 30


def test_a_write_without_the_csrf_token_is_refused(cast, kpi):
    client = client_for(cast.amara)
    client.handler.enforce_csrf_checks = True
    body = {"name": "x"}
    refused = client.post(
        f"/api/v1/relationships/{cast.own.pk}/goals/", body, content_type="application/json"
    )
    assert refused.status_code == 403
    token = client.get("/api/v1/session/").json()["csrf_token"]
    taken = client.post(
        f"/api/v1/relationships/{cast.own.pk}/goals/",
        body,
        content_type="application/json",
        headers={"x-csrftoken": token},
    )
    assert taken.status_code == 201


def test_an_address_that_names_nothing_is_a_problem_document(cast, ask):
    response = ask(cast.amara, "get", "nothing/here/")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
