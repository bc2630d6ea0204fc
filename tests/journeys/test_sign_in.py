"""Somebody comes to sign in, has forgotten the password, and leaves."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import Letter
from tests.cast import PASSWORD
from tests.journeys.conftest import DESKTOP, PHONE, is_wider_than_the_screen, violations

ENTRANCES = [
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-gone/",
    "/accounts/password/reset/key/done/",
    "/accounts/signup/",
    "/accounts/inactive/",
]


@pytest.mark.parametrize("javascript", [True, False])
def test_signing_in_leads_home(cast, open_page, javascript):
    page = open_page(javascript=javascript)
    page.goto("/")
    page.get_by_label("E-mail address").fill(cast.amara.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Home").wait_for()
    if javascript:
        assert violations(page) == []
        assert not is_wider_than_the_screen(page)


def test_signing_in_by_keyboard_alone(cast, open_page):
    page = open_page()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(cast.amara.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Home")).to_be_visible()


def test_a_wrong_password_keeps_the_address_and_moves_to_what_is_wrong(cast, open_page):
    page = open_page()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(cast.amara.email)
    page.get_by_label("Password").fill("not the password at all")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("E-mail address")).to_have_value(cast.amara.email)
    assert violations(page) == []


def test_an_executive_starts_on_the_portfolio(cast, open_page):
    page = open_page()
    page.goto("/")
    page.get_by_label("E-mail address").fill(cast.helen.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1, name="Portfolio")).to_be_visible()


def test_a_forgotten_password(cast, open_page):
    page = open_page()
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail address").fill(cast.amara.email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    link = re.search(r"https?://[^/]+(/\S+)", Letter.objects.get().body)[1]
    page.goto(link)
    page.get_by_label("New password", exact=True).fill("a long enough password 7")
    page.get_by_label("New password again").fill("a long enough password 7")
    assert violations(page) == []
    page.get_by_role("button", name="Set new password").click()
    expect(page.get_by_role("heading", name="Your new password holds")).to_be_visible()


def test_signing_out_from_the_menu(cast, open_page):
    page = open_page(cast.amara)
    page.goto("/")
    page.locator(".menu-profile summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_entrance_is_accessible_and_fits(cast, open_page, dark):
    found = []
    for size in (DESKTOP, PHONE):
        page = open_page(size=size, dark=dark)
        for address in ENTRANCES:
            page.goto(address)
            found += violations(page) + [f"{address} wide"] * is_wider_than_the_screen(page)
    assert found == []
