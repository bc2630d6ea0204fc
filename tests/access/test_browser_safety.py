"""What a hostile page, link, file name or header could do to somebody who is signed in."""

import logging
import os
import subprocess
import sys

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from kpis.spreadsheets.writing import as_csv
from portal.lib.csp import POLICY
from portal.lib.refusals import DatabaseRefusalMiddleware
from tests.access.rules import RULES
from tests.cast import PASSWORD, client_for
from tests.furniture import add_goal

pytestmark = pytest.mark.django_db

ELSEWHERE = (
    "https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example", "javascript:alert(1)", "evil",
    "http:evil.example", " //evil.example", "/\t/evil.example/", "evil.example/login",
)  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_a_form_leads_nowhere_else(cast, wanted):
    timeline = reverse("relationships:timeline", args=[cast.own.pk])
    response = client_for(cast.amara).post(timeline, {"text": "Hello", "next": wanted})
    assert (response.status_code, response.headers["Location"]) == (302, timeline)


@pytest.mark.parametrize("wanted", ELSEWHERE[:5])
def test_signing_in_leads_nowhere_else(cast, wanted):
    credentials = {"login": cast.amara.email, "password": PASSWORD, "next": wanted}
    response = Client().post(reverse("account_login"), credentials)
    assert (response.status_code, response.headers["Location"]) == (302, "/")


def test_a_line_break_in_a_way_back_starts_no_header(cast):
    timeline = reverse("relationships:timeline", args=[cast.own.pk])
    response = client_for(cast.amara).post(timeline, {"text": "Hello", "next": "/x\r\nSet-Cookie: a=b"})
    assert response.status_code == 302
    assert "a" not in response.cookies
    assert "\r" not in response.headers["Location"]


def test_what_one_person_may_see_is_kept_by_no_cache(cast):
    client = client_for(cast.amara)
    own = [cast.own.pk]
    for address in (
        "/", "/portfolio/", reverse("overview", args=own), reverse("kpis:readings_export", args=own),
        reverse("kpis:grid", args=own), "/api/v1/kpis/", "/nowhere/", reverse("overview", args=[cast.foreign.pk]),
    ):  # fmt: skip
        assert client.get(address).headers["Cache-Control"] == "private, no-store", address
    assert "no-store" not in client.get(reverse("favicon")).headers["Cache-Control"]


def test_every_answer_carries_the_policies(cast):
    for client in (Client(), client_for(cast.amara)):
        for address in ("/", "/accounts/login/", "/api/v1/schema/", "/nowhere/"):
            headers = client.get(address).headers
            assert headers["Content-Security-Policy"] == POLICY
            assert headers["X-Frame-Options"] == "DENY"
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "same-origin"


def test_a_write_without_the_token_of_a_form_is_refused_everywhere(cast):
    """A hostile page can send a form with the victim's cookie, but not read the token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.amara)
    refused = 0
    for name, rule in RULES.items():
        if name in ("favicon", "api:elsewhere", "api:schema", "health"):
            continue
        arguments = {rule.argument: 1, **rule.extra} if rule.argument else rule.extra
        kind = {"content_type": "application/json"} if name.startswith("api:") else {}
        response = client.post(reverse(name, kwargs=arguments), {}, **kind)
        assert response.status_code in (403, 405), name
        refused += response.status_code == 403
    assert refused > 50


def test_signing_in_changes_the_session(cast):
    client = Client()
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    client.post(reverse("account_login"), {"login": cast.amara.email, "password": PASSWORD})
    assert client.cookies["sessionid"].value != before
    assert client.get("/").status_code == 200


MARKUP = "<img src=x onerror=alert(1)>\"'&{{ 7 }}"


def test_what_people_type_is_never_markup(cast):
    goal = add_goal(cast.own, cast.amara, name=MARKUP)
    client = client_for(cast.jonas)
    client.post(reverse("relationships:timeline", args=[cast.own.pk]), {"text": f"@{cast.amara} {MARKUP}"})
    for address in (
        reverse("kpis:goals", args=[cast.own.pk]), reverse("kpis:goal", args=[goal.pk]), "/search/?q=onerror",
        reverse("relationships:timeline", args=[cast.own.pk]), f"/search/?q={MARKUP}",
        reverse("relationships:timeline", args=[cast.own.pk]) + "?q=" + MARKUP, "/portfolio/?q=<img src=x>",
    ):  # fmt: skip
        said = client.get(address).content.decode()
        assert "&lt;img" in said, address
        assert "<img src=x" not in said, address


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_exported_text_is_a_formula(start):
    assert b"".join(as_csv([(f"{start}cmd|' /C calc'!A0",)])).decode("utf-8-sig").strip('"').startswith("'")


HUGE = "9" * 40


def test_numbers_too_large_for_the_database_name_nothing(cast):
    client, own = client_for(cast.amara), [cast.own.pk]
    for address, posted in (
        (reverse("kpis:confirmations", args=own), {"reading": f"{HUGE}:1"}),
        (reverse("kpis:grid", args=own), {f"cell-{HUGE}-2026-01-01": "1"}),
        (reverse("accounts:notices_read"), {"notice": HUGE}),
        (reverse("relationships:seats", args=own), {"person": HUGE, "role": "MEMBER", "counterpart": HUGE}),
    ):
        assert client.post(address, posted).status_code < 500, address
    for address in (
        f"/relationships/{HUGE}/", f"/kpis/{HUGE}/", f"/agreements/{HUGE}/", f"/api/v1/kpis/{HUGE}/",
        f"{reverse('relationships:contract_new', args=own)}?under={HUGE}", f"/relationships/import/?made={HUGE}",
        f"/api/v1/readings/?relationship={HUGE}", f"/accounts/people/{HUGE}/",
    ):  # fmt: skip
        assert client.get(address).status_code < 500, address


def test_the_security_log_keeps_to_its_line(rf, cast, caplog):
    refusal = DatabaseError("no")
    refusal.__cause__ = type("Cause", (Exception,), {"pgcode": "42501"})()
    request = rf.get("/x%0aWARNING%20portal.security%20forged")
    request.user = cast.amara
    with caplog.at_level(logging.WARNING, logger="portal.security"):
        assert (
            DatabaseRefusalMiddleware(lambda _: None).process_exception(request, refusal).status_code == 404
        )
    assert len(caplog.messages) == 1
    assert "\n" not in caplog.messages[0]
    assert "forged" in caplog.messages[0]


def test_behind_a_proxy_rate_limits_count_by_the_address_it_saw():
    shown = "import portal.settings as s; print(getattr(s, 'ALLAUTH_TRUSTED_PROXY_COUNT', 0))"
    for value, count in (("1", "1"), ("", "0")):
        said = subprocess.run(
            [sys.executable, "-c", shown], env={**os.environ, "BEHIND_PROXY": value}, capture_output=True, text=True,
            check=True,
        ).stdout  # fmt: skip
        assert said.strip() == count
