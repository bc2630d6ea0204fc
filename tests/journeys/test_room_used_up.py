"""The wiggle room is used up: who is told, what they see, and how both sides choose."""

import re
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Letter
from kpis.actions.room_watch import watch_room
from kpis.models import Review
from portal.lib import scope
from tests.cast import acting, notices_of
from tests.furniture import add_goal
from tests.journeys.conftest import PHONE, is_wider_than_the_screen, violations
from tests.kpis.rooms import kpi_with_room, report_months


def sound(page):
    assert violations(page) == []
    assert not is_wider_than_the_screen(page)


def last_months(count):
    """The months that ended last, oldest first."""
    today, found = timezone.now().date(), []
    for back in range(count, 0, -1):
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        found.append(date(year, month + 1, 1))
    return tuple(found)


@pytest.fixture
def used_up(cast):
    now = timezone.now()
    kpi = kpi_with_room(cast, 2)
    report_months(cast, kpi, [85, 62, 62], months=last_months(3), now=now)
    with scope.acting_as(relationship_ids=(cast.own.pk,)):
        watch_room(relationship_id=cast.own.pk, now=now)
    return kpi


def review_of(cast):
    with acting(cast.amara, cast.own):
        return Review.objects.get()


def heard(cast, key):
    """What somebody was told, by notice and by letter: what of, in one word each."""
    person = cast.person(key)
    words = {"used up": "review", "goes fast": "burn"}
    notices = [kind for one in notices_of(person) for word, kind in words.items() if word in one.text]
    letters = [
        kind
        for one in Letter.objects.filter(to=person.email)
        for word, kind in words.items()
        if word in one.subject
    ]
    assert sorted(notices) == sorted(letters)
    return sorted(notices)


def test_who_is_told(cast, used_up):
    for key in ("amara", "ruth", "jonas"):
        assert heard(cast, key) == ["review"]
    for key in ("customer_go_to", "provider_go_to"):
        assert heard(cast, key) == ["burn"]
    for key in ("priya", "lena", "helen", "ingrid", "recipient", "owen", "outsider", "rival_provider"):
        assert heard(cast, key) == []


@pytest.mark.parametrize("javascript", [True, False])
def test_both_leads_look_and_choose_under_two_keys(cast, open_page, used_up, javascript):
    amara = open_page(cast.amara, javascript=javascript)
    amara.goto("/")
    line = amara.locator(".work-review")
    expect(line).to_contain_text("Wiggle room is used up")
    line.get_by_role("link", name="Look and choose").click()
    expect(amara.get_by_role("row", name=re.compile("Wiggle room used in 12 months"))).to_contain_text("2.00")
    if javascript:  # axe needs it
        sound(amara)
    amara.get_by_role("button", name="Propose for Northwind").click()
    amara.get_by_role("radio", name=re.compile("Repair")).check()
    amara.get_by_label("Why, and what happens next").fill(
        "Two more people on Mondays, until the end of June."
    )
    amara.get_by_role("button", name="Propose for Northwind").click()
    expect(amara).to_have_url(re.compile(r"/agreements/\d+/$"))

    jonas = open_page(cast.jonas, javascript=javascript)
    jonas.goto("/")
    expect(jonas.locator(".work-review")).to_have_count(0)  # the signature is what waits now
    jonas.locator("#waiting").get_by_role("link", name=re.compile("Review of")).click()
    expect(jonas.locator("main")).to_contain_text("Two more people on Mondays")
    if javascript:
        sound(jonas)
    jonas.get_by_role("button", name="Sign for Brightwater").click()
    expect(jonas.get_by_text("It is agreed.")).to_be_visible()
    jonas.get_by_role("link", name=re.compile("figures of this review")).click()
    expect(jonas.locator(".review-choice")).to_have_text("Repair the process")
    assert review_of(cast).choice == "REPAIR"
    amara.goto("/")
    expect(amara.locator(".work-review")).to_have_count(0)


def test_the_other_side_answers_with_another_choice(cast, open_page, used_up):
    review = review_of(cast)
    for person, choice, name in (
        (cast.amara, "Repair", "Northwind"),
        (cast.jonas, "Renegotiate", "Brightwater"),
    ):
        page = open_page(person)
        page.goto(f"/reviews/{review.pk}/")
        page.get_by_role("radio", name=re.compile(f"^{choice}")).check()
        page.get_by_label("Why, and what happens next").fill("As we talked on the telephone.")
        page.get_by_role("button", name=f"Propose for {name}").click()
    ruth = open_page(cast.ruth)
    ruth.goto(f"/reviews/{review.pk}/")
    expect(ruth.get_by_text("Jonas Weber proposes: Renegotiate the target.")).to_be_visible()
    ruth.get_by_role("link", name="Look at it and sign").click()
    ruth.get_by_role("button", name="Sign for Northwind").click()
    ruth.goto(f"/reviews/{review.pk}/")
    ruth.get_by_role("link", name="Propose another band").click()
    expect(ruth).to_have_url(re.compile(r"/band-revisions/new/$"))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [PHONE, (1440, 900)])
def test_its_pages_are_sound(cast, open_page, used_up, dark, size):
    review = review_of(cast)
    long = kpi_with_room(cast, 9, goal=add_goal(cast.own, cast.amara, "Another"), name="Average time " * 12)
    report_months(cast, long, [70, 71, 70, 71, 70, 90, 91, 90], months=last_months(8), now=timezone.now())
    first = last_months(3)[0].isoformat()
    for person in (cast.amara, cast.priya):
        page = open_page(person, size=size, dark=dark)
        for url in ("/", f"/reviews/{review.pk}/", f"/relationships/{cast.own.pk}/reviews/"):
            page.goto(url)
            sound(page)
    page = open_page(cast.jonas, size=size, dark=dark)
    for url in (f"/kpis/{long.pk}/rebases/new/", f"/kpis/{long.pk}/rebases/new/?from_period={first}"):
        page.goto(url)
        sound(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_limits_start_anew_under_two_keys(cast, open_page, javascript):
    kpi, months = kpi_with_room(cast, None), last_months(12)
    report_months(
        cast, kpi, [70, 71, 70, 71, 70, 71, 90, 91, 90, 91, 90, 91], months=months, now=timezone.now()
    )
    page = open_page(cast.amara, javascript=javascript)
    page.goto(f"/kpis/{kpi.pk}/rebases/new/")
    page.get_by_label("Limits start with").select_option(months[6].isoformat())
    page.get_by_label("What changed").fill("A new telephone system.")
    if not javascript:
        page.get_by_role("button", name="Show the limits").click()
        assert "csrfmiddlewaretoken" not in page.url
    expect(page.locator("#rebase-preview")).to_contain_text("87.84 – 93.16")
    expect(page.get_by_label("What changed")).to_have_value("A new telephone system.")
    if javascript:
        sound(page)
    page.get_by_role("button", name="Propose and sign").click()
    expect(page).to_have_url(re.compile(r"/agreements/\d+/$"))
    jonas = open_page(cast.jonas, javascript=javascript)
    jonas.goto(page.url)
    expect(jonas.get_by_role("row", name=re.compile("Usual range"))).to_contain_text("87.84 – 93.16")
    jonas.get_by_role("button", name="Sign for Brightwater").click()
    expect(jonas.get_by_text("It is agreed.")).to_be_visible()
