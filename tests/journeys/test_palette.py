"""Somebody jumps by name, or without JavaScript searches by name; and finds the menus of the bar."""

import pytest
from playwright.sync_api import expect

from tests.furniture import add_goal, add_kpi
from tests.journeys.conftest import PHONE, is_wider_than_the_screen, violations


@pytest.fixture
def named(cast):
    goal = add_goal(cast.own, cast.amara, "Calls answered at once")
    for name in ("Call abandonment", "Call waiting time"):
        add_kpi(goal, cast.amara, name)
    return cast


def ready(page, address: str = "/"):
    """Goes there and waits until the palette listens."""
    page.goto(address)
    expect(page.locator("[data-palette][data-started]")).to_be_attached()


def opened(page, key: str = "/"):
    page.keyboard.press(key)
    expect(page.get_by_role("dialog", name="Go to")).to_be_visible()
    return page.get_by_role("combobox")


@pytest.mark.parametrize("key", ["/", "Control+k"])
def test_jumping_by_keyboard(named, open_page, key):
    page = open_page(named.amara)
    ready(page)
    field = opened(page, key)
    expect(field).to_be_focused()
    expect(page.get_by_role("option").first).to_contain_text("Northwind service desk")
    field.press_sequentially("call")
    expect(page.get_by_role("option", name="Call abandonment")).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    expect(page.get_by_role("option", name="Call waiting time")).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "found-1-2")
    field.press("ArrowUp")
    field.press("ArrowUp")
    expect(page.get_by_role("option", name="All results")).to_have_attribute("aria-selected", "true")
    assert violations(page) == []
    field.press("Enter")
    page.wait_for_url("**/search/?q=call")
    expect(page.get_by_role("heading", level=1, name="Search")).to_be_visible()


def test_escape_closes_and_gives_the_focus_back(named, open_page):
    page = open_page(named.amara)
    ready(page)
    page.get_by_role("link", name="Waiting for you").focus()
    opened(page, "Control+k")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("link", name="Waiting for you")).to_be_focused()


def test_a_slash_in_a_text_field_is_a_slash(named, open_page):
    page = open_page(named.amara)
    ready(page, "/profile/")
    page.get_by_label("Your name").press("/")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_typing_into_the_bar_goes_on_in_the_palette(named, open_page):
    page = open_page(named.amara)
    ready(page)
    page.locator("#search").press_sequentially("calls")
    expect(page.get_by_role("combobox")).to_have_value("calls")
    page.get_by_role("option", name="Calls answered at once").click()
    page.wait_for_url("**/goals/**")


def test_nothing_found_is_said(named, open_page):
    page = open_page(named.amara, dark=True)
    ready(page)
    opened(page).press_sequentially("zzzz")
    expect(page.get_by_text("Nothing you may read is called “zzzz”.")).to_be_visible()
    assert violations(page) == []


def test_without_javascript_the_field_is_a_search_form(named, open_page):
    page = open_page(named.amara, javascript=False)
    page.goto("/")
    page.locator("#search").fill("call")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Call abandonment").wait_for()
    expect(page.get_by_role("heading", level=1, name="Search")).to_be_visible()


def test_the_palette_fits_a_phone(named, open_page):
    page = open_page(named.amara, size=PHONE)
    ready(page)
    page.locator("#search").press_sequentially("call")
    expect(page.get_by_role("option", name="Call abandonment")).to_be_visible()
    assert not is_wider_than_the_screen(page)
    assert violations(page) == []


def test_the_menus_of_the_bar_by_keyboard(named, open_page):
    page = open_page(named.helen)
    ready(page)
    expect(page.locator("[data-menu][data-started]")).to_have_count(2)
    switcher, profile = page.locator(".menu-switcher summary"), page.locator(".menu-profile summary")
    switcher.press("Enter")
    expect(page.get_by_role("link", name="Northwind service desk").first).to_be_visible()
    expect(page.get_by_role("link", name="All relationships")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="All relationships")).to_be_hidden()
    expect(switcher).to_be_focused()
    profile.press("Enter")
    for name in ("Notices", "Your profile", "Portfolio", "How it is computed"):
        expect(page.locator(".menu-profile").get_by_role("link", name=name)).to_be_visible()
    assert violations(page) == []


def test_the_chosen_theme_stays(named, open_page):
    page = open_page(named.amara)
    page.goto("/")
    page.locator(".menu-profile summary").click()
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/profile/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
