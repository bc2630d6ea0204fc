"""Environments, spells, drivers and bands that follow them, over HTTP."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.models import Spell
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, add_kpi, agree_band, report

BAND = {"effective_from": "2025-01-01", "floor": "60", "tolerance": "70", "target": "80"}
DECEMBER = date(2025, 12, 1)
PEAK = {"name": "Peak season", "meaning": "Retail peaks", "effective_from": "2025-01-01"}
DRIVER = {
    "name": "Calls received",
    "performed_by": "CUSTOMER",
    "frequency": "MONTH",
    "starts_on": "2025-01-01",
}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def kpi(cast):
    return add_kpi(add_goal(cast.own, cast.amara), cast.amara, reference="K1")


@pytest.fixture
def peak(cast, ask):
    """An environment that both sides have signed, by id."""
    made = ask(cast.amara, "post", f"relationships/{cast.own.pk}/environments/", PEAK)
    assert made.status_code == 201, made.content
    signs(cast, ask, made.json()["revisions"][0]["agreement"])
    return made.json()["id"]


@pytest.fixture
def driver(cast, ask):
    made = ask(cast.priya, "post", f"relationships/{cast.own.pk}/drivers/", DRIVER)
    assert made.status_code == 201, made.content
    return made.json()["id"]


def signs(cast, ask, agreement):
    signed = ask(cast.jonas, "post", f"agreements/{agreement}/signature/", {}, if_match='"1"')
    assert (signed.status_code, signed.json().get("outcome")) == (200, "AGREED"), signed.content


def shift(environment, amount="-6", priority=1):
    amounts = dict.fromkeys(("floor", "tolerance", "target"), amount)
    return {"environment": environment, "kind": "SHIFT", "priority": priority, **amounts}


def follows(environment, driver, **more):
    numbers = {"baseline": "1000", "slope": "20", "deadband": "0.1", "cap": "3"}
    return {"environment": environment, "kind": "DRIVER", "priority": 1, "driver": driver, **numbers, **more}


def errors(response):
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json"), (
        response.content
    )
    return list(response.json()["errors"])


class TestEnvironments:
    def test_it_is_proposed_read_and_signed(self, cast, ask, read, peak):
        found = read(cast.lena, f"environments/{peak}/")
        assert found["name"] == "Peak season"
        assert [revision["agreed_at"] is not None for revision in found["revisions"]] == [True]
        assert [row["id"] for row in read(cast.lena, "environments/", name="Peak season")["results"]] == [
            peak
        ]

    def test_another_meaning_is_proposed(self, cast, ask, read, peak):
        body = {"meaning": "Black Friday week", "effective_from": "2026-01-01"}
        made = ask(cast.jonas, "post", f"environments/{peak}/revisions/", body)
        assert (made.status_code, made.json()["agreed_at"]) == (201, None)
        assert len(read(cast.amara, f"environments/{peak}/")["revisions"]) == 2

    def test_what_is_wrong_is_said_at_its_field(self, cast, ask, peak):
        path = f"relationships/{cast.own.pk}/environments/"
        assert errors(ask(cast.amara, "post", path, PEAK)) == ["name"]
        other = PEAK | {"name": "Surge"}
        assert errors(ask(cast.amara, "post", path, other | {"condition": "volume >"})) == ["condition"]
        assert errors(ask(cast.amara, "post", path, other | {"effective_from": "0001-01-01"})) == [
            "effective_from"
        ]
        assert ask(cast.priya, "post", path, other).status_code == 403


class TestSpells:
    def test_it_is_proposed_signed_and_taken_back(self, cast, ask, read, peak):
        path = f"environments/{peak}/spells/"
        made = ask(cast.amara, "post", path, {"first_day": "2026-11-01", "last_day": "2026-12-31"})
        assert (made.status_code, made.json()["origin"]) == (201, "ADVANCE"), made.content
        assert read(cast.lena, "spells/", is_in_force="true")["results"] == []
        signs(cast, ask, made.json()["agreement"])
        assert len(read(cast.lena, "spells/", is_in_force="true", environment=peak)["results"]) == 1
        body = {
            "first_day": "2026-11-01",
            "replaces": made.json()["id"],
            "is_void": True,
            "reason": "None came",
        }
        back = ask(cast.amara, "post", path, body)
        assert back.status_code == 201, back.content
        signs(cast, ask, back.json()["agreement"])
        assert read(cast.lena, f"spells/{made.json()['id']}/")["superseded_at"] is not None
        assert read(cast.lena, "spells/", is_in_force="true")["results"] == []
        assert len(read(cast.lena, "spells/", is_in_force="false")["results"]) == 2

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"first_day": "2026-11-02", "last_day": "2026-11-01"}, "last_day"),
            ({"first_day": "2026-01-02"}, "reason"),
            ({"first_day": "soon"}, "first_day"),
            ({"first_day": "9999-12-31"}, "first_day"),
            ({"first_day": "2026-11-02", "is_void": True}, "replaces"),
            ({"first_day": "2026-11-02", "replaces": 999_999}, "replaces"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, cast, ask, peak, body, field):
        assert errors(ask(cast.amara, "post", f"environments/{peak}/spells/", body)) == [field]

    def test_what_nobody_agreed_cannot_hold(self, cast, ask):
        made = ask(cast.amara, "post", f"relationships/{cast.own.pk}/environments/", PEAK).json()
        body = {"first_day": "2026-11-02"}
        assert ask(cast.amara, "post", f"environments/{made['id']}/spells/", body).status_code == 409

    def test_a_rival_finds_nothing(self, cast, ask, peak):
        body = {"first_day": "2026-11-02"}
        assert ask(cast.outsider, "post", f"environments/{peak}/spells/", body).status_code == 404
        assert ask(cast.outsider, "get", f"environments/{peak}/").status_code == 404
        assert ask(cast.outsider, "get", "spells/").json()["results"] == []
        with acting(cast.amara, cast.own):
            assert not Spell.objects.exists()


class TestDrivers:
    def test_they_are_listed_apart_from_what_is_judged(self, cast, read, kpi, driver):
        assert [row["id"] for row in read(cast.lena, "kpis/")["results"]] == [kpi.pk]
        assert [row["id"] for row in read(cast.lena, "kpis/", is_driver="true")["results"]] == [driver]
        assert [row["id"] for row in read(cast.lena, "drivers/")["results"]] == [driver]
        shown = read(cast.lena, f"kpis/{driver}/")
        assert (shown["is_driver"], shown["goal"]) == (True, None)

    def test_it_is_edited_like_a_kpi_but_never_gets_a_goal_or_a_band(self, cast, ask, kpi, driver):
        changed = ask(cast.priya, "patch", f"kpis/{driver}/", {"unit": "calls"}, if_match='"1"')
        assert (changed.status_code, changed.json()["unit"]) == (200, "calls")
        refused = ask(cast.priya, "patch", f"kpis/{driver}/", {"goal": kpi.goal_id}, if_match='"2"')
        assert errors(refused) == ["goal"]
        assert errors(ask(cast.amara, "post", f"kpis/{driver}/band-revisions/", BAND)) == ["floor"]
        assert errors(ask(cast.amara, "post", f"kpis/{driver}/back-test/", BAND)) == ["floor"]

    def test_it_is_reported_like_a_kpi(self, cast, ask, driver):
        rows = [{"kpi": driver, "period_start": "2025-12-01", "value": "1180"}]
        sent = ask(
            cast.priya,
            "post",
            f"relationships/{cast.own.pk}/readings/",
            {"readings": rows},
            idempotency_key="d",
        )
        assert sent.json() == {"accepted": 1, "problems": []}


class TestBands:
    def test_all_that_judges_is_proposed_as_one_and_moves_a_verdict(self, cast, ask, read, kpi, peak):
        report(kpi, cast.lena, DECEMBER, 75)
        body = BAND | {"allowance": "6", "max_earned": "0.2", "rules": [shift(peak)]}
        made = ask(cast.amara, "post", f"kpis/{kpi.pk}/band-revisions/", body)
        assert made.status_code == 201, made.content
        shown = made.json()
        assert (shown["allowance"], shown["max_earned"]) == ("6.000", "0.200")
        assert [(rule["kind"], rule["target"]) for rule in shown["rules"]] == [("SHIFT", "-6.000000")]
        signs(cast, ask, shown["agreement"])
        before = read(cast.lena, "readings/")["results"][0]
        assert (before["verdict"], before["unflexed_verdict"], before["flexing"]) == (2, 2, None)
        spell = {"first_day": "2025-12-01", "last_day": "2025-12-31", "reason": "Christmas"}
        declared = ask(cast.amara, "post", f"environments/{peak}/spells/", spell).json()
        signs(cast, ask, declared["agreement"])
        after = read(cast.lena, "readings/")["results"][0]
        assert (after["verdict"], after["unflexed_verdict"], after["value"]) == (3, 2, "75.000000")
        moved = after["flexing"]
        assert (moved["target"], moved["covered_days"], moved["period_days"]) == ("74.000000", 31, 31)
        assert (moved["spells"], moved["flex_rule"]) == ([declared["id"]], shown["rules"][0]["id"])

    def test_what_is_wrong_with_a_rule_is_said_at_its_place(self, cast, ask, kpi, peak, driver):
        path = f"kpis/{kpi.pk}/band-revisions/"

        def refused(*rules, **more):
            return errors(ask(cast.amara, "post", path, BAND | {"rules": list(rules), **more}))

        assert refused(shift(peak), follows(peak, driver, slope=None)) == ["rules[1].environment"]
        assert refused(follows(peak, driver, slope=None)) == ["rules[0].slope"]
        assert refused(follows(peak, driver, slope="-1")) == ["rules[0].slope"]
        assert refused(follows(peak, driver, baseline="0")) == ["rules[0].baseline"]
        assert refused(follows(peak, driver, slope="much")) == ["rules[0].slope"]
        assert refused(follows(peak, kpi.pk)) == ["rules[0].driver"]
        assert refused(follows(999_999, driver)) == ["rules[0].environment"]
        assert refused(shift(peak, priority=0)) == ["rules[0].priority"]
        assert refused(shift(peak) | {"target": "-30"}) == ["rules[0].tolerance"]
        assert refused(*[shift(peak)] * 21) == ["rules"]
        assert refused(allowance="-1") == ["allowance"]
        assert refused(max_earned="1.1") == ["max_earned"]

    def test_another_relationship_lends_no_environment(self, cast, ask, kpi):
        made = ask(cast.outsider, "post", f"relationships/{cast.foreign.pk}/environments/", PEAK)
        rules = [shift(made.json()["id"])]
        assert errors(ask(cast.amara, "post", f"kpis/{kpi.pk}/band-revisions/", BAND | {"rules": rules})) == [
            "rules[0].environment"
        ]

    def test_a_back_test_compares_and_proposes_nothing(self, cast, ask, read, kpi, peak):
        agree_band(kpi, cast.amara, cast.jonas)
        for month, value in ((10, 81), (11, 75), (12, 65)):
            report(kpi, cast.lena, date(2025, month, 1), value)
        body = BAND | {"target": "75", "allowance": "6", "periods": 12}
        found = ask(cast.priya, "post", f"kpis/{kpi.pk}/back-test/", body)
        assert found.status_code == 200, found.content
        said = found.json()
        assert (said["better"], said["worse"], said["same"], said["rejudged"]) == (1, 0, 2, 3)
        assert [(row["before"], row["after"]) for row in said["rows"]] == [(1, 1), (2, 3), (3, 3)]
        assert said["after"]["allowance"] == "6.000000"
        assert len(said["meanings"]) == 2
        assert said["warnings"]
        assert len(read(cast.priya, "band-revisions/")["results"]) == 1
        assert ask(cast.outsider, "post", f"kpis/{kpi.pk}/back-test/", body).status_code == 404
        assert errors(ask(cast.priya, "post", f"kpis/{kpi.pk}/back-test/", body | {"periods": 1000})) == [
            "periods"
        ]
        assert errors(ask(cast.priya, "post", f"kpis/{kpi.pk}/back-test/", body | {"floor": "99"})) == [
            "floor"
        ]


class TestFigures:
    def test_wiggle_room_is_null_without_an_allowance_and_counted_with_one(self, cast, ask, read, kpi):
        assert read(cast.lena, f"kpis/{kpi.pk}/wiggle-room/")["allowance"] is None
        proposed = ask(cast.amara, "post", f"kpis/{kpi.pk}/band-revisions/", BAND | {"allowance": "2"}).json()
        signs(cast, ask, proposed["agreement"])
        for month, value in ((10, 75), (11, 65), (12, 81)):
            report(kpi, cast.lena, date(2025, month, 1), value)
        room = read(cast.lena, f"kpis/{kpi.pk}/wiggle-room/", on="2025-12-31")
        assert (room["balance"], room["spent_3"], room["is_exhausted"]) == ("0.500000", "1.500000", False)
        assert [one["spent"] for one in room["spendings"]] == ["0.500000", "1.000000", "0.000000"]
        assert ask(cast.lena, "get", f"kpis/{kpi.pk}/wiggle-room/?on=never").status_code == 400
        assert ask(cast.lena, "get", f"kpis/{kpi.pk}/wiggle-room/?on=0001-01-01").status_code == 400

    def test_signals_are_told_from_six_values_on(self, cast, read, kpi):
        agree_band(kpi, cast.amara, cast.jonas)
        assert read(cast.lena, f"kpis/{kpi.pk}/signals/")["limits"] is None
        for month in range(1, 9):
            report(kpi, cast.lena, date(2025, month, 1), 70 + month % 2)
        said = read(cast.lena, f"kpis/{kpi.pk}/signals/")
        assert (said["limits"]["points"], said["limits"]["is_provisional"]) == (8, True)
        assert said["assurance"] == "CONSISTENTLY_MISSES"
        assert len(said["points"]) == 8


@pytest.mark.parametrize("path", ["environments/", "spells/", "band-revisions/", "readings/", "drivers/"])
def test_the_number_of_queries_does_not_grow(cast, ask, kpi, path):
    client = client_for(cast.amara)

    def add(number):
        made = ask(
            cast.amara, "post", f"relationships/{cast.own.pk}/environments/", PEAK | {"name": f"E{number}"}
        )
        environment = made.json()["id"]
        other = add_kpi(kpi.goal, cast.amara, name=f"K{number}", reference=f"E{number}")
        band = BAND | {"rules": [shift(environment)]}
        proposed = ask(cast.amara, "post", f"kpis/{other.pk}/band-revisions/", band).json()
        signs(cast, ask, made.json()["revisions"][0]["agreement"])
        signs(cast, ask, proposed["agreement"])
        spell = {"first_day": "2025-12-01", "reason": "x"}
        signs(
            cast,
            ask,
            ask(cast.amara, "post", f"environments/{environment}/spells/", spell).json()["agreement"],
        )
        report(other, cast.lena, DECEMBER, 75)
        ask(cast.priya, "post", f"relationships/{cast.own.pk}/drivers/", DRIVER | {"name": f"D{number}"})

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/{path}").status_code == 200
        return len(queries)

    add(1)
    few = count()
    add(2)
    add(3)
    assert count() == few <= 12
