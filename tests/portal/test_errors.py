"""Pages for when something is wrong."""

import pytest
from django.db import connections
from django.test import Client, RequestFactory

from portal.views import errors
from tests.cast import client_for


def test_nothing_here_looks_the_same_to_everybody(cast):
    for client in (client_for(), client_for(cast.amara)):
        answer = client.get("/nowhere/")
        assert answer.status_code == 404
        assert "nothing at this address" in answer.content.decode()
    foreign = client_for(cast.amara).get(f"/relationships/{cast.foreign.pk}/")
    nowhere = client_for(cast.amara).get("/relationships/999999999/")
    assert foreign.status_code == nowhere.status_code == 404
    assert cast.foreign.name not in foreign.content.decode()


def test_a_refusal_says_why(cast):
    answer = client_for(cast.amara).get("/organisation/")
    assert answer.status_code == 403
    said = answer.content.decode()
    assert "This page is for administrators of your organisation." in said
    assert "A relationship lead" not in said  # no seat in a relationship makes somebody an administrator
    refused = client_for(cast.helen).get(f"/relationships/{cast.own.pk}/contracts/new/")
    assert refused.status_code == 403
    assert "A relationship lead of your side can change what your role includes." in refused.content.decode()


def test_a_form_that_is_too_old_is_explained(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.amara)
    answer = client.post("/profile/", {"full_name": "Amara"})
    assert answer.status_code == 403
    assert "too old" in answer.content.decode()


def test_a_request_that_makes_no_sense(rf, cast):
    request = rf.get("/")
    answer = errors.bad_request(request)
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.content.decode()
    assert Client().get("/", headers={"host": "not a host"}).status_code == 400


def test_our_own_mistakes_are_drawn_without_a_database():
    # No database fixture: a query would fail this test.
    answer = errors.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "on our side" in answer.content.decode()
    assert connections["default"].connection is None or not connections["default"].in_atomic_block


def test_even_a_broken_error_page_says_something(settings):
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": []}]
    answer = errors.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert answer["Content-Type"].startswith("text/plain")
    assert b"Nothing you saved is lost" in answer.content


@pytest.mark.parametrize("address", ["/favicon.ico"])
def test_browsers_find_the_mark(client, db, address):
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"].endswith("mark.svg")
