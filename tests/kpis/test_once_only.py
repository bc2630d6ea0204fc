"""Two people write the same reference or name in the same instant: the second is told at the field, nothing breaks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils.html import escape

from accounts.models import Organisation
from kpis import actions
from kpis.models import Kpi, NamedCalendar
from portal.lib.uniqueness import once_only
from relationships.models import Side
from tests.cast import NOW, acting, client_for
from tests.furniture import JANUARY_2025, add_goal, add_kpi, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
TAKEN = "Another KPI of this relationship has this reference."
CARD = {
    "name": "Time to restore", "reference": "K-1", "performed_by": "PROVIDER", "polarity": "LOWER",
    "frequency": "MONTH", "starts_on": "2025-01-01",
}  # fmt: skip
FORM = CARD | {"entry": "VALUE", "decimals": "1", "due_days": "10", "weight": "1"}


@pytest.fixture
def goal(cast):
    return add_goal(cast.own, cast.amara)


def while_unwritten(cast, first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """What `second` comes to that starts before what `first` wrote is there for everybody, and has to wait for it."""

    def run() -> Any:
        try:
            return second()
        except actions.Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with acting(cast.amara, cast.own):
            first()
            started = pool.submit(run)
            until_somebody_waits()
        return started.result(timeout=20)


def adds(cast, goal, reference="K-1"):
    return lambda: actions.add_kpi(
        goal=goal, name="First-contact resolution", reference=reference, performed_by="PROVIDER",
        polarity="HIGHER", frequency="MONTH", starts_on=JANUARY_2025, actor=cast.amara, side=Side.CUSTOMER, now=NOW,
    )  # fmt: skip


def references(cast):
    with acting(cast.amara, cast.own):
        return list(Kpi.objects.order_by("pk").values_list("reference", flat=True))


def test_a_new_kpi(cast, goal):
    address = f"/relationships/{cast.own.pk}/kpis/new/"
    answer = while_unwritten(
        cast, adds(cast, goal), lambda: client_for(cast.jonas).post(address, FORM | {"goal": goal.pk})
    )
    assert (answer.status_code, answer.context["form"].errors) == (200, {"reference": [TAKEN]})
    assert 'value="Time to restore"' in answer.content.decode()
    assert references(cast) == ["K-1"]


def test_a_card_that_is_rewritten(cast, goal):
    kpi = add_kpi(goal, cast.amara, reference="K-2")

    def rewrite():
        with acting(cast.jonas, cast.own):
            return actions.edit_kpi(
                kpi=kpi, version=1, reference="K-1", actor=cast.jonas, side=Side.PROVIDER, now=NOW
            )

    refusal = while_unwritten(cast, adds(cast, goal), rewrite)
    assert isinstance(refusal, actions.ReferenceIsTaken)
    assert references(cast) == ["K-2", "K-1"]


def test_through_the_api(cast, goal):
    def post():
        return client_for(cast.jonas).post(
            f"/api/v1/goals/{goal.pk}/kpis/", CARD, content_type="application/json"
        )

    answer = while_unwritten(cast, adds(cast, goal), post)
    assert (answer.status_code, answer.json()["errors"]) == (400, {"reference": [TAKEN]})
    assert references(cast) == ["K-1"]


def test_a_calendar(cast):
    def add():
        actions.add_calendar(
            relationship=cast.own, name="Railway", periods=[("P1", JANUARY_2025, JANUARY_2025)],
            actor=cast.amara, side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip

    def post():
        rows = {"name": "Railway", "rows": "P1; 2026-01-01; 2026-01-28"}
        return client_for(cast.jonas).post(f"/relationships/{cast.own.pk}/calendars/", rows)

    answer = while_unwritten(cast, add, post)
    assert answer.context["form"].errors == {
        "name": ["This relationship already has a calendar of this name."]
    }
    assert escape("P1; 2026-01-01; 2026-01-28") in answer.content.decode()
    with acting(cast.amara, cast.own):
        assert NamedCalendar.objects.count() == 1


def test_what_breaks_another_rule_is_not_taken_for_this_one(cast):
    with (
        acting(cast.amara),
        pytest.raises(IntegrityError, match="organisation_buys_or_provides"),
        once_only("organisation_reference_once", actions.ReferenceIsTaken()),
    ):
        Organisation.objects.create(name="Neither", is_customer=False, is_provider=False, created_at=NOW)
