"""Somebody looks at what waits, and deals with it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from relationships import actions
from relationships.models import Side
from tests.cast import acting
from tests.furniture import add_goal, add_kpi
from tests.journeys.conftest import PHONE, TABLET, is_wider_than_the_screen, violations


@pytest.fixture
def busy(cast):
    """An agreement waits for the customer, a reading of the provider is late, somebody said something."""
    now = timezone.now()
    add_kpi(add_goal(cast.own, cast.amara), cast.amara, "First-contact resolution")
    with acting(cast.jonas, cast.own):
        actions.propose_agreement(
            relationship=cast.own,
            kind="STATEMENT_OF_INTENT",
            title="Statement of intent",
            content=[{"label": "Text", "before": None, "after": "Together"}],
            actor=cast.jonas,
            side=Side.PROVIDER,
            now=now - timedelta(days=2),
        )
        actions.comment(
            relationship=cast.own,
            actor=cast.jonas,
            side=Side.PROVIDER,
            now=now,
            text="Good week, both of us.",
        )
    return cast


@pytest.mark.parametrize("javascript", [True, False])
def test_signing_in_place(busy, open_page, javascript):
    page = open_page(busy.amara, javascript=javascript)
    page.goto("/")
    waiting = page.locator("#waiting")
    expect(waiting.get_by_role("link", name="Statement of intent")).to_be_visible()
    expect(page.locator("#changed")).to_contain_text("Good week, both of us.")
    waiting.get_by_role("button", name="Sign for Northwind").click()
    page.goto("/")
    expect(page.locator("#waiting")).to_contain_text("Nothing waits for you.")


def test_the_other_side_sees_the_same_from_the_other_end(busy, open_page):
    page = open_page(busy.jonas)
    page.goto("/")
    expect(page.locator("#others")).to_contain_text("Northwind has to sign")
    expect(page.locator("#waiting")).to_contain_text("readings late")
    page.locator("#waiting").get_by_role("link", name="Report").click()
    page.wait_for_url("**/readings/**")


@pytest.mark.parametrize("key", ["amara", "jonas", "helen", "recipient", "nobody"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_home_is_accessible_and_fits_for_everybody(busy, open_page, key, dark):
    for size in (TABLET, PHONE):
        page = open_page(busy.person(key), size=size, dark=dark)
        page.goto("/")
        assert violations(page) == []
        assert not is_wider_than_the_screen(page)


def test_four_hundred_per_cent_zoom_is_a_narrow_screen(busy, open_page):
    page = open_page(busy.amara, size=(320, 256))
    page.goto("/")
    assert not is_wider_than_the_screen(page)
    page.get_by_role("button", name="Sign for Northwind").scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Sign for Northwind")).to_be_in_viewport()
