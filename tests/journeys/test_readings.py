"""The customer answers what the provider reported: confirms in one go, and looks at one reading closely."""

from datetime import date

import pytest
from playwright.sync_api import expect

from kpis.models import Reading
from tests.cast import acting
from tests.furniture import add_goal, add_kpi, agree_band, report
from tests.journeys.conftest import PHONE, is_wider_than_the_screen, violations


@pytest.fixture
def kpi(cast):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    agree_band(kpi, cast.amara, cast.jonas)
    for month in (10, 11, 12):
        report(kpi, cast.lena, date(2025, month, 1), 70 + month)
    return kpi


def states(cast):
    with acting(cast.jonas, cast.own):
        return list(Reading.objects.order_by("period_start").values_list("state", flat=True))


def test_confirming_what_is_ticked(cast, kpi, open_page):
    page = open_page(cast.priya)
    page.goto(f"/relationships/{cast.own.pk}/readings/confirmations/")
    page.get_by_label("Tick all", exact=True).check()
    expect(page.get_by_text("3 ticked")).to_be_visible()
    page.get_by_label("Confirm First-contact resolution, Dec 2025").uncheck()
    page.get_by_role("button", name="Confirm the ticked ones").click()
    expect(page.get_by_text("2 readings confirmed.")).to_be_visible()
    assert states(cast) == ["CONFIRMED", "CONFIRMED", "SUBMITTED"]


def test_confirming_all_without_javascript(cast, kpi, open_page):
    page = open_page(cast.priya, javascript=False)
    page.goto(f"/relationships/{cast.own.pk}/readings/confirmations/")
    page.get_by_role("button", name="Confirm all 3 as reported").click()
    expect(page.get_by_text("Nothing waits for you here")).to_be_visible()
    assert states(cast) == ["CONFIRMED"] * 3


def test_correcting_with_the_verdict_while_typing(cast, kpi, open_page):
    page = open_page(cast.lena)
    page.goto(f"/kpis/{kpi.pk}/readings/2025-12-01/")
    page.get_by_label("Value %").fill("65")
    expect(page.locator("[data-verdict]")).to_contain_text("Requires improvement")
    page.get_by_label("Note").fill("Snow closed two sites")
    page.get_by_role("button", name="Correct the reading").click()
    expect(page.locator(".reading-value")).to_contain_text("65.0")
    expect(page.locator("#history")).to_contain_text("Corrected")


@pytest.mark.parametrize("dark", [False, True])
def test_looks(cast, kpi, open_page, dark):
    own = cast.own.pk
    for person, path, size in (
        (cast.priya, f"/kpis/{kpi.pk}/readings/2025-12-01/", (1440, 900)),
        (cast.lena, f"/kpis/{kpi.pk}/readings/2025-12-01/", PHONE),
        (cast.priya, f"/relationships/{own}/readings/confirmations/", PHONE),
        (cast.lena, f"/relationships/{own}/readings/newest/", PHONE),
    ):
        page = open_page(person, dark=dark, size=size)
        page.goto(path)
        assert violations(page) == []
        assert not is_wider_than_the_screen(page)
