"""Founding a relationship, inviting the other organisation, and every way an invitation ends."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Letter, Organisation, Person
from relationships import actions, joining
from relationships.models import Relationship, RelationshipInvitation, Role, Seat, Side, TimelineEntry
from tests.cast import NOW, PASSWORD, Cast, acting, client_for, notices_of

STRONG = "a long enough password 7"
FORM = {
    "name": "Northwind payroll",
    "service": "Payroll for 4,000 people",
    "side": "CUSTOMER",
    "organisation_name": "Calder Payroll",
    "email": "kim@calder.example",
    "currency": "gbp",
    "time_zone": "Europe/London",
}
NEWCOMER = {
    "full_name": "Kim Calder",
    "password": STRONG,
    "organisation_name": "Calder Payroll",
    "time_zone": "Europe/London",
    "currency": "GBP",
}


def found(
    cast: Cast, *, side: Side = Side.CUSTOMER, person: Person | None = None
) -> tuple[Relationship, str]:
    actor = person or cast.amara
    with acting(actor):
        return actions.found_relationship(
            name="Northwind payroll",
            service="Payroll",
            side=side,
            organisation_name="Calder Payroll",
            email="Kim@Calder.example",
            currency="GBP",
            time_zone="Europe/London",
            actor=actor,
            now=timezone.now(),
            link_to=lambda token: f"https://portal.example/{token}/",
        )


def link(token: str) -> str:
    return f"/relationship-invitations/{token}/"


def test_founding_seats_the_founder_and_writes_a_letter_with_the_link(cast):
    relationship, token = found(cast)
    with acting(cast.amara, relationship):
        seat = Seat.objects.get(relationship=relationship)
        assert (seat.person, seat.role, seat.side) == (cast.amara, Role.LEAD, Side.CUSTOMER)
        assert relationship.customer == cast.northwind
        assert relationship.provider is None
        invitation = RelationshipInvitation.objects.get(relationship=relationship)
        assert token not in invitation.token_hash
        said = list(
            TimelineEntry.objects.filter(relationship=relationship)
            .order_by("pk")
            .values_list("text", flat=True)
        )
    assert said == ["founded the relationship", "invited Calder Payroll"]
    letter = Letter.objects.get(to="kim@calder.example")
    assert f"https://portal.example/{token}/" in letter.body


def test_somebody_without_an_organisation_founds_nothing(cast):
    with pytest.raises(actions.OrganisationNeeded):
        found(cast, person=cast.nobody)
    assert client_for(cast.nobody).get("/relationships/new/").status_code == 404


def test_the_form_founds_and_shows_the_link_once(cast):
    client = client_for(cast.amara)
    assert client.get("/relationships/new/").status_code == 200
    answer = client.post("/relationships/new/", FORM)
    with acting(cast.amara):
        relationship = Relationship.objects.get(name="Northwind payroll", customer=cast.northwind)
    assert answer.status_code == 302
    assert answer.url == f"/relationships/{relationship.pk}/invitation/"
    first = client.get(answer.url)
    assert re.search(r"http://localhost:8000/relationship-invitations/[\w-]{43}/", first.content.decode())
    assert first["Cache-Control"] == "no-store"
    second = client.get(answer.url)
    assert "relationship-invitations" not in second.content.decode()


def test_a_refused_form_keeps_what_was_typed(cast):
    answer = client_for(cast.amara).post("/relationships/new/", {**FORM, "email": "kim"})
    assert answer.status_code == 200
    assert "Northwind payroll" in answer.content.decode()
    assert 'value="kim"' in answer.content.decode()


def test_a_provider_may_found_too(cast):
    client = client_for(cast.jonas)
    assert (
        'value="PROVIDER" required id="id_side_1" checked'
        in client.get("/relationships/new/").content.decode()
    )
    client.post("/relationships/new/", {**FORM, "side": "PROVIDER"})
    with acting(cast.jonas):
        made = Relationship.objects.get(name="Northwind payroll")
    assert (made.customer_id, made.provider_id, made.initiated_by_side) == (
        None,
        cast.brightwater.pk,
        "PROVIDER",
    )


def test_a_newcomer_registers_and_is_in_at_once(cast):
    relationship, token = found(cast)
    client = client_for()
    page = client.get(link(token)).content.decode()
    assert "Amara Okafor of Northwind invites Calder Payroll" in page
    assert "kim@calder.example" in page
    answer = client.post(link(token), NEWCOMER)
    assert answer.url == f"/relationships/{relationship.pk}/people/"
    assert "Kim Calder" in client.get(answer.url).content.decode()
    kim = Person.objects.get(email="kim@calder.example")
    assert kim.is_organisation_admin
    with acting(cast.amara, relationship):
        relationship.refresh_from_db()
        seats = {seat.side: seat for seat in Seat.objects.filter(relationship=relationship)}
        assert (relationship.provider, relationship.accepted_by) == (kim.organisation, kim)
        assert seats[Side.PROVIDER].counterpart == seats[Side.CUSTOMER]
    assert kim.organisation.is_provider
    assert not kim.organisation.is_customer
    assert [notice.key for notice in notices_of(cast.amara)] == [f"relationship-accepted:{relationship.pk}"]
    assert client_for().get(link(token)).status_code == 410


def test_a_weak_password_takes_everything_back(cast):
    _relationship, token = found(cast)
    answer = client_for().post(link(token), {**NEWCOMER, "password": "short"})
    assert answer.status_code == 200
    assert not Person.objects.filter(email="kim@calder.example").exists()
    assert not Organisation.objects.filter(name="Calder Payroll").exists()


def test_whoever_has_a_sign_in_is_asked_to_use_it(cast):
    with acting(cast.amara):
        _relationship, token = actions.found_relationship(
            **{**FORM, "side": Side.CUSTOMER, "currency": "GBP", "email": cast.rival_provider.email},
            actor=cast.amara,
            now=timezone.now(),
            link_to=str,
        )
    page = client_for().get(link(token)).content.decode()
    assert "You have a sign-in already" in page
    assert f"/accounts/login/?next={link(token)}" in page
    client_for().post(link(token), {**NEWCOMER})
    assert Person.objects.filter(email=cast.rival_provider.email).count() == 1


def test_somebody_with_an_organisation_accepts_for_it(cast):
    relationship, token = found(cast)
    client = client_for(cast.rival_provider)
    assert "Accept for Meridian" in client.get(link(token)).content.decode()
    assert client.post(link(token)).status_code == 302
    with acting(cast.rival_provider):
        assert Relationship.objects.get(pk=relationship.pk).provider == cast.meridian
    assert client.get(f"/relationships/{relationship.pk}/people/").status_code == 200


def test_a_buyer_that_accepts_as_provider_provides_from_now_on(cast):
    _relationship, token = found(cast)
    client_for(cast.outsider).post(link(token))
    cast.harbour.refresh_from_db()
    assert (cast.harbour.is_customer, cast.harbour.is_provider) == (True, True)


def test_somebody_without_an_organisation_founds_one_and_accepts(cast):
    relationship, token = found(cast)
    client = client_for(cast.nobody)
    assert "Name of your organisation" in client.get(link(token)).content.decode()
    client.post(
        link(token), {"organisation_name": "Nina & Co", "time_zone": "Europe/Paris", "currency": "EUR"}
    )
    cast.nobody.refresh_from_db()
    assert cast.nobody.organisation.name == "Nina & Co"
    with acting(cast.nobody):
        assert Relationship.objects.get(pk=relationship.pk).provider == cast.nobody.organisation


def test_nobody_accepts_for_the_inviting_organisation(cast):
    relationship, token = found(cast)
    client = client_for(cast.priya)
    assert "This link is for the other organisation" in client.get(link(token)).content.decode()
    assert client.post(link(token)).status_code == 200
    with acting(cast.amara):
        assert Relationship.objects.get(pk=relationship.pk).provider is None


def test_declining_needs_only_the_link_and_ends_it(cast):
    relationship, token = found(cast)
    client = client_for()
    answer = client.post(f"{link(token)}decline/", follow=True)
    assert answer.status_code == 410
    assert "The invitation is declined" in answer.content.decode()
    assert client.post(f"{link(token)}decline/", follow=True).status_code == 410
    assert client.post(link(token), NEWCOMER).status_code == 410
    with acting(cast.amara, relationship):
        newest = TimelineEntry.objects.filter(relationship=relationship).first()
        assert (newest.text, newest.actor) == ("Calder Payroll declined the invitation", None)


def test_an_unknown_link_is_nothing(cast):
    assert client_for().get(link("no-such-token")).status_code == 404
    assert client_for().post(f"{link('no-such-token')}decline/").status_code == 404


def test_an_expired_link_says_so(cast):
    relationship, token = found(cast)
    with acting(cast.amara, relationship):
        RelationshipInvitation.objects.filter(relationship=relationship).update(
            expires_at=timezone.now() - timedelta(seconds=1)
        )
    answer = client_for().get(link(token))
    assert answer.status_code == 410
    assert "Ask Amara Okafor for a new one" in answer.content.decode()
    assert client_for().post(link(token), NEWCOMER).status_code == 410
    people = client_for(cast.amara).get(f"/relationships/{relationship.pk}/people/").content.decode()
    assert "ran out on" in people


def test_a_new_link_replaces_the_old_one(cast):
    relationship, old = found(cast)
    client = client_for(cast.amara)
    answer = client.post(
        f"/relationships/{relationship.pk}/invitation/",
        {"organisation_name": "Calder Payroll", "email": "lou@calder.example"},
        follow=True,
    )
    assert "lou@calder.example" in answer.content.decode()
    assert client_for().get(link(old)).status_code == 410


def test_a_refused_invitation_keeps_what_was_typed(cast):
    relationship, _token = found(cast)
    answer = client_for(cast.amara).post(
        f"/relationships/{relationship.pk}/invitation/", {"organisation_name": "Calder Two", "email": "lou"}
    )
    assert answer.status_code == 200
    assert 'value="Calder Two"' in answer.content.decode()


def test_revoking_ends_the_link(cast):
    relationship, token = found(cast)
    client = client_for(cast.amara)
    revocation = f"/relationships/{relationship.pk}/invitation/revocation/"
    assert "The invitation is revoked" in client.post(revocation, follow=True).content.decode()
    assert "No invitation is open" in client.post(revocation, follow=True).content.decode()
    assert client_for().get(link(token)).status_code == 410
    assert "no invitation is open" in client.get(f"/relationships/{relationship.pk}/people/").content.decode()


def test_nobody_is_invited_into_an_accepted_relationship(cast):
    answer = client_for(cast.amara).post(
        f"/relationships/{cast.own.pk}/invitation/",
        {"organisation_name": "Third", "email": "third@third.example"},
        follow=True,
    )
    assert "Both organisations are in already" in answer.content.decode()
    assert client_for(cast.amara).get(f"/relationships/{cast.own.pk}/invitation/").status_code == 302


def test_only_leads_invite(cast):
    for person in (cast.priya, cast.helen):
        assert client_for(person).post(f"/relationships/{cast.own.pk}/invitation/").status_code == 403
    assert client_for(cast.outsider).post(f"/relationships/{cast.own.pk}/invitation/").status_code == 404


def test_the_secret_is_nowhere_but_in_letter_and_link(cast):
    relationship, token = found(cast)
    page = client_for(cast.amara).get(f"/relationships/{relationship.pk}/people/").content.decode()
    assert token not in page
    assert PASSWORD not in page
    assert timezone.now() > NOW


def test_only_somebody_with_an_organisation_joins_for_it(cast):
    _relationship, token = found(cast)
    with acting(cast.nobody), pytest.raises(actions.OrganisationNeeded):
        actions.join_as_organisation(token=token, actor=cast.nobody, now=timezone.now())


def test_a_founder_without_a_name_or_a_free_lead_is_no_obstacle(cast):
    relationship, token = found(cast)
    with acting(cast.amara, relationship):
        Seat.objects.filter(relationship=relationship).update(ended_at=timezone.now())
        Relationship.objects.filter(pk=relationship.pk).update(created_by=None)
    with acting(cast.jonas):
        actions.join_as_organisation(token=token, actor=cast.jonas, now=timezone.now())
        seat = Seat.objects.get(relationship=relationship, person=cast.jonas)
    assert seat.counterpart is None
    assert notices_of(cast.amara) == []


def test_no_organisation_is_founded_for_a_spent_invitation(cast):
    _relationship, token = found(cast)
    given = {"organisation_name": "Late", "time_zone": "Europe/London", "currency": "GBP"}
    client_for(cast.jonas).post(link(token))
    for secret in (token, "no-such-token"):
        with acting(cast.nobody), pytest.raises(actions.InvitationIsSpent):
            actions.found_organisation_and_join(token=secret, actor=cast.nobody, now=timezone.now(), **given)
    assert not Organisation.objects.filter(name="Late").exists()


def test_who_loses_the_race_for_an_invitation_is_told(cast, monkeypatch):
    """Both have looked while it was open; the other one has answered first."""
    relationship, token = found(cast)
    look = joining.find_invitation

    def looked_before_the_other(token_hash):
        seen = look(token_hash)
        if seen.settled_at is None:
            with acting(cast.amara, relationship):
                actions.revoke_relationship_invitation(
                    relationship=relationship, actor=cast.amara, side=Side.CUSTOMER, now=timezone.now()
                )
        return seen

    monkeypatch.setattr(joining, "find_invitation", looked_before_the_other)
    assert client_for(cast.jonas).post(link(token)).status_code == 410
    _second, token = found(cast)
    relationship = _second
    with pytest.raises(actions.NoOpenInvitation), acting(cast.nobody):
        actions.decline_relationship_invitation(token=token, now=timezone.now())


def test_the_longest_names_stop_neither_letters_nor_notices(cast):
    """Each name fits its own field; together they are longer than a subject or a notice."""
    Organisation.objects.filter(pk=cast.northwind.pk).update(name="N" * 200)
    cast.amara.refresh_from_db()
    with acting(cast.amara):
        relationship, token = actions.found_relationship(
            name="R" * 200, service="", side=Side.CUSTOMER, organisation_name="C" * 200, email="kim@calder.example",
            currency="GBP", time_zone="Europe/London", actor=cast.amara, now=NOW, link_to=lambda token: token,
        )  # fmt: skip
    Organisation.objects.filter(pk=cast.brightwater.pk).update(name="B" * 200)
    cast.jonas.refresh_from_db()
    with acting(cast.jonas):
        actions.join_as_organisation(token=token, actor=cast.jonas, now=NOW)
    assert len(Letter.objects.get(to="kim@calder.example").subject) == 200
    assert [len(notice.text) for notice in notices_of(cast.amara)] == [300]
    with acting(cast.amara, relationship):
        actions.propose_agreement(
            relationship=relationship, kind="STATEMENT_OF_INTENT", title="T" * 200, content=[], actor=cast.amara,
            side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip
        assert actions.write_letters_of_waiting(now=NOW) == 1


def test_nobody_writes_paragraphs_into_a_letter_by_a_name(cast):
    Person.objects.filter(pk=cast.amara.pk).update(full_name="Amara\n\nhttps://evil.example/\n")
    cast.amara.refresh_from_db()
    found(cast)
    body = Letter.objects.get(to="kim@calder.example").body
    assert body.startswith("Amara https://evil.example/ of Northwind invites")


def test_the_side_that_is_not_in_yet_is_told_as_such(cast):
    relationship, _token = found(cast)
    page = client_for(cast.amara).get(f"/relationships/{relationship.pk}/people/").content.decode()
    masthead = re.sub(r"<[^>]+>|\s+", " ", page.split("masthead-sides")[1].split("<nav")[0])
    assert re.search(r"Northwind\s+Customer.*Provider\s+has not joined yet", masthead)
    both = client_for(cast.amara).get(f"/relationships/{cast.own.pk}/people/").content.decode()
    assert "has not joined yet" not in both
