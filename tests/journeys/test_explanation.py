"""From any number to why it is so: one click, in a real browser."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from kpis.models import Kpi
from tests.cast import Cast
from tests.furniture import add_goal, add_kpi, report
from tests.journeys.conftest import DESKTOP, PHONE, SignIn, is_wider_than_the_screen, violations
from tests.kpis.test_flexing import environment, shift, spell
from tests.kpis.test_room import terms

TOLD = datetime(2026, 3, 9, tzinfo=UTC)
# 2025 in its months, then January and February 2026; the last is saved by the moved band.
VALUES = (83, 85, 82, 84, 83, 85, 76, 74, 84, 83, 85, 84, 83, 70)


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    """Fourteen months, two spells, an allowance, and signals in both directions."""
    kpi = add_kpi(
        add_goal(cast.own, cast.amara), cast.amara, customer_owner=cast.priya, provider_owner=cast.lena
    )
    peak = environment(cast)
    terms(cast, kpi, 6, [shift(peak, -8)], thresholds=(62, 72, 82))
    for number, value in enumerate(VALUES):
        report(kpi, cast.lena, date(2025 + number // 12, number % 12 + 1, 1), Decimal(value), now=TOLD)
    spell(cast, peak, date(2025, 7, 1), date(2025, 8, 20))
    spell(cast, peak, date(2026, 2, 10), None)
    return kpi


@pytest.mark.parametrize("javascript", [True, False])
def test_one_click_from_the_number_on_the_overview_to_why(
    cast: Cast, kpi: Kpi, open_page: SignIn, javascript: bool
) -> None:
    page = open_page(cast.amara, javascript=javascript)
    page.goto(f"/relationships/{cast.own.pk}/")
    page.get_by_role("link", name="70.0 %").click()
    why = page.get_by_role("region", name="Why this verdict")
    expect(why).to_contain_text("By the band as signed")
    expect(why).to_contain_text("“Peak season” held on 19 of the period's 28 days")
    expect(why).to_contain_text("82 + 19 ÷ 28 × (74 − 82) = 76.571429")
    expect(why.get_by_role("link", name="Peak season: 10 Feb 2026")).to_be_visible()
    expect(why).to_contain_text("Amara Okafor")
    why.get_by_role("link", name="Wiggle room used").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wiggle room")


def test_the_kpis_page_tells_both_verdicts_room_signal_and_spells(
    cast: Cast, kpi: Kpi, open_page: SignIn
) -> None:
    page = open_page(cast.lena)
    page.goto(f"/kpis/{kpi.pk}/")
    expect(page.get_by_text("By the band as it moved; this counts")).to_be_visible()
    expect(page.get_by_role("heading", name="Wiggle room used")).to_be_visible()
    expect(page.get_by_text("A real change for the worse.")).to_be_visible()
    expect(page.get_by_role("list", name="Spells in the picture")).to_contain_text("Peak season")
    page.get_by_role("group", name="Read the chart").focus()
    page.keyboard.press("Home")
    expect(page.locator(".band-chart-readout")).to_contain_text("2025: 83.0 %")
    page.get_by_role("link", name="Limits and signals").click()
    expect(page.get_by_role("row", name="Feb 2026")).to_contain_text("Outside the limits")


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (DESKTOP, True), (PHONE, False), (PHONE, True)])
def test_nothing_overlaps_or_fails_for_anybody(
    cast: Cast, kpi: Kpi, open_page: SignIn, size: tuple[int, int], dark: bool
) -> None:
    page = open_page(cast.amara, size=size, dark=dark)
    for address in (
        "",
        "?on=2026-03-01",
        "wiggle-room/",
        "signals/",
        "readings/2025-08-01/",
        "readings/2026-02-01/",
    ):
        page.goto(f"/kpis/{kpi.pk}/{address}")
        assert violations(page) == []
        assert not is_wider_than_the_screen(page)
        assert overlapping_words(page) == []


def overlapping_words(page) -> list[str]:  # type: ignore[no-untyped-def]
    """Pairs of words on the chart that lie over each other."""
    return page.evaluate(  # type: ignore[no-any-return]
        """() => {
          const words = [...document.querySelectorAll(".band-chart-picture text")].filter(
            (word) => word.checkVisibility() && word.textContent.trim());
          const boxes = words.map((word) => word.getBoundingClientRect());
          const found = [];
          boxes.forEach((one, i) => boxes.slice(i + 1).forEach((other, j) => {
            const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
            const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
            if (wide > 1 && high > 4) found.push(words[i].textContent + " / " + words[i + 1 + j].textContent);
          }));
          return found;
        }"""
    )
