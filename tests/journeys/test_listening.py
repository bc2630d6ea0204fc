"""Somebody who listens to a page on a phone still meets tables with columns, though the eye sees cards."""

from datetime import date

import pytest
from playwright.sync_api import Page

from accounts import actions as account_actions
from relationships import actions
from relationships.models import Side
from tests.cast import NOW, acting
from tests.furniture import add_goal, add_kpi, agree_band, report
from tests.journeys.conftest import PHONE

CUSTOMER_PAGES = (
    "/relationships/",
    "/relationships/{own}/",
    "/relationships/{own}/people/",
    "/relationships/{own}/contracts/",
    "/relationships/{own}/goals/",
    "/relationships/{own}/weights/",
    "/relationships/{own}/agreements/",
    "/relationships/{own}/readings/confirmations/",
    "/notices/",
)
PAGES = [*(("amara", address) for address in CUSTOMER_PAGES), ("owen", "/organisation/")]
# Parts of tables that are not laid out as such, and parts of the same tables without a role of their own.
UNSPOKEN = """() => [...document.querySelectorAll("table")].flatMap((table) => {
  const parts = [table, ...table.querySelectorAll("thead, tbody, tfoot, tr, th, td")];
  const shown = parts.filter((part) => getComputedStyle(part).display !== "none");
  const relaid = shown.some((part) => !getComputedStyle(part).display.startsWith("table"));
  return relaid ? shown.filter((part) => !part.hasAttribute("role")).map((part) => part.outerHTML.slice(0, 80)) : [];
})"""
RELAID = """() => [...document.querySelectorAll("table, table tr")].some(
  (part) => !["none", "table", "table-row"].includes(getComputedStyle(part).display))"""
# Tables of which a part lies beyond the edge of their own frame.
CUT = """() => [...document.querySelectorAll(".data-table")].filter((frame) => frame.checkVisibility()
  && frame.scrollWidth > frame.clientWidth + 1).map((frame) => frame.getAttribute("aria-label"))"""
STRIP = (
    """() => document.querySelectorAll("table, table *").forEach((part) => part.removeAttribute("role"))"""
)


@pytest.fixture
def lived_in(cast):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    agree_band(kpi, cast.amara, cast.jonas)
    report(kpi, cast.lena, date(2025, 12, 1), 75)
    with acting(cast.amara, cast.own):
        actions.add_contract(
            relationship=cast.own, kind="MASTER", terms=actions.ContractTerms(title="Master agreement"),
            actor=cast.amara, side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip
    account_actions.notify(person_id=cast.amara.pk, key="k", text="Something happened", url="/", now=NOW)
    return cast


def spoken(page: Page) -> set[str]:
    """The roles of the first table's parts in the browser's own accessibility tree."""
    tree = page.locator(".data-table table").first.aria_snapshot()
    words = {line.strip().removeprefix("- ").split(" ")[0].rstrip(":") for line in tree.splitlines()}
    return words & {"table", "rowgroup", "row", "columnheader", "rowheader", "cell"}


@pytest.mark.parametrize(("who", "address"), PAGES)
def test_cards_are_rows_of_a_table(lived_in, open_page, who, address):
    page = open_page(lived_in.person(who), size=PHONE)
    page.goto(address.format(own=lived_in.own.pk))
    assert page.evaluate(RELAID), "no table of this page is laid out as cards"
    assert page.evaluate(UNSPOKEN) == []
    assert {"table", "rowgroup", "row", "columnheader", "cell"} <= spoken(page)
    assert page.evaluate(CUT) == []


def test_the_check_finds_what_is_missing(lived_in, open_page):
    """The control: without explicit roles the same check has something to say."""
    page = open_page(lived_in.amara, size=PHONE)
    page.goto("/relationships/")
    page.evaluate(STRIP)
    assert page.evaluate(UNSPOKEN)
