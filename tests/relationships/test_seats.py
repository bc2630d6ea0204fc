"""Two in a box: who sits where, mirrored by whom, and where somebody is missing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from relationships import actions, queries
from relationships.models import Role, Seat, Side
from tests.cast import NOW, acting, client_for, notices_of


def give(cast, person, role=Role.MEMBER, *, actor=None, **more):
    actor = actor or cast.amara
    side = cast.own.side_of(actor.organisation_id)
    with acting(actor, cast.own):
        return actions.give_seat(
            relationship=cast.own, person=person, role=role, actor=actor, side=side, now=NOW, **more
        )


def test_a_seat_is_given_with_its_counterpart_and_its_holder_is_told(cast):
    lena = cast.seats["lena"]
    with acting(cast.amara, cast.own):
        actions.change_seat(
            seat=cast.seats["priya"],
            title="Owner",
            counterpart=None,
            actor=cast.amara,
            side=Side.CUSTOMER,
            now=NOW,
        )
    seat = give(cast, cast.helen, title="Sponsor", counterpart=lena)
    with acting(cast.amara, cast.own):
        lena.refresh_from_db()
        seat.refresh_from_db()
        assert (seat.counterpart, lena.counterpart) == (lena, seat)
    assert [notice.key for notice in notices_of(cast.helen)] == [f"seat:{seat.pk}"]


def test_seats_go_to_active_people_of_the_own_organisation(cast):
    for person in (cast.jonas, cast.outsider, cast.nobody):
        with pytest.raises(actions.NotOfThisSide):
            give(cast, person)
    Person.objects.filter(pk=cast.owen.pk).update(is_active=False)
    cast.owen.refresh_from_db()
    with pytest.raises(actions.NotOfThisSide):
        give(cast, cast.owen)


def test_nobody_holds_a_role_twice(cast):
    with pytest.raises(actions.SeatIsTaken):
        give(cast, cast.priya, Role.MEMBER)


@pytest.mark.parametrize("other", ["jonas", "priya", "lena", "rival_provider"])
def test_a_counterpart_has_the_same_role_on_the_other_side_and_is_free(cast, other):
    """jonas is a lead, priya of the own side, lena taken, and rhea of a foreign relationship."""
    with pytest.raises((actions.CounterpartDoesNotFit, Seat.DoesNotExist)):
        give(cast, cast.owen, Role.MEMBER, counterpart=cast.seats[other])


def test_ending_a_seat_frees_its_counterpart_and_takes_the_rights_at_once(cast):
    client = client_for(cast.priya)
    assert client.get(f"/relationships/{cast.own.pk}/people/").status_code == 200
    with acting(cast.amara, cast.own):
        ending = {"seat": cast.seats["priya"], "actor": cast.amara, "side": Side.CUSTOMER, "now": NOW}
        actions.end_seat(**ending)
        actions.end_seat(**ending)  # once more changes nothing
        cast.seats["lena"].refresh_from_db()
        assert cast.seats["lena"].counterpart is None
    assert client.get(f"/relationships/{cast.own.pk}/people/").status_code == 404


def test_an_ended_seat_is_not_changed(cast):
    with acting(cast.amara, cast.own):
        actions.end_seat(seat=cast.seats["priya"], actor=cast.amara, side=Side.CUSTOMER, now=NOW)
        with pytest.raises(actions.SeatHasEnded):
            actions.change_seat(
                seat=cast.seats["priya"],
                title="Back",
                counterpart=None,
                actor=cast.amara,
                side=Side.CUSTOMER,
                now=NOW,
            )
    page = client_for(cast.amara).get(f"/seats/{cast.seats['priya'].pk}/").content.decode()
    assert "This seat has ended" in page


def test_each_side_keeps_one_lead(cast):
    with acting(cast.jonas, cast.own), pytest.raises(actions.LastLead):
        actions.end_seat(seat=cast.seats["jonas"], actor=cast.jonas, side=Side.PROVIDER, now=NOW)
    with acting(cast.amara, cast.own):
        actions.end_seat(seat=cast.seats["ruth"], actor=cast.amara, side=Side.CUSTOMER, now=NOW)
    with acting(cast.amara, cast.own), pytest.raises(actions.LastLead):
        actions.end_seat(seat=cast.seats["amara"], actor=cast.amara, side=Side.CUSTOMER, now=NOW)


def test_seats_of_the_other_side_are_theirs(cast):
    lena = cast.seats["lena"]
    with acting(cast.amara, cast.own):
        with pytest.raises(actions.NotYourSide):
            actions.end_seat(seat=lena, actor=cast.amara, side=Side.CUSTOMER, now=NOW)
        with pytest.raises(actions.NotYourSide):
            actions.change_seat(
                seat=lena, title="x", counterpart=None, actor=cast.amara, side=Side.CUSTOMER, now=NOW
            )
    client = client_for(cast.amara)
    assert "theirs to give, change and end" in client.get(f"/seats/{lena.pk}/").content.decode()
    said = client.post(f"/seats/{lena.pk}/ending/", follow=True).content.decode()
    assert "Seats of the other side are theirs" in said


def test_gaps_are_said_in_words(cast):
    with acting(cast.amara, cast.own):
        pairs = queries.two_in_a_box(cast.own)
        gaps = [(pair.role, half.side, half.missing) for pair in pairs for half in pair.halves if half.is_gap]
    assert gaps == [
        (Role.LEAD, Side.PROVIDER, "Nobody mirrors Ruth Levine yet"),
        (Role.EXECUTIVE, Side.CUSTOMER, "Nobody yet"),
        (Role.EXECUTIVE, Side.PROVIDER, "Nobody yet"),
    ]
    assert [pair.is_gap for pair in pairs] == [False, True, False, True, False, False]
    page = client_for(cast.amara).get(f"/relationships/{cast.own.pk}/people/").content.decode()
    assert "3 places are open" in page
    assert page.count("Nobody mirrors Ruth Levine yet") == 1
    assert page.count("Fill it") == 1  # the customer's own gap; the provider's are theirs


def test_the_pages_give_change_and_end_seats(cast):
    client = client_for(cast.amara)
    address = f"/relationships/{cast.own.pk}/seats/"
    assert "Owen Pryce" in client.get(f"{address}?role=EXECUTIVE").content.decode()
    answer = client.post(address, {"person": cast.owen.pk, "role": "EXECUTIVE", "title": "Sponsor"})
    assert answer.status_code == 302
    with acting(cast.amara, cast.own):
        seat = Seat.objects.get(relationship=cast.own, person=cast.owen)
    again = client.post(
        address, {"person": cast.owen.pk, "role": "EXECUTIVE", "title": "Kept"}
    ).content.decode()
    assert "Owen Pryce has this role already" in again
    assert 'value="Kept"' in again
    client.post(f"/seats/{seat.pk}/", {"title": "Executive sponsor"})
    with acting(cast.amara, cast.own):
        seat.refresh_from_db()
        assert seat.title == "Executive sponsor"
    client.post(f"/seats/{seat.pk}/ending/")
    page = client.get(f"/relationships/{cast.own.pk}/people/").content.decode()
    assert "Seats that have ended" in page
    refused = client.post(f"/seats/{cast.seats['jonas'].pk}/", {"title": "Mine now"}).content.decode()
    assert "Seats of the other side are theirs" in refused


def test_only_leads_seat(cast):
    for person, status in ((cast.priya, 403), (cast.helen, 403), (cast.outsider, 404), (cast.recipient, 403)):
        client = client_for(person)
        assert client.get(f"/relationships/{cast.own.pk}/seats/").status_code == status
        assert client.post(f"/seats/{cast.seats['priya'].pk}/ending/").status_code == status
    assert (
        "Give a seat"
        not in client_for(cast.priya).get(f"/relationships/{cast.own.pk}/people/").content.decode()
    )


def test_more_people_cost_no_more_queries(cast):
    client = client_for(cast.amara)
    address = f"/relationships/{cast.own.pk}/people/"
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for person in (cast.helen, cast.owen):
        give(cast, person)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)
    assert sum("set_config" not in query["sql"] for query in many) <= 16


def test_readers_are_those_who_can_be_spoken_to(cast):
    with acting(cast.amara, cast.own):
        both = {person.full_name for person in queries.readers(cast.own)}
        own = {person.full_name for person in queries.readers(cast.own, Side.CUSTOMER)}
    assert both - own == {"Jonas Weber", "Lena Fischer", "Gustav Holm"}
    assert own == {"Amara Okafor", "Ruth Levine", "Priya Nair", "Grace Lindqvist"}
