"""Somebody looks up how a number comes about, or how a page is built."""

import re

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


def test_a_band_moves_while_somebody_types(cast, open_page):
    page = open_page(cast.amara)
    page.goto("/method/")
    calculator = page.locator("#flex-calculator")
    calculator.locator("summary").first.click()
    answer = calculator.get_by_role("status")
    expect(answer).to_contain_text("80 + 15/31 × (74 − 80) = 77.096774")
    calculator.get_by_label("Days covered by its spell").first.fill("31")
    expect(answer).to_contain_text("80 + 31/31 × (74 − 80) = 74")
    expect(answer).to_contain_text("Good")
    expect(page).to_have_url(re.compile("flex-covered_days_1=31"))
    calculator.get_by_label("Days covered by its spell").first.fill("32")
    expect(answer).to_contain_text("A spell covers no more days than the period has.")
    answer.get_by_role("link", name="Days covered by its spell").click()
    expect(calculator.get_by_label("Days covered by its spell").first).to_be_focused()
    assert violations(page) == []


def test_the_address_of_a_calculation_can_be_passed_on(cast, open_page):
    page = open_page(cast.jonas, javascript=False, size=PHONE)
    page.goto("/method/?xmr-values=1,2,1,2,1,2,1,2,10&xmr-polarity=LOWER#signals-calculator")
    answer = page.locator("#signals-calculator").get_by_role("status")
    expect(answer).to_contain_text("Provisional: 9 values.")
    expect(answer).to_contain_text("A change for the worse: outside the limits")
    page.locator("#condition-calculator summary").first.click()
    condition = page.locator("#condition-calculator")
    condition.get_by_label("Condition").fill("calls_received >")
    condition.get_by_role("button", name="Try this condition").click()
    expect(page.locator("#condition-calculator .field-error")).to_contain_text("missing at the end")
    assert not is_wider_than_the_screen(page)
