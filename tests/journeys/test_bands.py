"""Agreeing on a band: what the last periods would have been, proposing it, and the other side's answer."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from kpis.models import Kpi, Reading
from tests.cast import Cast, acting
from tests.furniture import add_goal, add_kpi, agree_band, report
from tests.journeys.conftest import PHONE, SignIn, is_wider_than_the_screen, violations
from tests.kpis.test_flexing import environment, spell


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


@pytest.fixture
def peaked(cast: Cast, kpi: Kpi) -> Kpi:
    """Peak season held in November, when the value was 64 under a floor of 60."""
    spell(cast, environment(cast), date(2025, 11, 1), date(2025, 11, 30))
    return kpi


@pytest.mark.parametrize("javascript", [True, False])
def test_both_sides_settle_on_a_rule_after_seeing_what_it_would_have_done(
    cast: Cast, peaked: Kpi, open_page: SignIn, javascript: bool
) -> None:
    page = open_page(cast.jonas, javascript=javascript)
    page.goto(f"/kpis/{peaked.pk}/band-revisions/new/")
    page.get_by_label("In force from").fill("2025-01-01")
    page.get_by_label("Wiggle room in 12 months (units)").fill("3")
    page.get_by_role("button", name="Add a rule").click()
    rule = page.get_by_role("region", name="Rule 1")
    expect(rule.get_by_label("While this environment holds")).to_be_focused()
    expect(rule.get_by_label("Agreed baseline")).to_be_hidden()
    rule.get_by_label("While this environment holds").select_option("Peak season")
    rule.get_by_label("Tolerance (%)").fill("-16")
    rule.get_by_label("Target (%)").fill("-16")
    rule.get_by_label("Floor (%)").fill("-16")
    backtest = page.locator("#backtest")
    if not javascript:
        page.get_by_role("button", name="Show the last periods under it").click()
    expect(backtest).to_contain_text("During “Peak season”, the target is 64")
    expect(backtest).to_contain_text("The 1 period that changes asks less of Brightwater")
    expect(backtest).to_contain_text("Relies on it: promised less in 1 period, more in none.")
    if javascript:
        assert violations(page) == []
    page.get_by_role("button", name="Propose and sign").click()
    expect(page).to_have_url(re.compile(r"/agreements/\d+/$"))

    other = open_page(cast.amara, javascript=javascript)
    other.goto(page.url)
    expect(other.get_by_role("heading", name="What the past says about it")).to_be_visible()
    expect(other.locator("#evidence")).to_contain_text("This leans to one side")
    if javascript:
        assert violations(other) == []
    other.get_by_role("link", name="Propose something else").click()
    rule = other.get_by_role("region", name="Rule 1")
    expect(rule.get_by_label("Target (%)")).to_have_value("-16")
    expect(other.get_by_label("Wiggle room in 12 months (units)")).to_have_value("3")
    for label in ("Tolerance (%)", "Target (%)", "Floor (%)"):
        rule.get_by_label(label).fill("-6")
    other.get_by_role("button", name="Counter-propose and sign").click()
    expect(other).to_have_url(re.compile(r"/agreements/\d+/$"))

    page.goto(other.url)
    page.get_by_role("button", name=re.compile("Sign for Brightwater")).first.click()
    expect(page.get_by_text("Signed for Brightwater. It is agreed.")).to_be_visible()
    with acting(cast.amara, cast.own):
        november = Reading.objects.select_related("flexing").get(period_start=date(2025, 11, 1))
    assert (november.verdict, november.flexing.tolerance, november.flexing.unflexed_verdict) == (2, 64, 1)


def test_rules_come_and_go_by_keyboard_and_a_refusal_stands_at_its_field(
    cast: Cast, peaked: Kpi, open_page: SignIn
) -> None:
    environment(cast, "Quiet months")
    page = open_page(cast.amara)
    page.goto(f"/kpis/{peaked.pk}/band-revisions/new/")
    page.get_by_label("Why").fill("kept words")
    page.get_by_role("button", name="Add a rule").press("Enter")
    first = page.get_by_role("region", name="Rule 1")
    expect(first.get_by_label("While this environment holds")).to_be_focused()
    first.get_by_label("While this environment holds").select_option("Peak season")
    first.get_by_label("Target (%)").fill("30")
    page.get_by_role("button", name="Add another rule").press("Enter")
    second = page.get_by_role("region", name="Rule 2")
    expect(second.get_by_label("Priority")).to_have_value("2")
    second.get_by_label("While this environment holds").select_option("Quiet months")
    second.get_by_label("How the band moves").select_option("Follow a driver")
    expect(second.get_by_label("Agreed baseline")).to_be_visible()
    expect(second.get_by_label("Target (%)")).to_be_hidden()
    page.get_by_role("button", name="Propose and sign").click()
    expect(page.get_by_role("alert").first).to_be_focused()
    expect(page.get_by_label("Why")).to_have_value("kept words")
    expect(page.get_by_role("region", name="Rule 2").get_by_label(re.compile("^Driver"))).to_have_attribute(
        "aria-invalid", "true"
    )
    assert violations(page) == []
    page.get_by_role("button", name="Leave out rule 1").press("Enter")
    expect(page.get_by_role("region", name="Rule 2")).to_be_hidden()
    expect(page.get_by_role("button", name="Add another rule")).to_be_focused()
    rule = page.get_by_role("region", name="Rule 1")
    expect(rule.get_by_label("While this environment holds")).to_have_value(re.compile(r"\d+"))
    # Enter in a field shows the comparison; it neither adds nor leaves out a rule.
    page.get_by_label("Target (%)").first.press("Enter")
    expect(page.get_by_role("region", name="Rule 1")).to_be_visible()
    expect(page.get_by_label("Why")).to_have_value("kept words")


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_the_form_with_rules_fits(cast: Cast, peaked: Kpi, open_page: SignIn, dark: bool) -> None:
    page = open_page(cast.amara, size=PHONE, dark=dark)
    page.goto(f"/kpis/{peaked.pk}/band-revisions/new/")
    page.get_by_role("button", name="Add a rule").click()
    expect(page.get_by_role("region", name="Rule 1")).to_be_visible()
    assert not is_wider_than_the_screen(page)
    assert violations(page) == []
