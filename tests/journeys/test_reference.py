"""Somebody looks up how a number comes about, or how a page is built."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESKTOP, PHONE, is_wider_than_the_screen, violations


@pytest.mark.parametrize("javascript", [True, False])
def test_judging_a_value_of_ones_own(cast, open_page, javascript):
    page = open_page(cast.amara, javascript=javascript)
    page.goto("/method/")
    calculator = page.locator("#verdict-calculator")
    calculator.get_by_label("Value").fill("65")
    calculator.get_by_role("button", name="Judge this value").click()
    expect(page.locator("#verdict-calculator [role=status]")).to_contain_text("Requires improvement")
    expect(page.locator("#verdict-calculator [role=status]")).to_contain_text("30.00 % attainment")


def test_thresholds_in_the_wrong_order_are_explained(cast, open_page):
    page = open_page(cast.jonas)
    page.goto("/method/")
    page.locator("#verdict-calculator").get_by_label("Direction").select_option("LOWER")
    page.locator("#verdict-calculator").get_by_role("button", name="Judge this value").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("#verdict-calculator")).to_contain_text("the floor lies above the tolerance")
    assert violations(page) == []


@pytest.mark.parametrize("address", ["/method/", "/gallery/", "/search/?q=north", "/nowhere/"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_reference_pages_are_accessible_and_fit(cast, open_page, address, dark):
    for size in (DESKTOP, PHONE):
        page = open_page(cast.amara, size=size, dark=dark)
        page.goto(address)
        page.problems.clear()  # the browser notes every 404 itself
        assert violations(page) == []
        assert not is_wider_than_the_screen(page)
