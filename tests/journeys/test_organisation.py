"""An administrator invites somebody, who comes; and everybody looks after their own profile."""

import pytest
from playwright.sync_api import expect

from accounts import actions
from tests.cast import NOW
from tests.journeys.conftest import PHONE, TABLET, is_wider_than_the_screen, violations


def test_inviting_somebody_who_then_joins(cast, open_page):
    page = open_page(cast.owen)
    page.goto("/organisation/")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("E-mail address").fill("new.person@northwind.example")
    page.get_by_role("button", name="Send invitation").click()
    link = page.get_by_label("You may also pass the link on yourself").input_value()
    assert violations(page) == []

    newcomer = open_page()
    newcomer.goto(link)
    assert violations(newcomer) == []
    newcomer.get_by_label("Your name").fill("New Person")
    newcomer.get_by_label("Choose a password").fill("a long enough password 7")
    newcomer.get_by_role("button", name="Join Northwind").click()
    expect(newcomer.get_by_text("Welcome to Northwind.")).to_be_visible()
    expect(newcomer.get_by_role("link", name="Found a relationship")).to_be_visible()

    page.goto("/organisation/")
    expect(page.get_by_role("link", name="New Person")).to_be_visible()


def test_ending_a_sign_in_asks_first(cast, open_page):
    page = open_page(cast.owen)
    page.goto(f"/organisation/people/{cast.priya.pk}/")
    expect(page.locator("[data-confirm][data-started]")).to_be_attached()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_role("button", name="End sign-in").click()
    expect(page.get_by_text("Priya Nair can no longer sign in.")).to_be_visible()
    assert asked == [
        "End the sign-in of Priya Nair? They are signed out at once. You can let them sign in again later."
    ]
    assert violations(page) == []


def test_reading_a_notice_empties_the_count(cast, open_page):
    actions.notify(person_id=cast.amara.pk, key="k", text="Something happened", url="/profile/", now=NOW)
    page = open_page(cast.amara)
    page.goto("/notices/")
    expect(page.locator(".menu-profile summary")).to_contain_text("1 notice not read")
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("All read")).to_be_visible()
    expect(page.locator(".menu-profile summary")).not_to_contain_text("not read")


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("amara", "/profile/"),
        ("amara", "/notices/"),
        ("amara", "/accounts/password/change/"),
        ("amara", "/accounts/logout/"),
        ("owen", "/organisation/"),
        ("owen", "/organisation/settings/"),
        ("owen", "/organisation/invitations/"),
    ],
)
def test_pages_of_people_are_accessible_and_fit(cast, open_page, key, address):
    actions.notify(person_id=cast.amara.pk, key="k", text="Something happened", url="/profile/", now=NOW)
    for size, dark in ((TABLET, True), (PHONE, False)):
        page = open_page(cast.person(key), size=size, dark=dark)
        page.goto(address)
        assert violations(page) == []
        assert not is_wider_than_the_screen(page)
