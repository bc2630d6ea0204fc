"""Pages of people and organisations, as everybody who may and may not see them."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import actions
from accounts.models import Invitation, Person
from tests.cast import BEGAN, NOW, Cast, client_for, notices_of

STRONG = "a long enough password 7"
ADMIN_PAGES = ["/organisation/", "/organisation/settings/", "/organisation/invitations/"]
SETTINGS = {
    "name": "Northwind",
    "time_zone": "Europe/Berlin",
    "currency": "eur",
    "working_days": ["1", "2"],
    "day_starts_at": "08:00",
    "day_ends_at": "16:00",
    "holiday_country": "DE",
    "holiday_subdivision": "by",
}


def invited(cast: Cast, email: str = "new@northwind.example") -> str:
    _, token = actions.invite_person(email=email, actor=cast.owen, now=timezone.now(), link_to=str)
    return f"/invitations/{token}/"


@pytest.mark.parametrize("page", ADMIN_PAGES)
def test_who_may_administer(cast, page):
    assert client_for(cast.owen).get(page).status_code == 200
    assert client_for(cast.amara).get(page).status_code == 403
    assert client_for(cast.nobody).get(page).status_code == 404
    assert client_for().get(page).status_code == 302


def test_administrators_see_their_own_people_only(cast):
    page = client_for(cast.owen).get("/organisation/").content.decode()
    assert cast.amara.email in page
    assert cast.jonas.email not in page
    for person, expected in ((cast.amara, 200), (cast.jonas, 404)):
        assert client_for(cast.owen).get(f"/organisation/people/{person.pk}/").status_code == expected


def test_administrators_see_no_relationship(cast):
    page = client_for(cast.owen).get("/organisation/").content.decode()
    assert cast.own.name not in page
    assert client_for(cast.owen).get(f"/relationships/{cast.own.pk}/people/").status_code == 404


def test_people_are_searched_and_paged(cast):
    Person.objects.bulk_create(
        Person(
            email=f"p{n}@northwind.example",
            full_name=f"Zed {n:02}",
            organisation=cast.northwind,
            joined_at=BEGAN,
        )
        for n in range(30)
    )
    client = client_for(cast.owen)
    assert len(client.get("/organisation/").context["page"]) == 25
    assert len(client.get("/organisation/?page=2").context["page"]) == 12
    found = client.get("/organisation/?q=zed+07").context["page"]
    assert [p.full_name for p in found] == ["Zed 07"]


def test_the_people_page_takes_as_many_queries_for_three_as_for_one(cast):
    client, counts = client_for(cast.owen), []
    for number in (1, 2, 3):
        invited(cast, f"n{number}@northwind.example")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/organisation/")
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2] <= 12


def test_inviting_shows_the_link_once(cast):
    client = client_for(cast.owen)
    answer = client.post("/organisation/invitations/", {"email": "New@Northwind.example"})
    assert answer.status_code == 201
    assert answer["Cache-Control"] == "no-store"
    assert Invitation.objects.get().email == "new@northwind.example"
    link = answer.context["link"]
    assert link in answer.content.decode()
    assert link not in client.get("/organisation/").content.decode()


def test_inviting_somebody_who_is_there_is_refused_at_the_field(cast):
    answer = client_for(cast.owen).post("/organisation/invitations/", {"email": cast.amara.email})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["email"]


def test_an_invitation_is_revoked_by_its_own_organisation(cast):
    address = invited(cast)
    revocation = f"/organisation/invitations/{Invitation.objects.get().pk}/revocation/"
    assert client_for(cast.provider_admin).post(revocation).status_code == 404
    assert client_for(cast.owen).post(revocation).status_code == 302
    assert client_for().get(address).status_code == 410
    assert client_for(cast.owen).post(revocation, follow=True).status_code == 200


def test_a_newcomer_accepts_and_is_signed_in(cast):
    address, client = invited(cast), client_for()
    assert client.get(address).status_code == 200
    answer = client.post(address, {"full_name": "New Person", "password": STRONG})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert get_user(client).email == "new@northwind.example"
    assert client_for().get(address).status_code == 410


def test_a_weak_password_is_said_at_the_field_and_the_name_is_kept(cast):
    answer = client_for().post(invited(cast), {"full_name": "New Person", "password": "password"})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["password"]
    assert "New Person" in answer.content.decode()


def test_unknown_and_expired_links(cast):
    assert client_for().get("/invitations/unknown/").status_code == 404
    address = invited(cast)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client_for().get(address).status_code == 410


def test_somebody_with_a_sign_in_signs_in_first_and_joins(cast):
    address = invited(cast, cast.nobody.email)
    assert f"?next={address}" in client_for().get(address).content.decode()
    client = client_for(cast.nobody)
    assert client.get(address).context["fits"] is True
    assert client.post(address).status_code == 302
    assert Person.objects.get(pk=cast.nobody.pk).organisation == cast.northwind


def test_somebody_else_cannot_use_the_link(cast):
    address = invited(cast)
    assert client_for(cast.jonas).get(address).context["fits"] is False
    assert client_for(cast.jonas).post(address).status_code == 200
    assert Invitation.objects.get().accepted_at is None


def test_ranks_and_sign_in_of_a_colleague(cast):
    client, page = client_for(cast.owen), f"/organisation/people/{cast.amara.pk}/"
    assert client.post(page, {"is_executive": "on"}).status_code == 302
    assert Person.objects.get(pk=cast.amara.pk).is_executive is True
    assert client.post(page + "deactivation/").status_code == 302
    assert client_for(cast.amara).get("/profile/").status_code == 302
    assert client.post(page + "reactivation/").status_code == 302
    assert client_for(cast.amara).get("/profile/").status_code == 200


def test_the_last_administrator_is_told(cast):
    client, page = client_for(cast.owen), f"/organisation/people/{cast.owen.pk}/"
    assert list(client.post(page, {}).context["form"].errors) == ["is_organisation_admin"]
    client.post(page + "deactivation/")
    assert Person.objects.get(pk=cast.owen.pk).is_active is True


@pytest.mark.parametrize("act", ["", "deactivation/", "reactivation/"])
def test_others_cannot_administer_people(cast, act):
    page = f"/organisation/people/{cast.amara.pk}/{act}"
    assert client_for(cast.amara).post(page).status_code == 403
    assert client_for(cast.provider_admin).post(page).status_code == 404
    assert client_for(cast.nobody).post(page).status_code == 404


def test_the_calendar_is_previewed_without_saving_and_then_saved(cast):
    client = client_for(cast.owen)
    answer = client.post("/organisation/settings/", {**SETTINGS, "preview": "1"})
    assert len(answer.context["holidays"]) == 6
    cast.northwind.refresh_from_db()
    assert cast.northwind.holiday_country == "GB"
    assert client.post("/organisation/settings/", SETTINGS).status_code == 302
    cast.northwind.refresh_from_db()
    assert (cast.northwind.holiday_country, cast.northwind.holiday_subdivision) == ("DE", "BY")
    assert (cast.northwind.currency, cast.northwind.working_days) == ("EUR", "12")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day_ends_at": "07:00"}, "day_ends_at"),
        ({"holiday_subdivision": "ENG"}, "holiday_subdivision"),
        ({"working_days": []}, "working_days"),
        ({"currency": "EURO"}, "currency"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_at_the_field(cast, changes, field):
    answer = client_for(cast.owen).post("/organisation/settings/", {**SETTINGS, **changes})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]


def test_ones_own_profile(cast):
    client = client_for(cast.amara)
    assert client.get("/profile/").status_code == 200
    assert client.post("/profile/", {"full_name": "Amara O.", "time_zone": "Asia/Tokyo"}).status_code == 302
    cast.amara.refresh_from_db()
    assert (cast.amara.full_name, cast.amara.time_zone) == ("Amara O.", "Asia/Tokyo")
    assert client.post("/profile/", {"full_name": "", "time_zone": "Nowhere"}).status_code == 200


def test_notices_are_shown_in_the_readers_zone_and_marked_read(cast):
    Person.objects.filter(pk=cast.amara.pk).update(time_zone="Asia/Tokyo")
    actions.notify(person_id=cast.amara.pk, key="k:1", text="Something needs you", url="/", now=NOW)
    client = client_for(cast.amara)
    page = client.get("/notices/").content.decode()
    assert "Something needs you" in page
    assert "10 Mar 2026, 18:00" in page  # 09:00 UTC
    assert client.post("/notices/read/", {"notice": notices_of(cast.amara)[0].pk}).status_code == 302
    assert notices_of(cast.amara)[0].read_at is not None
    assert "Something needs you" not in client_for(cast.jonas).get("/notices/").content.decode()


@pytest.mark.parametrize("number", ["9" * 5000, "٣", "-1", "one"])
def test_a_notice_that_cannot_be_is_not_there(cast, number):
    assert client_for(cast.amara).post("/notices/read/", {"notice": number}).status_code == 404


def test_inviting_looks_the_same_whether_or_not_somebody_has_a_sign_in(cast):
    client = client_for(cast.owen)
    known = client.post("/organisation/invitations/", {"email": cast.jonas.email})
    unknown = client.post("/organisation/invitations/", {"email": "jonas.unknown@example.org"})
    assert known.status_code == unknown.status_code == 201
    link = re.search(r"/invitations/[\w-]+/", known.content.decode())
    assert link is not None
    page = client_for(cast.jonas).get(link.group()).content.decode()
    assert "You belong to an organisation already" in page
    assert "Brightwater" in page
