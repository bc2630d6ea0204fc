"""Six people say how far they trust the other side, and the next quarter gives more room."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kpis.actions.earned_room import close_due_pulse
from kpis.models import Reading
from portal.lib import scope
from relationships import actions
from relationships.domain.pulses import counts_from
from relationships.models import Pulse, Side
from tests.cast import acting
from tests.journeys.conftest import PHONE, is_wider_than_the_screen, violations
from tests.kpis.rooms import kpi_with_room, report_months

SAID = {"amara": 7, "ruth": 6, "priya": 5, "jonas": 4, "lena": 4, "provider_go_to": 4}


def sound(page):
    assert violations(page) == []
    assert not is_wider_than_the_screen(page)


def opened(cast):
    now = timezone.now()
    with acting(cast.amara, cast.own):
        return actions.open_pulse(
            relationship=cast.own,
            closes_at=now + timedelta(days=9),
            actor=cast.amara,
            side=Side.CUSTOMER,
            now=now,
        )


def closed(cast, pulse):
    with scope.acting_as(relationship_ids=(cast.own.pk,)):
        return close_due_pulse(pulse_id=pulse.pk, now=pulse.closes_at)


@pytest.mark.parametrize("javascript", [True, False])
def test_six_people_answer_and_the_next_quarter_has_a_wider_tolerance(cast, open_page, javascript):
    kpi = kpi_with_room(cast, None, max_earned="0.4")
    lead = open_page(cast.amara, javascript=javascript)
    lead.goto(f"/relationships/{cast.own.pk}/people/")
    lead.get_by_role("link", name="Pulse").click()
    lead.get_by_label("Answers until the end of").fill(
        (timezone.now() + timedelta(days=9)).date().isoformat()
    )
    lead.get_by_role("button", name="Ask both sides").click()
    expect(lead.get_by_text("everybody with a seat has been told")).to_be_visible()
    for key, trust in SAID.items():
        page = open_page(cast.person(key), javascript=javascript)
        page.goto("/")
        page.get_by_role("link", name=re.compile("Pulse: one question")).click()
        page.locator(f"input[name=trust][value='{trust}']").check()
        page.get_by_role("button", name="Answer without my name").click()
        expect(page.get_by_text("You have answered", exact=True)).to_be_visible()
        expect(page.locator("#said")).to_have_count(0)
        page.goto("/")
        expect(page.get_by_role("link", name=re.compile("Pulse: one question"))).to_have_count(0)
    with acting(cast.amara, cast.own):
        pulse = Pulse.objects.get()
    closed(cast, pulse)
    begins = counts_from(pulse.closes_at.date())
    lead.goto(f"/pulses/{pulse.pk}/")
    expect(lead.get_by_text("6.0 of 7")).to_be_visible()
    expect(lead.get_by_text("4.0 of 7")).to_be_visible()
    expect(lead.locator("#room")).to_contain_text(f"from {begins.day} {begins:%B %Y}")
    expect(lead.get_by_role("row", name=re.compile("First-contact resolution"))).to_contain_text("20.0 %")
    if javascript:  # axe needs it
        sound(lead)
    after = datetime(begins.year, begins.month + 1, 5, tzinfo=UTC)
    report_months(cast, kpi, [69], months=(date(begins.year, begins.month, 1),), now=after)
    with acting(cast.amara, cast.own):
        reading = Reading.objects.select_related("flexing").get()
    assert (reading.flexing.tolerance, reading.verdict, reading.flexing.unflexed_verdict) == (68, 2, 1)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [PHONE, (1440, 900)])
def test_its_pages_are_sound(cast, open_page, dark, size):
    kpi_with_room(
        cast, None, max_earned="0.4", name="First-contact resolution of everybody who calls the desk"
    )
    pulse = opened(cast)
    for person in (cast.priya, cast.helen, cast.amara):
        page = open_page(person, size=size, dark=dark)
        for url in ("/", f"/pulses/{pulse.pk}/", f"/relationships/{cast.own.pk}/pulses/"):
            page.goto(url)
            sound(page)
    closed(cast, pulse)
    page = open_page(cast.amara, size=size, dark=dark)
    for url in (f"/pulses/{pulse.pk}/", f"/relationships/{cast.own.pk}/pulses/"):
        page.goto(url)
        sound(page)


def test_answering_by_keyboard(cast, open_page):
    pulse = opened(cast)
    page = open_page(cast.lena)
    page.goto(f"/pulses/{pulse.pk}/")
    page.locator("input[name=trust][value='1']").focus()
    page.keyboard.press("Space")
    for _step in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator("input[name=trust][value='5']")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have answered", exact=True)).to_be_visible()
