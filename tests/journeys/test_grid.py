"""Provider staff update this month's readings in the grid; somebody else does so at the same time."""

from datetime import date

import pytest
from playwright.sync_api import expect

from kpis.models import Reading
from tests.cast import acting
from tests.furniture import add_goal, add_kpi, agree_band, report
from tests.journeys.conftest import PHONE, is_wider_than_the_screen, violations

OCTOBER, NOVEMBER = date(2025, 10, 1), date(2025, 11, 1)
RANGE = "?periods=6&until=2025-11-30"


@pytest.fixture
def kpis(cast):
    goal = add_goal(cast.own, cast.amara)
    made = [
        add_kpi(goal, cast.amara, name="First-contact resolution", reference="A"),
        add_kpi(goal, cast.amara, name="Restored in time", reference="B", entry="RATIO"),
        add_kpi(goal, cast.amara, name="Approvals answered", reference="C", performed_by="CUSTOMER"),
    ]
    for kpi in made:
        agree_band(kpi, cast.amara, cast.jonas)
    report(made[0], cast.lena, OCTOBER, 75)
    return made


def grid(cast):
    return f"/relationships/{cast.own.pk}/readings/{RANGE}"


def cell(page, kpi, day=NOVEMBER):
    return page.locator(f"#cell-{kpi.pk}-{day.isoformat()}")


def value(cast, kpi, day=NOVEMBER):
    with acting(cast.jonas, cast.own):
        return Reading.objects.filter(kpi=kpi, period_start=day).values_list("value", flat=True).first()


def opened(cast, open_page, person, **how):
    page = open_page(person, **how)
    page.goto(grid(cast))
    page.locator("[data-grid][data-started]").wait_for()
    return page


def paste(page, text):
    page.evaluate(
        """text => { const data = new DataTransfer(); data.setData("text/plain", text);
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})) }""",
        text,
    )


def test_typing_down_a_column_with_the_verdict_at_once(cast, kpis, open_page):
    page = opened(cast, open_page, cast.lena)
    cell(page, kpis[0]).locator("a").focus()
    page.keyboard.type("81")
    expect(page.locator(".cell-float")).to_contain_text("Good")
    page.keyboard.press("Enter")
    expect(cell(page, kpis[0])).to_contain_text("81.0")
    expect(cell(page, kpis[0])).to_contain_text("waits to be confirmed")
    expect(cell(page, kpis[1]).locator("a")).to_be_focused()
    page.keyboard.type("45/50")
    expect(page.locator(".cell-float")).to_contain_text("90.0")
    page.keyboard.press("Enter")
    expect(cell(page, kpis[1])).to_contain_text("90.0")
    expect(page.locator("[data-status]")).to_have_text("Saved.")
    expect(page.locator("[data-progress]")).to_contain_text("2 of 2 reported for Nov 2025")
    assert (value(cast, kpis[0]), value(cast, kpis[1])) == (81, 90)


def test_arrows_tab_and_escape(cast, kpis, open_page):
    page = opened(cast, open_page, cast.lena)
    cell(page, kpis[0], OCTOBER).locator("a").focus()
    page.keyboard.press("ArrowRight")
    expect(cell(page, kpis[0]).locator("a")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(cell(page, kpis[2]).locator("a")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("12")
    page.keyboard.press("Escape")
    expect(cell(page, kpis[0], OCTOBER)).to_contain_text("75.0")
    expect(cell(page, kpis[0], OCTOBER).locator("a")).to_be_focused()
    page.keyboard.type("76")
    page.keyboard.press("Tab")
    expect(cell(page, kpis[0]).locator("a")).to_be_focused()
    expect(cell(page, kpis[0], OCTOBER)).to_contain_text("76.0")
    assert value(cast, kpis[0], OCTOBER) == 76


def test_a_block_from_a_spreadsheet(cast, kpis, open_page):
    page = opened(cast, open_page, cast.lena)
    cell(page, kpis[0], OCTOBER).locator("a").focus()
    paste(page, "70\t71\r\n40/50\tabc\r\n1\t2\r\n")
    expect(page.locator("[data-status]")).to_have_text(
        "3 saved, 1 to look at, 2 left out (not ours to report)."
    )
    assert [value(cast, kpis[0], OCTOBER), value(cast, kpis[0]), value(cast, kpis[1], OCTOBER)] == [
        70,
        71,
        80,
    ]
    expect(cell(page, kpis[1])).to_contain_text("“abc” is not a number.")
    expect(cell(page, kpis[1]).locator("input")).to_have_value("abc")
    assert value(cast, kpis[2]) is None


def test_what_is_refused_stays_and_can_be_mended(cast, kpis, open_page):
    page = opened(cast, open_page, cast.lena)
    cell(page, kpis[0]).locator("a").focus()
    page.keyboard.type("1e400")
    page.keyboard.press("Enter")
    expect(cell(page, kpis[0]).locator("input")).to_have_value("1e400")
    expect(cell(page, kpis[0])).to_contain_text("is not a number")
    assert violations(page) == []
    cell(page, kpis[0]).locator("input").fill("80")
    page.keyboard.press("Enter")
    expect(cell(page, kpis[0])).to_contain_text("80.0")
    assert value(cast, kpis[0]) == 80
    page.problems.clear()  # the browser logs the 422


def test_two_people_at_one_cell_see_both_values(cast, kpis, open_page):
    lena, jonas = (opened(cast, open_page, person) for person in (cast.lena, cast.jonas))
    cell(jonas, kpis[0]).locator("a").focus()
    jonas.keyboard.type("71")
    jonas.keyboard.press("Enter")
    expect(cell(jonas, kpis[0])).to_contain_text("71.0")
    cell(lena, kpis[0]).locator("a").focus()
    lena.keyboard.type("78")
    lena.keyboard.press("Enter")
    conflict = cell(lena, kpis[0])
    expect(conflict).to_contain_text("Jonas Weber saved another value meanwhile.")
    expect(conflict.get_by_role("button")).to_have_text(["Keep 71", "Save 78"])
    assert violations(lena) == []
    assert value(cast, kpis[0]) == 71
    conflict.get_by_role("button", name="Save 78").click()
    expect(cell(lena, kpis[0])).to_contain_text("78.0")
    assert value(cast, kpis[0]) == 78
    lena.problems.clear()  # the browser logs the 409


def test_without_a_connection_the_text_is_kept_and_saved_later(cast, kpis, open_page):
    page = opened(cast, open_page, cast.lena)
    page.context.set_offline(True)
    cell(page, kpis[0]).locator("a").focus()
    page.keyboard.type("81")
    page.keyboard.press("Enter")
    expect(cell(page, kpis[0])).to_contain_text("there is no connection")
    expect(cell(page, kpis[0])).to_contain_text("81")
    page.context.set_offline(False)
    expect(cell(page, kpis[0])).to_contain_text("waits to be confirmed")
    assert value(cast, kpis[0]) == 81
    page.problems.clear()  # the browser logs the lost connection


def test_the_other_side_opens_details_and_disputes_beside_the_grid(cast, kpis, open_page):
    page = opened(cast, open_page, cast.priya)
    cell(page, kpis[0], OCTOBER).locator("a").click()
    beside = page.get_by_role("complementary", name="Details")
    expect(beside).to_contain_text("Lena Fischer")
    assert violations(page) == []
    beside.get_by_text("Dispute it").click()
    beside.get_by_label("What is disputed").fill("14 calls were reopened")
    beside.get_by_label("Value we see").fill("68")
    beside.get_by_role("button", name="Dispute this reading").click()
    expect(page.get_by_text("Disputed. The other side has been told.")).to_be_visible()
    expect(cell(page, kpis[0], OCTOBER)).to_contain_text("Disputed")


@pytest.mark.parametrize("dark", [False, True])
def test_looks(cast, kpis, open_page, dark):
    for person, size in ((cast.lena, (1440, 900)), (cast.priya, PHONE)):
        page = opened(cast, open_page, person, dark=dark, size=size)
        assert violations(page) == []
        assert not is_wider_than_the_screen(page)


def test_without_javascript_cells_are_links_and_a_form_saves_all(cast, kpis, open_page):
    page = open_page(cast.lena, javascript=False)
    page.goto(grid(cast))
    cell(page, kpis[0], OCTOBER).locator("a").click()
    page.get_by_label("Value", exact=False).first.fill("77")
    page.get_by_role("button", name="Correct the reading").click()
    expect(page.locator(".reading-value")).to_contain_text("77.0")
    page.goto(f"/relationships/{cast.own.pk}/readings/newest/")
    fields = page.locator(".newest-value input[type=text]")
    fields.nth(0).fill("81")
    fields.nth(1).fill("many")
    page.get_by_role("button", name="Save what is filled in").click()
    expect(page.get_by_text("1 value needs another look")).to_be_visible()
    expect(page.locator(".newest-value input[type=text]").nth(1)).to_have_value("many")
    page.problems.clear()  # the browser logs the 422
