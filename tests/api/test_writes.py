"""Writing over HTTP: goals, KPIs, contracts, bands, two keys, with If-Match."""

from datetime import date

import pytest

from kpis.models import Goal, Kpi
from relationships.models import Agreement, Contract, Relationship, Side
from tests.cast import acting
from tests.furniture import add_goal, add_kpi, agree_band, report

CARD = {
    "name": "Calls answered",
    "performed_by": "PROVIDER",
    "polarity": "HIGHER",
    "unit": "%",
    "frequency": "MONTH",
    "starts_on": "2025-01-01",
}
BAND = {"effective_from": "2026-01-01", "floor": "60", "tolerance": "70", "target": "80"}


def test_founding_a_relationship(cast, ask):
    body = {
        "name": "Payroll",
        "side": "CUSTOMER",
        "organisation_name": "Meridian",
        "email": "a@meridian.example",
    }
    response = ask(cast.amara, "post", "relationships/", body)
    assert response.status_code == 201, response.content
    with acting(cast.amara):
        made = Relationship.objects.get(pk=response.json()["id"])
        assert (made.customer_id, made.provider_id) == (cast.northwind.pk, None)
    assert ask(cast.nobody, "post", "relationships/", body).status_code == 403
    assert (
        "time_zone"
        in ask(cast.amara, "post", "relationships/", body | {"time_zone": "Mars"}).json()["errors"]
    )


def test_a_goal_is_added_and_rewritten_by_the_version_that_was_read(cast, ask):
    made = ask(cast.priya, "post", f"relationships/{cast.own.pk}/goals/", {"name": "Fast"})
    assert (made.status_code, made["ETag"]) == (201, '"1"')
    path = f"goals/{made.json()['id']}/"
    assert ask(cast.priya, "patch", path, {"outcome": "x"}).status_code == 428
    changed = ask(cast.priya, "patch", path, {"outcome": "In an hour"}, if_match='"1"')
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    assert changed.json()["name"] == "Fast"
    late = ask(cast.lena, "patch", path, {"outcome": "In a day"}, if_match='"1"')
    assert late.status_code == 412
    with acting(cast.priya):
        assert Goal.objects.get().outcome == "In an hour"


def test_a_kpi_is_added_and_rewritten(cast, ask):
    goal = add_goal(cast.own, cast.amara)
    made = ask(cast.priya, "post", f"goals/{goal.pk}/kpis/", CARD | {"provider_owner": cast.lena.pk})
    assert made.status_code == 201, made.content
    path = f"kpis/{made.json()['id']}/"
    changed = ask(cast.priya, "patch", path, {"due_days": 5}, if_match='"1"')
    assert (changed.status_code, changed.json()["due_days"]) == (200, 5)
    with acting(cast.priya):
        assert Kpi.objects.get().provider_owner_id == cast.lena.pk


@pytest.mark.parametrize(
    ("card", "field"),
    [
        ({"frequency": "CONTRACT_MONTH"}, "contract_month_day"),
        ({"contract_month_day": 5}, "contract_month_day"),
        ({"frequency": "CALENDAR"}, "calendar"),
        ({"ends_on": "2024-12-31"}, "ends_on"),
        ({"polarity": "SIDEWAYS"}, "polarity"),
        ({"reference": "K1"}, "reference"),
        ({"starts_on": "soon"}, "starts_on"),
    ],
)
def test_what_is_wrong_with_a_card_is_said_at_its_field(cast, ask, card, field):
    goal = add_goal(cast.own, cast.amara)
    add_kpi(goal, cast.amara, reference="K1")
    refused = ask(cast.priya, "post", f"goals/{goal.pk}/kpis/", CARD | card)
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == [field]


def test_owners_come_from_their_own_side(cast, ask):
    goal = add_goal(cast.own, cast.amara)
    for wrong in ({"provider_owner": cast.priya.pk}, {"customer_owner": cast.outsider.pk}):
        refused = ask(cast.priya, "post", f"goals/{goal.pk}/kpis/", CARD | wrong)
        assert list(refused.json()["errors"]) == list(wrong)


def test_what_readings_have_fixed_is_a_conflict(cast, ask):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    report(kpi, cast.lena, date(2026, 1, 1), 75)
    refused = ask(cast.priya, "patch", f"kpis/{kpi.pk}/", {"polarity": "LOWER"}, if_match='"1"')
    assert refused.status_code == 409


def test_a_band_is_proposed_and_signed_by_the_other_side(cast, ask):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    report(kpi, cast.lena, date(2026, 1, 1), 75)
    proposed = ask(cast.amara, "post", f"kpis/{kpi.pk}/band-revisions/", BAND)
    assert proposed.status_code == 201, proposed.content
    path = f"agreements/{proposed.json()['agreement']}/"
    assert ask(cast.jonas, "get", path).json()["waits_for"] == ["PROVIDER"]
    assert ask(cast.jonas, "post", f"{path}signature/", {}).status_code == 428
    assert ask(cast.jonas, "post", f"{path}signature/", {}, if_match='"2"').status_code == 412
    assert ask(cast.lena, "post", f"{path}signature/", {}, if_match='"1"').status_code == 403
    signed = ask(cast.jonas, "post", f"{path}signature/", {}, if_match='"1"')
    assert (signed.status_code, signed.json()["outcome"]) == (200, "AGREED")
    reading = ask(cast.jonas, "get", "readings/").json()["results"][0]
    assert (reading["verdict"], reading["band_revision"]) == (2, proposed.json()["id"])
    again = ask(cast.jonas, "post", f"{path}decline/", {"reason": "late"}, if_match='"1"')
    assert again.status_code == 409


def test_thresholds_in_the_wrong_order_are_said_at_the_field(cast, ask):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    refused = ask(cast.amara, "post", f"kpis/{kpi.pk}/band-revisions/", BAND | {"floor": "90"})
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == ["floor"]


def test_a_counter_proposal_settles_the_one_it_answers(cast, ask):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    first = ask(cast.amara, "post", f"kpis/{kpi.pk}/band-revisions/", BAND).json()["agreement"]
    countered = ask(
        cast.jonas, "post", f"kpis/{kpi.pk}/band-revisions/", BAND | {"target": "78", "counters": first}
    )
    assert countered.status_code == 201, countered.content
    assert ask(cast.amara, "get", f"agreements/{first}/").json()["outcome"] == "COUNTERED"


def test_declining_and_withdrawing(cast, ask):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    first, second = (
        ask(cast.amara, "post", f"kpis/{kpi.pk}/band-revisions/", BAND).json()["agreement"] for _ in range(2)
    )
    assert ask(cast.jonas, "post", f"agreements/{first}/decline/", {}, if_match='"1"').status_code == 400
    declined = ask(cast.jonas, "post", f"agreements/{first}/decline/", {"reason": "Too soon"}, if_match='"1"')
    assert (declined.json()["outcome"], declined.json()["reason"]) == ("DECLINED", "Too soon")
    withdrawn = ask(cast.amara, "post", f"agreements/{second}/withdrawal/", {}, if_match='"1"')
    assert withdrawn.json()["outcome"] == "WITHDRAWN"
    with acting(cast.amara):
        assert Agreement.objects.open().count() == 0


def test_contracts_form_a_tree(cast, ask):
    base = f"relationships/{cast.own.pk}/contracts/"
    master = ask(
        cast.amara, "post", base, {"kind": "MASTER", "title": "Master", "accountable": cast.priya.pk}
    )
    assert master.status_code == 201, master.content
    parent = master.json()["id"]
    order = ask(cast.amara, "post", base, {"kind": "WORK_ORDER", "title": "Order", "parent": parent})
    assert order.json()["parent"] == parent
    stray = ask(cast.amara, "post", base, {"kind": "WORK_ORDER", "title": "Stray"})
    assert (stray.status_code, list(stray.json()["errors"])) == (400, ["parent"])
    wrong = ask(cast.amara, "post", base, {"kind": "MASTER", "title": "x", "accountable": cast.lena.pk})
    assert list(wrong.json()["errors"]) == ["accountable"]
    path = f"contracts/{parent}/"
    changed = ask(cast.amara, "patch", path, {"value": "12.50"}, if_match='"1"')
    assert changed.status_code == 200, changed.content
    assert changed.json()["value"] == "12.50"
    assert changed.json()["accountable"] == cast.priya.pk
    assert ask(cast.amara, "patch", path, {"value": "13"}, if_match='"1"').status_code == 412
    with acting(cast.amara):
        assert Contract.objects.count() == 2


def test_disputing_and_confirming(cast, ask):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    one, two = (report(kpi, cast.lena, date(2026, month, 1), 75) for month in (1, 2))
    agree_band(kpi, cast.amara, cast.jonas)
    version = ask(cast.amara, "get", f"readings/{one.pk}/")["ETag"]
    disputed = ask(
        cast.priya, "post", f"readings/{one.pk}/dispute/", {"reason": "We count 70"}, if_match=version
    )
    assert (disputed.status_code, disputed.json()["side"]) == (201, Side.CUSTOMER)
    own = ask(cast.lena, "post", f"readings/{two.pk}/dispute/", {"reason": "x"}, if_match=version)
    assert own.status_code == 403
    body = {"readings": [{"reading": two.pk, "version": int(version.strip('"'))}]}
    confirmed = ask(cast.priya, "post", f"relationships/{cast.own.pk}/confirmations/", body)
    assert confirmed.json() == {"confirmed": 1}, confirmed.content
    states = {r["id"]: r["state"] for r in ask(cast.amara, "get", "readings/").json()["results"]}
    assert states == {one.pk: "DISPUTED", two.pk: "CONFIRMED"}
