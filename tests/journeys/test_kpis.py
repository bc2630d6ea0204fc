"""What people come to do with goals and KPIs: write them down, see how they stand, read the chart."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from kpis.models import Kpi
from tests.cast import Cast
from tests.furniture import add_goal, add_kpi, agree_band, report
from tests.journeys.conftest import PHONE, TABLET, SignIn, is_wider_than_the_screen, violations


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    """A year and more of readings under two bands, with a gap."""
    kpi = add_kpi(
        add_goal(cast.own, cast.amara), cast.amara, customer_owner=cast.priya, provider_owner=cast.lena,
        standard="Four of five calls are solved in one go",
    )  # fmt: skip
    agree_band(kpi, cast.amara, cast.jonas)
    agree_band(kpi, cast.amara, cast.jonas, (65, 74, 83), effective_from=date(2025, 7, 1))
    for month in (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12):
        report(kpi, cast.lena, date(2025, month, 1), Decimal(68 + month))
    return kpi


def fill_card(page: Page, name: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Performed by").select_option("PROVIDER")
    page.get_by_label("Direction").select_option("LOWER")
    page.get_by_label("Unit").fill("h")
    page.get_by_label("Measured from").fill("2025-01-01")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_member_writes_down_a_goal_and_a_kpi_and_the_other_side_sees_both(
    cast: Cast, open_page: SignIn, javascript: bool
) -> None:
    page = open_page(cast.priya, javascript=javascript)
    page.goto(f"/relationships/{cast.own.pk}/goals/")
    page.get_by_role("link", name="Write down the first goal").click()
    page.get_by_label("Goal", exact=True).fill("Staff get back to work fast")
    page.get_by_label("Worth to the customer").fill("4,000 working hours a year")
    page.get_by_role("button", name="Add the goal").click()
    page.get_by_role("link", name="Add the first one").click()
    fill_card(page, "Time to restore service")
    page.get_by_label("Owner on the provider's side").select_option(label="Lena Fischer")
    page.get_by_role("button", name="Add the KPI").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Time to restore service")

    other = open_page(cast.lena)
    other.goto(f"/relationships/{cast.own.pk}/goals/")
    expect(other.get_by_role("heading", name="Staff get back to work fast")).to_be_visible()
    row = other.get_by_role("row", name="Time to restore service")
    expect(row).to_contain_text("Lena Fischer")
    expect(row).to_contain_text("100.0")


def test_a_refused_card_keeps_what_was_typed_and_leads_to_the_field(cast: Cast, open_page: SignIn) -> None:
    add_goal(cast.own, cast.amara)
    page = open_page(cast.priya)
    page.goto(f"/relationships/{cast.own.pk}/kpis/new/")
    page.get_by_label("Shows the goal").select_option(index=1)
    fill_card(page, "Time to restore service")
    page.get_by_label("Periods").select_option("CONTRACT_MONTH")
    page.get_by_role("button", name="Add the KPI").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Time to restore service")
    summary.get_by_role("link").click()
    expect(page.get_by_label("Contract month starts on day")).to_be_focused()
    assert violations(page) == []


def test_the_chart_is_read_with_the_arrow_keys_and_the_pointer(
    cast: Cast, kpi: Kpi, open_page: SignIn
) -> None:
    page = open_page(cast.jonas)
    page.goto(f"/kpis/{kpi.pk}/?until=2025-12-31")
    chart = page.get_by_role("group", name="Read the chart period by period with the arrow keys")
    said = page.locator(".band-chart-readout")
    chart.focus()
    expect(said).to_have_text(
        "Dec 2025: 80.0 %, Approaching, signal: a change for the better."
        " Target 83.0 %, tolerance 74.0 %, floor 65.0 %"
    )
    page.keyboard.press("Home")
    expect(said).to_have_text(
        "Jan 2025: 69.0 %, Requires improvement, signal: a change for the worse."
        " Target 80.0 %, tolerance 70.0 %, floor 60.0 %"
    )
    for _step in range(5):
        page.keyboard.press("ArrowRight")
    expect(said).to_have_text("Jun 2025: Missing")
    page.locator(".band-chart-slot").nth(1).hover()
    expect(said).to_contain_text("Feb 2025: 70.0 %, Approaching")
    assert violations(page) == []


def test_what_was_believed_then_is_a_date_away(cast: Cast, kpi: Kpi, open_page: SignIn) -> None:
    page = open_page(cast.priya, javascript=False)
    page.goto(f"/kpis/{kpi.pk}/")
    page.get_by_label("What was believed on").fill("2025-03-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("This is what was believed at the end of 1 Mar 2025")).to_be_visible()
    page.get_by_role("link", name="Show what stands now").click()
    expect(page.get_by_text("This is what was believed")).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [TABLET, PHONE, (320, 640)])
def test_pages_are_accessible_and_fit_the_screen(
    cast: Cast, kpi: Kpi, open_page: SignIn, size: tuple[int, int], dark: bool
) -> None:
    page = open_page(cast.amara, size=size, dark=dark)
    own, goal = cast.own.pk, kpi.goal_id
    for address in (
        f"/relationships/{own}/goals/", f"/relationships/{own}/goals/new/", f"/goals/{goal}/",
        f"/relationships/{own}/kpis/new/", f"/kpis/{kpi.pk}/", f"/kpis/{kpi.pk}/?on=2025-06-01",
        f"/kpis/{kpi.pk}/definition/", f"/kpis/{kpi.pk}/band-revisions/new/", f"/relationships/{own}/weights/",
        f"/relationships/{own}/calendars/",
        f"/kpis/{kpi.pk}/band-revisions/new/?target=85&tolerance=75&floor=65&effective_from=2025-07-01",
    ):  # fmt: skip
        page.goto(address)
        assert violations(page) == []
        assert not is_wider_than_the_screen(page), address
