"""Rebases, joint reviews and pulses over HTTP; never an answer of anybody."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from kpis.models import Review
from relationships.models import Pulse, PulseAnswer
from tests.cast import NOW, acting
from tests.furniture import add_goal, add_kpi


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def kpi(cast):
    return add_kpi(add_goal(cast.own, cast.amara), cast.amara)


class TestRebases:
    def test_it_is_proposed_and_signed(self, cast, ask, read, kpi):
        body = {"from_period": "2025-10-01", "reason": "The new telephone system"}
        made = ask(cast.amara, "post", f"kpis/{kpi.pk}/rebases/", body)
        assert (made.status_code, made.json()["agreed_at"]) == (201, None), made.content
        path = f"agreements/{made.json()['agreement']}/signature/"
        assert ask(cast.jonas, "post", path, {}, if_match='"1"').status_code == 200
        (found,) = read(cast.lena, "rebases/", kpi=kpi.pk)["results"]
        assert found["agreed_at"] is not None
        assert read(cast.lena, f"kpis/{kpi.pk}/signals/")["rebase"] == found["id"]

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"from_period": "2025-10-02", "reason": "x"}, "from_period"),
            ({"from_period": "2026-10-01", "reason": "x"}, "from_period"),
            ({"from_period": "0001-01-01", "reason": "x"}, "from_period"),
            ({"from_period": "2025-10-01", "reason": " "}, "reason"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, cast, ask, kpi, body, field):
        refused = ask(cast.amara, "post", f"kpis/{kpi.pk}/rebases/", body)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])
        assert ask(cast.priya, "post", f"kpis/{kpi.pk}/rebases/", body).status_code == 403


class TestReviews:
    @pytest.fixture
    def review(self, cast, kpi):
        with acting(cast.amara, cast.own):
            return Review.objects.create(
                relationship=cast.own, kpi=kpi, cause="EXHAUSTED", period_start=date(2026, 1, 1), opened_at=NOW,
                figures={"used": "6.2"},
            )  # fmt: skip

    def test_a_choice_is_proposed_and_ends_it_when_both_signed(self, cast, ask, read, review):
        (shown,) = read(cast.lena, "reviews/", is_open="true")["results"]
        assert (shown["id"], shown["cause"], shown["figures"]) == (review.pk, "EXHAUSTED", {"used": "6.2"})
        made = ask(cast.amara, "post", f"reviews/{review.pk}/choice/", {"choice": "REPAIR"})
        assert (made.status_code, made.json()["kind"]) == (201, "REVIEW"), made.content
        path = f"agreements/{made.json()['id']}/signature/"
        assert ask(cast.jonas, "post", path, {}, if_match='"1"').status_code == 200
        assert read(cast.lena, f"reviews/{review.pk}/")["choice"] == "REPAIR"
        assert read(cast.lena, "reviews/", is_open="true")["results"] == []
        late = ask(cast.amara, "post", f"reviews/{review.pk}/choice/", {"choice": "ACCEPT"})
        assert late.status_code == 409
        odd = ask(cast.amara, "post", f"reviews/{review.pk}/choice/", {"choice": "PUNISH"})
        assert list(odd.json()["errors"]) == ["choice"]


class TestPulses:
    @pytest.fixture
    def pulse(self, cast, ask):
        path = f"relationships/{cast.own.pk}/pulses/"
        made = ask(cast.amara, "post", path, {"closes_at": (NOW + timedelta(days=14)).isoformat()})
        assert made.status_code == 201, made.content
        return made.json()["id"]

    def test_one_is_opened_at_a_time_by_a_lead(self, cast, ask, pulse):
        path = f"relationships/{cast.own.pk}/pulses/"
        body = {"closes_at": (NOW + timedelta(days=14)).isoformat()}
        assert ask(cast.jonas, "post", path, body).status_code == 409
        assert ask(cast.priya, "post", path, body).status_code == 403
        assert ask(cast.outsider, "post", path, body).status_code == 404
        for closes_at in (NOW.isoformat(), "9999-12-31T23:59:59Z", "soon"):
            refused = ask(cast.jonas, "post", path, {"closes_at": closes_at})
            assert (refused.status_code, list(refused.json()["errors"])) == (400, ["closes_at"])

    def test_an_answer_is_taken_once_and_shown_to_nobody(self, cast, ask, read, pulse):
        path = f"pulses/{pulse}/answer/"
        assert ask(cast.lena, "post", path, {"trust": 8}).json()["errors"].keys() == {"trust"}
        assert ask(cast.lena, "post", path, {"trust": 6}).status_code == 204
        assert ask(cast.lena, "post", path, {"trust": 2}).status_code == 409
        assert ask(cast.outsider, "post", path, {"trust": 2}).status_code == 404
        shown = read(cast.lena, f"pulses/{pulse}/")
        figures = ("customer_answers", "provider_answers", "customer_trust", "provider_trust", "closed_at")
        assert [shown[name] for name in figures] == [None] * 5
        with acting(cast.amara, cast.own):
            assert PulseAnswer.objects.count() == 1
            key = str(PulseAnswer.objects.get().pk)
        for address in ("pulses/", f"pulses/{pulse}/", "schema/?format=json"):
            said = ask(cast.amara, "get", address).content.decode()
            assert key not in said
            assert "PulseParticipation" not in said

    def test_it_is_not_closed_while_somebody_is_missing(self, cast, ask, pulse):
        assert ask(cast.amara, "post", f"pulses/{pulse}/closing/", {}).status_code == 409
        assert ask(cast.priya, "post", f"pulses/{pulse}/closing/", {}).status_code == 403

    def test_a_closed_one_shows_whole_sides_from_three_answers_on(self, cast, ask, read):
        with acting(cast.amara, cast.own):
            Pulse.objects.create(
                relationship=cast.own, opened_at=NOW - timedelta(days=20), closes_at=NOW - timedelta(days=6),
                closed_at=NOW - timedelta(days=6), customer_answers=3, provider_answers=2, customer_trust="0.75",
            )  # fmt: skip
        (found,) = read(cast.lena, "pulses/", is_open="false")["results"]
        assert (found["customer_answers"], found["customer_trust"]) == (3, "0.750000")
        assert (found["provider_answers"], found["provider_trust"]) == (2, None)


def test_the_description_tells_of_no_answer(cast, ask):
    described = json.loads(ask(cast.amara, "get", "schema/?format=json").content)
    shown = described["components"]["schemas"]["PulseOutput"]["properties"]
    assert set(shown) == {
        "id", "relationship", "opened_at", "closes_at", "closed_at", "customer_answers", "provider_answers",
        "customer_trust", "provider_trust",
    }  # fmt: skip


def test_a_moment_has_a_zone(cast, ask, read):
    body = {"closes_at": "2026-04-01T12:00:00+02:00"}
    made = ask(cast.amara, "post", f"relationships/{cast.own.pk}/pulses/", body).json()
    assert datetime.fromisoformat(made["closes_at"]) == datetime(2026, 4, 1, 10, tzinfo=UTC)
