"""A peak season: declared in advance, weighed by its back-test, signed, and then the readings come in."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from kpis.models import Kpi
from tests.cast import Cast
from tests.furniture import add_goal, add_kpi, report
from tests.journeys.conftest import PHONE, SignIn, is_wider_than_the_screen, violations
from tests.kpis.test_automatic import driver
from tests.kpis.test_flexing import band, environment, shift


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    made = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    band(cast, made, [shift(environment(cast))])
    for month, value in ((10, 82), (11, 76)):
        report(made, cast.lena, date(2025, month, 1), value)
    return made


@pytest.mark.parametrize("javascript", [True, False])
def test_a_provider_declares_the_season_the_customer_weighs_and_signs_it_and_december_is_judged_by_it(
    cast: Cast, kpi: Kpi, open_page: SignIn, javascript: bool
) -> None:
    page = open_page(cast.jonas, javascript=javascript)
    page.goto(f"/relationships/{cast.own.pk}/goals/")
    page.get_by_role("link", name="Environments & drivers").click()
    page.get_by_role("link", name="Peak season").click()
    page.get_by_role("link", name="Declare a spell").click()
    page.get_by_label("First day").fill("2025-11-01")
    page.get_by_label("Last day").fill("2025-12-31")
    page.get_by_label("Reason").fill("The winter sale")
    if not javascript:
        page.get_by_role("button", name="Show what it touches").click()
        assert "csrfmiddlewaretoken" not in page.url
    expect(page.locator("#backtest")).to_contain_text("Signing it judges 1 reading anew")
    expect(page.locator("#backtest")).to_contain_text("Verdicts: 1 better, 0 worse, 0 the same")
    if javascript:
        assert violations(page) == []
    page.get_by_role("button", name="Propose and sign").click()
    expect(page).to_have_url(re.compile(r"/agreements/\d+/$"))

    other = open_page(cast.amara, javascript=javascript)
    other.goto(page.url)
    expect(other.locator("main")).to_contain_text("The winter sale")
    expect(other.locator("main")).to_contain_text("First-contact resolution")
    other.get_by_role("button", name=re.compile("Sign for Northwind")).first.click()
    expect(other.locator("main")).to_contain_text("Agreed")

    reporter = open_page(cast.lena, javascript=javascript)
    reporter.goto(f"/kpis/{kpi.pk}/readings/2025-12-01/")
    reporter.get_by_label("Value").fill("75")
    if javascript:
        expect(reporter.locator("[data-verdict]")).to_contain_text("Good")
    reporter.get_by_role("button", name="Report the reading").click()
    reporter.goto(f"/kpis/{kpi.pk}/readings/2025-12-01/")
    expect(reporter.locator("#why")).to_contain_text("Peak season")
    reporter.goto(f"/kpis/{kpi.pk}/")
    expect(reporter.locator("main")).to_contain_text("Peak season")


def test_a_condition_is_built_line_by_line_and_tried_while_typing(cast: Cast, open_page: SignIn) -> None:
    volume = driver(cast)
    for month, value in ((10, 900), (11, 1300), (12, 1250)):
        report(volume, cast.lena, date(2025, month, 1), value)
    page = open_page(cast.amara)
    page.goto(f"/relationships/{cast.own.pk}/environments/")
    page.get_by_role("link", name="Propose the first environment").click()
    page.get_by_label("Name").fill("Volume surge")
    page.get_by_label("What it means").fill("More calls than both planned for")
    page.locator("#id_driver_0").select_option("Calls received (calls)")
    page.locator("#id_number_0").fill("1200")
    outlook = page.locator("#outlook")
    expect(outlook).to_contain_text("Calls received is more than 1,200")
    page.get_by_role("button", name="Add a line").click()
    expect(page.get_by_label("Name")).to_have_value("Volume surge")
    expect(page.get_by_label("Driver, line 2")).to_be_visible()
    page.get_by_label("with an expression of our own").check()
    expect(page.locator("#id_driver_0")).to_be_hidden()
    page.locator("#id_condition").fill("calls_recieved > 1200")
    expect(outlook).to_contain_text("Is “calls_received” meant?")
    page.locator("#id_condition").fill("calls_received > 2 * 600")
    expect(outlook).to_contain_text("calls_received > 2 * 600")
    assert violations(page) == []
    page.get_by_label("In force from").fill("2025-01-01")
    page.get_by_role("button", name="Propose and sign").click()
    expect(page).to_have_url(re.compile(r"/agreements/\d+/$"))
    expect(page.locator("main")).to_contain_text("calls_received = “Calls received”")


def test_by_keyboard_alone(cast: Cast, kpi: Kpi, open_page: SignIn) -> None:
    page = open_page(cast.jonas)
    page.goto(f"/relationships/{cast.own.pk}/spells/new/")
    page.get_by_label("Environment").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("11012025")
    page.get_by_label("Last day").focus()
    page.keyboard.type("10012025")
    page.get_by_label("Reason").focus()
    page.keyboard.type("Typed")
    expect(page.locator("#backtest")).to_contain_text("A spell cannot end before it starts.")
    page.get_by_role("button", name="Propose and sign").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Reason")).to_have_value("Typed")
    expect(page.get_by_label("Last day")).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("dark", [True, False])
def test_on_a_phone(cast: Cast, kpi: Kpi, open_page: SignIn, dark: bool) -> None:
    volume = driver(cast)
    report(volume, cast.lena, date(2025, 12, 1), 1180)
    page = open_page(cast.amara, size=PHONE, dark=dark)
    rel = f"/relationships/{cast.own.pk}"
    page.goto(f"{rel}/environments/")
    page.get_by_role("link", name="Peak season").click()
    addresses = [
        page.url, f"{rel}/environments/", f"{rel}/environments/new/", f"{rel}/spells/new/", f"{rel}/drivers/",
        f"{rel}/drivers/new/", f"/kpis/{volume.pk}/", f"/kpis/{volume.pk}/definition/",
    ]  # fmt: skip
    for address in addresses:
        page.goto(address)
        assert violations(page) == [], address
        assert not is_wider_than_the_screen(page), address
