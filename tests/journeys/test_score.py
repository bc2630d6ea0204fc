"""Somebody comes to understand the score."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESKTOP, PHONE, is_wider_than_the_screen, violations
from tests.journeys.test_listening import CUT
from tests.value import story
from value.models import ScoreRun


@pytest.fixture
def told(cast):
    found = story.tell(cast)
    story.score(
        cast,
        *story.monthly(date(2025, 9, 1), date(2026, 2, 1)),
        date(2026, 2, 9),
        date(2026, 3, 1),
        story.AS_OF,
    )
    return found


def test_from_the_figure_down_to_a_reading(told, cast, open_page):
    page = open_page(cast.amara)
    page.goto(f"/relationships/{cast.own.pk}/shared-value/")
    expect(page.get_by_role("heading", name="Why it moved")).to_be_visible()
    page.get_by_role("region", name="The formula, with its numbers").get_by_role(
        "link", name="Service received"
    ).click()
    expect(page).to_have_url(re.compile("#evidence-PROVIDER$"))
    page.get_by_role("link", name="All readings").click()
    expect(page).to_have_url(re.compile(r"/readings/$"))


def test_two_dates_are_chosen_without_javascript(told, cast, open_page):
    page = open_page(cast.jonas, javascript=False)
    page.goto(f"/relationships/{cast.own.pk}/shared-value/")
    page.get_by_label("As of").fill("2026-02-09")
    page.get_by_label("Compared with").fill("2026-01-01")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("region", name="Why it moved")).to_contain_text("1 Jan 2026")
    page.get_by_role("link", name="Propose other terms").click()
    page.get_by_label("Weight of joint outcomes").fill("3")
    page.get_by_role("button", name="Propose for Brightwater").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Terms of the shared value")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_pages_are_accessible(told, cast, open_page, size, dark):
    page = open_page(cast.amara, size=size, dark=dark)
    for path in ("shared-value/", "score-terms/new/"):
        page.goto(f"/relationships/{cast.own.pk}/{path}")
        assert violations(page) == []
        assert not is_wider_than_the_screen(page)


def test_no_table_is_cut_on_a_phone(told, cast, open_page):
    ScoreRun.objects.create(
        as_of=story.AS_OF, started_at=story.NOW, finished_at=story.NOW, total=10_000, done=10_000
    )
    page = open_page(cast.amara, size=PHONE)
    page.goto(f"/relationships/{cast.own.pk}/shared-value/")
    page.get_by_text("The last score of each month as a table").click()
    expect(page.get_by_role("table", name="Scores by month")).to_be_visible()
    assert page.evaluate(CUT) == []
    page = open_page(cast.owen, size=PHONE)
    page.goto("/score-runs/")
    expect(page.get_by_text("10,000 of 10,000")).to_be_visible()
    assert page.evaluate(CUT) == []


def test_runs_are_watched(cast, open_page):
    run = ScoreRun.objects.create(as_of=story.AS_OF, started_at=story.NOW, total=10, done=4)
    page = open_page(cast.owen)
    page.goto("/score-runs/")
    expect(page.get_by_text("Under way")).to_be_visible()
    assert violations(page) == []
    ScoreRun.objects.filter(pk=run.pk).update(done=10, finished_at=story.NOW)
    expect(page.get_by_text("Under way")).to_have_count(0)
    expect(page.get_by_text("Done in less than a second")).to_be_visible()
