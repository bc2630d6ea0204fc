"""A relationship manager looks at the relationship: what stands, what moved, what is late."""

from datetime import date

import pytest
import time_machine
from playwright.sync_api import expect

from relationships import actions
from relationships.models import Side
from tests.cast import NOW, acting
from tests.furniture import add_goal, add_kpi, agree_band, report
from tests.journeys.conftest import DESKTOP, PHONE, TABLET, is_wider_than_the_screen, violations
from tests.portal.test_overview import add_score


@pytest.fixture
def lived_in(cast):
    """A goal with two KPIs, a few readings, a score that moved, a proposal and something said."""
    goal = add_goal(cast.own, cast.amara)
    for name in ("First-contact resolution", "Calls answered within 60 seconds"):
        kpi = add_kpi(goal, cast.amara, name, customer_owner=cast.priya, provider_owner=cast.lena)
        agree_band(kpi, cast.amara, cast.jonas)
        for month, value in ((11, 72), (12, 85)):
            report(kpi, cast.lena, date(2025, month, 1), value)
    add_score(cast, date(2026, 2, 1), 60, q=0.7)
    add_score(cast, date(2026, 3, 9), 75, q=0.8)
    with acting(cast.amara, cast.own):
        actions.propose_statement(
            relationship=cast.own, text="Why we work together", actor=cast.amara, side=Side.CUSTOMER, now=NOW
        )
    return cast


@pytest.mark.parametrize("size", [DESKTOP, TABLET, PHONE])
@pytest.mark.parametrize("dark", [False, True])
def test_the_overview_is_sound_on_every_screen(lived_in, open_page, size, dark):
    page = open_page(lived_in.amara, size=size, dark=dark)
    page.goto(f"/relationships/{lived_in.own.pk}/")
    expect(page.get_by_role("heading", name="Goals & KPIs")).to_be_visible()
    assert violations(page) == []
    assert not is_wider_than_the_screen(page)


def test_every_figure_leads_to_where_it_comes_from(lived_in, open_page):
    page = open_page(lived_in.jonas, javascript=False)
    page.goto(f"/relationships/{lived_in.own.pk}/")
    expect(page.get_by_text("+15.0").first).to_be_visible()
    page.get_by_role("link", name="75.0", exact=True).click()
    expect(page.get_by_role("heading", name="Shared value", exact=True)).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="First-contact resolution").first.click()
    expect(page.get_by_role("heading", name="First-contact resolution").first).to_be_visible()


def test_late_readings_lead_to_the_cell_that_is_missing(lived_in, open_page):
    with time_machine.travel(NOW, tick=True):
        page = open_page(lived_in.lena)
        page.goto(f"/relationships/{lived_in.own.pk}/")
        late = page.locator("#late")
        expect(late).to_contain_text("Late from provider")
        late.get_by_role("link", name="Calls answered within 60 seconds").click()
        expect(page.get_by_role("main")).to_contain_text("Mar 2025")
