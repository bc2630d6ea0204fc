"""Both sides talk: what is shared is read by both, what is internal by one, whoever is named learns of it."""

import pytest
from playwright.sync_api import expect

from kpis.models import Goal
from tests.cast import acting, notices_of
from tests.journeys.conftest import PHONE, is_wider_than_the_screen, violations


@pytest.mark.parametrize("javascript", [True, False])
def test_shared_and_internal_reach_the_right_side(cast, open_page, javascript):
    address = f"/relationships/{cast.own.pk}/timeline/"
    amara = open_page(cast.amara, javascript=javascript)
    amara.goto(address)
    for words, reach in (
        ("Shall we meet on Thursday?", "Both sides"),
        ("Our limit is 3 %", "Only Northwind"),
    ):
        amara.get_by_label("Say something").fill(words)
        amara.get_by_role("radio", name=reach).check()
        amara.get_by_role("button", name="Say it").click()
        expect(amara.get_by_role("listitem").filter(has_text=words)).to_be_visible()
    priya, jonas = (open_page(person, javascript=javascript) for person in (cast.priya, cast.jonas))
    for page in (priya, jonas):
        page.goto(address)
        expect(page.get_by_text("Shall we meet on Thursday?")).to_be_visible()
    expect(priya.get_by_text("Only Northwind reads this")).to_be_visible()
    expect(jonas.get_by_text("Our limit")).to_have_count(0)
    jonas.goto(f"{address}?q=limit")
    expect(jonas.get_by_text("No line of the dialogue fits")).to_be_visible()


def test_naming_somebody_by_keyboard(cast, open_page):
    page = open_page(cast.amara)
    page.goto(f"/relationships/{cast.own.pk}/timeline/")
    page.locator("textarea[data-started]").wait_for()
    field = page.get_by_label("Say something")
    field.press_sequentially("Please look, @lev")
    expect(page.get_by_role("option", name="Ruth Levine")).to_be_visible()
    assert violations(page) == []
    field.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    field.press("Backspace")
    field.press("ArrowDown")  # past Lena Fischer
    field.press("Enter")
    field.press_sequentially("Thank you")
    expect(field).to_have_value("Please look, @Ruth Levine Thank you")
    page.get_by_role("button", name="Say it").click()
    expect(page.locator(".mention")).to_have_text("@Ruth Levine")
    assert len(notices_of(cast.ruth)) == 1


def test_an_internal_comment_offers_only_colleagues(cast, open_page):
    page = open_page(cast.amara, size=PHONE, dark=True)
    page.goto(f"/relationships/{cast.own.pk}/timeline/")
    page.locator("textarea[data-started]").wait_for()
    page.get_by_role("radio", name="Only Northwind").check()
    page.get_by_label("Say something").press_sequentially("@")
    expect(page.get_by_role("option")).to_have_text(["Grace Lindqvist", "Priya Nair", "Ruth Levine"])
    assert violations(page) == []
    assert not is_wider_than_the_screen(page)


def test_a_double_click_writes_one_goal(cast, open_page):
    page = open_page(cast.amara)
    page.goto(f"/relationships/{cast.own.pk}/goals/new/")
    page.locator("main form[data-started]").wait_for()
    page.get_by_label("Goal", exact=True).fill("Fewer outages")
    page.get_by_role("button", name="Add the goal").dblclick()
    expect(page.get_by_role("heading", name="Fewer outages")).to_have_count(1)
    with acting(cast.amara, cast.own):
        assert Goal.objects.filter(relationship=cast.own).count() == 1
