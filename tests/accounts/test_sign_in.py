"""Signing in and out, forgotten passwords, and that nobody learns from the answers who has a sign-in."""

import re

import pytest
from django.contrib.auth import get_user
from django.core.cache import cache

from accounts.models import Letter, Person
from tests.cast import PASSWORD, client_for

LOGIN, RESET, CHANGE = "/accounts/login/", "/accounts/password/reset/", "/accounts/password/change/"
STRONG = "a long enough password 7"


def sign_in(email: str, password: str = PASSWORD, **more: str):
    client = client_for()
    return client, client.post(LOGIN, {"login": email, "password": password, **more})


def comparable(response) -> tuple:
    """Status, length and body of an answer without its form's one-time token."""
    body = re.sub(r'(name="csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', "", response.content.decode())
    return response.status_code, response.get("Location"), len(response.content), body


@pytest.mark.parametrize(
    ("key", "place"), [("amara", "/"), ("helen", "/portfolio/"), ("recipient", "/"), ("nobody", "/")]
)
def test_where_somebody_starts(cast, key, place):
    _, answer = sign_in(cast.person(key).email)
    assert (answer.status_code, answer["Location"]) == (302, place)


def test_whoever_was_on_the_way_somewhere_arrives_there(cast):
    _, answer = sign_in(cast.helen.email, next="/notices/")
    assert answer["Location"] == "/notices/"
    _, answer = sign_in(cast.helen.email, next="https://elsewhere.example/")
    assert answer["Location"] == "/portfolio/"


def test_letter_case_of_the_address_does_not_matter(cast):
    client, _ = sign_in(cast.amara.email.upper())
    assert get_user(client) == cast.amara


def test_signing_out_takes_a_click_not_an_address(cast):
    client = client_for(cast.amara)
    assert client.get("/accounts/logout/").status_code == 200
    assert get_user(client) == cast.amara
    assert client.post("/accounts/logout/")["Location"] == LOGIN
    assert not get_user(client).is_authenticated


def test_somebody_whose_sign_in_ended_is_told_only_with_the_right_password(cast):
    Person.objects.filter(pk=cast.amara.pk).update(is_active=False)
    _, wrong = sign_in(cast.amara.email, "not the password at all")
    assert wrong.status_code == 200
    client, answer = sign_in(cast.amara.email)
    assert not get_user(client).is_authenticated
    page = client.get(answer["Location"]) if answer.status_code == 302 else answer
    assert page.status_code == 200


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(cast):
    known, unknown = cast.amara.email, "x" * (len(cast.amara.email) - 8) + "@x.examp"
    assert len(known) == len(unknown)
    answers = []
    for email in (known, unknown):
        _, answer = sign_in(email, "not the password at all")
        status, location, length, body = comparable(answer)
        answers.append((status, location, length, body.replace(email, "")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 200


def test_a_reset_is_answered_alike_for_known_and_unknown_and_a_letter_goes_to_each(cast):
    answers = []
    for email in (cast.amara.email, "unknown.person@example.org"):
        client = client_for()
        answers += [
            (comparable(client.post(RESET, {"email": email})), comparable(client.get(RESET + "done/")))
        ]
    assert answers[0] == answers[1]
    known, unknown = Letter.objects.order_by("pk")
    assert (known.to, unknown.to) == (cast.amara.email, "unknown.person@example.org")
    assert "/accounts/password/reset/key/" in known.body
    assert "/accounts/password/reset/key/" not in unknown.body


def test_a_reset_link_works_once(cast):
    client = client_for()
    client.post(RESET, {"email": cast.amara.email})
    link = re.search(r"http://localhost:8000(\S+)", Letter.objects.get().body)[1]
    form = client.get(link, follow=True)
    assert "New password" in form.content.decode()
    address = form.redirect_chain[-1][0]
    weak = client.post(address, {"password1": "password", "password2": "password"})
    assert list(weak.context["form"].errors) == ["password1"]
    done = client.post(address, {"password1": STRONG, "password2": STRONG}, follow=True)
    assert done.redirect_chain[-1][0] == "/accounts/password/reset/key/done/"
    assert get_user(sign_in(cast.amara.email, STRONG)[0]) == cast.amara
    assert "can no longer be used" in client_for().get(link).content.decode()
    assert [letter.subject for letter in Letter.objects.order_by("pk")] == [
        "Choose a new password",
        "Your password was changed",
    ]


def test_changing_the_password_wants_the_old_one_and_tells_the_owner(cast):
    client = client_for(cast.amara)
    new = {"password1": STRONG, "password2": STRONG}
    refused = client.post(CHANGE, {"oldpassword": "not the password at all", **new})
    assert list(refused.context["form"].errors) == ["oldpassword"]
    answer = client.post(CHANGE, {"oldpassword": PASSWORD, **new})
    assert answer.status_code == 302
    assert get_user(client) == cast.amara  # this session goes on
    assert get_user(sign_in(cast.amara.email, STRONG)[0]) == cast.amara
    assert Letter.objects.get().to == cast.amara.email


def test_nobody_signs_up_without_an_invitation(cast):
    client = client_for()
    assert "join by invitation" in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": STRONG})
    assert not Person.objects.filter(email="new@example.org").exists()


def test_too_many_attempts_pause_known_and_unknown_people_alike(cast):
    said = {}
    for email in (cast.amara.email, "unknown.person@example.org"):
        cache.clear()
        answers = [sign_in(email, "not the password at all")[1] for _ in range(8)]
        said[email] = [(answer.status_code, "Too many" in answer.content.decode()) for answer in answers]
    first, second = said.values()
    assert first == second
    assert first[0] != first[-1]


def test_too_many_resets_pause(cast):
    statuses = [client_for().post(RESET, {"email": cast.amara.email}).status_code for _ in range(7)]
    assert statuses[0] == 302
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    "gone", ["/accounts/email/", "/accounts/confirm-email/", "/accounts/login/code/confirm/"]
)
def test_pages_nobody_needs_are_not_there(cast, gone):
    assert client_for(cast.amara).get(gone).status_code == 404


def test_every_page_says_which_person_it_is_for(cast):
    page = client_for(cast.amara).get("/accounts/password/change/").content.decode()
    assert "Amara" in page
    assert "Keep the current one" in page
