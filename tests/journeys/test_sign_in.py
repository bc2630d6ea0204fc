"""Somebody comes to sign in."""

from tests.cast import PASSWORD
from tests.journeys.conftest import is_wider_than_the_screen, violations


def test_signing_in_leads_home(cast, open_page):
    page = open_page()
    page.goto("/")
    page.get_by_label("Email").fill(cast.amara.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign In").click()
    page.get_by_role("heading", name="Home").wait_for()
    assert violations(page) == []
    assert not is_wider_than_the_screen(page)
