"""Inviting, joining and administering people, with every refusal."""

from datetime import time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, ProgrammingError, transaction

from accounts import actions, queries, secrets
from accounts.models import Invitation, Letter, Notice, Organisation, Person
from tests.cast import NOW, PASSWORD, Cast, acting, notices_of

STRONG = "a long enough password 7"


def invite(cast: Cast, email: str = "new@northwind.example", **flags: bool) -> tuple[Invitation, str]:
    return actions.invite_person(
        email=email, actor=cast.owen, now=NOW, link_to=lambda t: f"https://portal.example/{t}/", **flags
    )


def accept(token: str, **changes: object) -> Person:
    return actions.accept_invitation(
        **{"token": token, "full_name": "New Person", "password": STRONG, "now": NOW, **changes}
    )


def test_an_invitation_keeps_only_the_hash_and_sends_the_link(cast):
    invitation, token = invite(cast)
    assert invitation.token_hash == secrets.hash_of(token) != token
    letter = Letter.objects.get()
    assert letter.to == "new@northwind.example"
    assert f"https://portal.example/{token}/" in letter.body
    assert invitation.expires_at == NOW + timedelta(days=7)


def test_accepting_makes_the_person_with_the_rank_of_the_invitation(cast):
    _, token = invite(cast, is_executive=True)
    person = accept(token)
    assert (person.email, person.organisation) == ("new@northwind.example", cast.northwind)
    assert (person.is_executive, person.is_organisation_admin) == (True, False)
    assert person.check_password(STRONG)
    assert queries.find_invitation(token).accepted_by == person


def test_an_invitation_works_once(cast):
    _, token = invite(cast)
    accept(token)
    with pytest.raises(actions.InvitationIsSpent):
        accept(token)


def test_an_expired_invitation_is_refused(cast):
    _, token = invite(cast)
    with pytest.raises(actions.InvitationIsSpent):
        accept(token, now=NOW + timedelta(days=7))


def test_a_revoked_invitation_is_refused_and_not_revoked_twice(cast):
    invitation, token = invite(cast)
    actions.revoke_invitation(invitation=invitation, actor=cast.owen, now=NOW)
    with pytest.raises(actions.InvitationIsSpent):
        accept(token)
    with pytest.raises(actions.InvitationIsSpent):
        actions.revoke_invitation(invitation=invitation, actor=cast.owen, now=NOW)


def test_an_unknown_secret_is_refused(cast):
    with pytest.raises(actions.InvitationIsSpent):
        accept("unknown")


def test_inviting_again_makes_the_earlier_link_useless(cast):
    _, first = invite(cast)
    _, second = invite(cast)
    with pytest.raises(actions.InvitationIsSpent):
        accept(first)
    assert accept(second).organisation == cast.northwind


def test_a_colleague_is_not_invited_again(cast):
    with pytest.raises(actions.EmailIsTaken):
        invite(cast, cast.amara.email.upper())


def test_inviting_tells_nobody_who_has_a_sign_in_elsewhere(cast):
    """The same answer for an address that is unknown, and for one that belongs to somebody of another organisation."""
    for email in (cast.jonas.email.upper(), "unknown@example.org"):
        invitation, token = invite(cast, email)
        assert invitation.email == email.lower()
    _, token = invite(cast, cast.jonas.email)
    with pytest.raises(actions.NotYourInvitation):
        actions.join_organisation(token=token, actor=cast.jonas, now=NOW)
    with pytest.raises(actions.EmailIsTaken):
        accept(token)
    cast.jonas.refresh_from_db()
    assert cast.jonas.organisation == cast.brightwater


def test_a_weak_password_is_refused_and_the_invitation_stays_open(cast):
    _, token = invite(cast)
    with pytest.raises(ValidationError):
        accept(token, password="password")
    assert accept(token).pk


def test_somebody_without_organisation_joins_with_the_sign_in_they_have(cast):
    _, token = invite(cast, cast.nobody.email)
    person = actions.join_organisation(token=token, actor=cast.nobody, now=NOW)
    assert person.organisation == cast.northwind


def test_an_invitation_for_somebody_else_is_refused(cast):
    _, token = invite(cast)
    with pytest.raises(actions.NotYourInvitation):
        actions.join_organisation(token=token, actor=cast.nobody, now=NOW)


def test_a_person_with_a_sign_in_is_not_made_again(cast):
    _, token = invite(cast, cast.nobody.email)
    with pytest.raises(actions.EmailIsTaken):
        accept(token)


def test_the_last_administrator_stays(cast):
    with pytest.raises(actions.LastAdministrator):
        actions.deactivate(person=cast.owen, actor=cast.owen, now=NOW)
    with pytest.raises(actions.LastAdministrator):
        actions.change_rank(
            person=cast.owen, actor=cast.owen, now=NOW, is_organisation_admin=False, is_executive=False
        )
    actions.change_rank(
        person=cast.ruth, actor=cast.owen, now=NOW, is_organisation_admin=True, is_executive=False
    )
    actions.deactivate(person=cast.owen, actor=cast.ruth, now=NOW)
    cast.owen.refresh_from_db()
    assert cast.owen.is_active is False


def test_sign_in_ends_and_comes_back(cast):
    actions.deactivate(person=cast.amara, actor=cast.owen, now=NOW)
    assert Person.objects.get(pk=cast.amara.pk).is_active is False
    actions.reactivate(person=cast.amara, actor=cast.owen, now=NOW)
    assert Person.objects.get(pk=cast.amara.pk).is_active is True


def test_the_working_calendar_changes(cast):
    actions.change_organisation(
        organisation=cast.northwind,
        actor=cast.owen,
        now=NOW,
        name="Northwind AG",
        time_zone="Europe/Berlin",
        currency="EUR",
        working_days="1234",
        day_starts_at=time(8),
        day_ends_at=time(16),
        holiday_country="DE",
        holiday_subdivision="BY",
    )
    changed = Organisation.objects.get(pk=cast.northwind.pk)
    assert (changed.name, changed.currency, changed.working_days) == ("Northwind AG", "EUR", "1234")
    assert (changed.holiday_country, changed.holiday_subdivision) == ("DE", "BY")


def test_a_notice_is_left_once_per_key_and_read_by_its_person_alone(cast):
    for text in ("First", "Second"):
        actions.notify(person_id=cast.amara.pk, key="k:1", text=text, url="/", now=NOW)
    actions.notify(person_id=cast.jonas.pk, key="k:1", text="Other", url="/", now=NOW)
    [other] = notices_of(cast.jonas)
    with acting(cast.amara):
        assert [n.text for n in queries.unread_notices(cast.amara)] == ["First"]
        assert actions.mark_notices_read(actor=cast.amara, now=NOW, notice_id=other.pk) == 0
        assert actions.mark_notices_read(actor=cast.amara, now=NOW) == 1
        assert not queries.unread_notices(cast.amara).exists()


def test_the_database_itself_keeps_notices_to_their_person(cast):
    """Also where a view forgets to ask whose they are."""
    actions.notify(person_id=cast.amara.pk, key="k:1", text="For Amara", url="/", now=NOW)
    actions.notify(person_id=cast.jonas.pk, key="k:1", text="For Jonas", url="/", now=NOW)
    with acting(cast.amara):
        assert [n.text for n in Notice.objects.all()] == ["For Amara"]
        assert Notice.objects.update(read_at=NOW) == 1
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Notice.objects.update(person=cast.jonas)
        assert Notice.objects.all().delete()[0] == 1
    assert [(n.text, n.read_at) for n in notices_of(cast.jonas)] == [("For Jonas", None)]


def test_without_a_scope_no_notice_is_read(cast):
    actions.notify(person_id=cast.amara.pk, key="k:1", text="For Amara", url="/", now=NOW)
    with pytest.raises(DataError), transaction.atomic():
        Notice.objects.exists()


def test_the_cast_signs_in_with_its_password(cast, client):
    answer = client.post("/accounts/login/", {"login": cast.amara.email, "password": PASSWORD})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("full_name", "short"),
    [
        ("Amara Okafor", "Amara"),
        ("Executive, Department for Transport", "Executive"),
        ("Prince", "Prince"),
        ("", ""),
    ],
)
def test_people_are_greeted_by_what_comes_first(full_name, short):
    assert Person(full_name=full_name).get_short_name() == short
