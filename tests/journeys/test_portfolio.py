"""An executive steers a portfolio: which relationships create value, which are lopsided, what moved."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.cast import found_relationship
from tests.journeys.conftest import DESKTOP, PHONE, TABLET, is_wider_than_the_screen, violations
from tests.portal.test_portfolio import standing


@pytest.fixture
def portfolio(cast):
    """A lopsided relationship, a balanced one that moved, one withheld, one without a score."""
    for name, figures in (
        ("Alpha", (Decimal(50), Decimal(90), Decimal(30), Decimal(49))),
        ("Beta", (Decimal(70), Decimal(68), Decimal(72), Decimal(90))),
        ("Gamma", (None, None, None, None)),
    ):
        relationship = found_relationship(name, customer=cast.amara, provider=cast.jonas)
        value, customer, provider, before = figures
        standing(
            cast,
            relationship,
            value,
            customer,
            provider,
            month_ago=before,
            reason="Too little evidence." if value is None else "",
        )
    return cast


@pytest.mark.parametrize("size", [DESKTOP, TABLET, PHONE])
@pytest.mark.parametrize("dark", [False, True])
def test_the_portfolio_is_sound_on_every_screen(portfolio, open_page, size, dark):
    page = open_page(portfolio.helen, size=size, dark=dark)
    page.goto("/portfolio/")
    expect(page.get_by_role("heading", name="Fairness")).to_be_visible()
    assert violations(page) == []
    assert not is_wider_than_the_screen(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_finding_the_lopsided_one_and_going_there(portfolio, open_page, javascript):
    page = open_page(portfolio.helen, javascript=javascript)
    page.goto("/portfolio/")
    names = page.locator("tbody th a")
    expect(names).to_have_text(["Alpha", "Beta", "Northwind service desk", "Gamma"])
    page.get_by_role("link", name="To them").click()
    page.get_by_role("link", name="To them").click()
    expect(names).to_have_text(["Beta", "Alpha", "Northwind service desk", "Gamma"])
    expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")
    page.get_by_label("Score").select_option("lopsided")
    page.get_by_role("button", name="Show").click()
    expect(names).to_have_text(["Alpha"])
    page.get_by_role("link", name="Alpha: shared value 50.0, customer 90.0, provider 30.0").click()
    expect(page).to_have_url(re.compile(r"/relationships/\d+/$"))


def test_taking_the_table_away(portfolio, open_page):
    page = open_page(portfolio.helen)
    page.goto("/portfolio/?sort=name")
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    assert download.value.suggested_filename.endswith(".xlsx")
