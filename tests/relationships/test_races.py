"""Several people act at the same moment, each on a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from relationships import actions
from relationships.models import Relationship, Seat, Side, TimelineEntry
from tests.cast import NOW, acting

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Does everything at the same moment; what each came to: "done" or the name of the refusal."""
    start = Barrier(len(acts))

    def attempt(act: Callable[[], Any]) -> str:
        try:
            start.wait(timeout=10)
            act()
        except (
            actions.InvitationIsSpent,
            actions.LastLead,
            actions.IsHereAlready,
            actions.VersionHasMoved,
        ) as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(attempt, acts))


def test_two_organisations_accept_one_invitation(cast):
    with acting(cast.amara):
        relationship, token = actions.found_relationship(
            name="Wanted by two", service="", side=Side.CUSTOMER, organisation_name="X", email="x@x.example",
            currency="GBP", time_zone="Europe/London", actor=cast.amara, now=timezone.now(), link_to=str,
        )  # fmt: skip

    def join(person):
        with acting(person):
            actions.join_as_organisation(token=token, actor=person, now=timezone.now())

    came_to = at_once(*(lambda person=person: join(person) for person in (cast.jonas, cast.rival_provider)))
    assert came_to == ["InvitationIsSpent", "done"]
    with acting(cast.amara):
        found = Relationship.objects.get(pk=relationship.pk)
        assert found.provider in (cast.brightwater, cast.meridian)
        assert Seat.objects.filter(relationship=found, side=Side.PROVIDER).count() == 1


def test_two_leads_end_each_others_seats(cast):
    def end(actor, seat):
        with acting(actor, cast.own):
            actions.end_seat(seat=seat, actor=actor, side=Side.CUSTOMER, now=NOW)

    amara, ruth = cast.seats["amara"], cast.seats["ruth"]
    assert at_once(lambda: end(cast.amara, ruth), lambda: end(cast.ruth, amara)) == ["LastLead", "done"]


def test_a_button_pressed_twice_says_it_once(cast):
    def say():
        with acting(cast.amara, cast.own):
            actions.comment(
                relationship=cast.own, actor=cast.amara, side=Side.CUSTOMER, now=NOW, text="Thank you"
            )

    assert at_once(say, say, say) == ["done"] * 3
    with acting(cast.amara, cast.own):
        assert TimelineEntry.objects.filter(text="Thank you").count() == 1


def test_two_people_change_one_contract(cast):
    with acting(cast.amara, cast.own):
        contract = actions.add_contract(
            relationship=cast.own, kind="MASTER", terms=actions.ContractTerms(title="Old"), actor=cast.amara,
            side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip

    def change(actor, side):
        with acting(actor, cast.own):
            actions.change_contract(
                contract=contract, version=1, terms=actions.ContractTerms(title=actor.full_name), actor=actor,
                side=side, now=NOW,
            )  # fmt: skip

    came_to = at_once(lambda: change(cast.amara, Side.CUSTOMER), lambda: change(cast.jonas, Side.PROVIDER))
    assert came_to == ["VersionHasMoved", "done"]
    with acting(cast.amara, cast.own):
        contract.refresh_from_db()
    assert contract.version == 2
