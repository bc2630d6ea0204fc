"""Agreeing on a band: what the last periods would have been, proposing it, and the other side's answer."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from kpis.models import Kpi
from tests.cast import Cast
from tests.furniture import add_goal, add_kpi, agree_band, report
from tests.journeys.conftest import SignIn, violations


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    agree_band(kpi, cast.amara, cast.jonas)
    for month, value in ((9, 82), (10, 76), (11, 64)):
        report(kpi, cast.lena, date(2025, month, 1), value)
    return kpi


@pytest.mark.parametrize("javascript", [True, False])
def test_a_lead_sees_the_consequences_before_proposing_and_the_other_side_signs(
    cast: Cast, kpi: Kpi, open_page: SignIn, javascript: bool
) -> None:
    page = open_page(cast.amara, javascript=javascript)
    page.goto(f"/kpis/{kpi.pk}/")
    page.get_by_role("link", name="Propose a band").click()
    expect(page.get_by_label("Target (%)")).to_have_value("80")
    page.get_by_label("Floor (%)").fill("62")
    page.get_by_label("Tolerance (%)").fill("72")
    page.get_by_label("Target (%)").fill("77")
    page.get_by_label("In force from").fill("2026-04-01")
    page.get_by_label("Why").fill("Calls got harder")
    if not javascript:
        page.get_by_role("button", name="Show the last periods under it").click()
        assert "csrfmiddlewaretoken" not in page.url
    expect(page.locator("#backtest")).to_contain_text("Of 3 periods with a value")
    expect(page.locator("#backtest")).to_contain_text("3 the same")
    if javascript:
        page.get_by_label("Target (%)").fill("75")
        expect(page.locator("#backtest")).to_contain_text("1 better")
        assert violations(page) == []
    page.get_by_role("button", name="Propose and sign").click()
    expect(page).to_have_url(re.compile(r"/agreements/\d+/$"))

    other = open_page(cast.jonas)
    other.goto(f"/kpis/{kpi.pk}/")
    expect(other.get_by_text("A new band is proposed from 1 Apr 2026")).to_be_visible()
    other.get_by_role("link", name="Look at it and answer").click()
    expect(other.locator("main")).to_contain_text("Calls got harder")
    other.get_by_role("button", name=re.compile("Sign for Brightwater")).first.click()
    other.goto(f"/kpis/{kpi.pk}/")
    expect(other.get_by_role("row", name=re.compile("1 Apr 2026"))).to_be_visible()


def test_a_band_out_of_order_is_refused_at_the_field_and_keeps_the_words(
    cast: Cast, kpi: Kpi, open_page: SignIn
) -> None:
    page = open_page(cast.amara)
    page.goto(f"/kpis/{kpi.pk}/band-revisions/new/")
    page.get_by_label("Tolerance (%)").fill("90")
    page.get_by_label("Why").fill("kept words")
    expect(page.locator("#backtest")).to_contain_text("Target has to be larger than tolerance")
    page.get_by_role("button", name="Propose and sign").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Why")).to_have_value("kept words")
    expect(page.get_by_label("Target (%)")).to_have_attribute("aria-invalid", "true")


def test_shares_follow_the_weights_while_typing(cast: Cast, kpi: Kpi, open_page: SignIn) -> None:
    other = add_kpi(kpi.goal, cast.amara, "Time to restore service")
    page = open_page(cast.amara)
    page.goto(f"/relationships/{cast.own.pk}/weights/")
    page.get_by_label("Weight of Time to restore service").fill("3")
    expect(page.locator(f"#share-{other.pk}")).to_have_text("75.0")
    expect(page.locator(f"#share-{kpi.pk}")).to_have_text("25.0")
    expect(page.locator("#share-total")).to_have_text("100.0")
    expect(page.get_by_text("The proposed shares add up to 100.0 %.")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Propose and sign").click()
    expect(page).to_have_url(re.compile(r"/agreements/\d+/$"))
