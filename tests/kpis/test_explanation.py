"""Every verdict explains itself: the arithmetic written out is the arithmetic that judged."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis import actions
from kpis.models import FlexRule
from relationships.models import Pulse, Side
from tests.cast import NOW, acting, client_for
from tests.furniture import JANUARY_2025, add_goal, add_kpi, agree, agree_band, moment, report
from tests.kpis.test_flexing import environment, shift, spell
from tests.kpis.test_room import month, terms

pytestmark = pytest.mark.django_db
JANUARY = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def at_the_storys_time(time_machine):
    time_machine.move_to(NOW + timedelta(hours=2), tick=False)


@pytest.fixture
def kpi(cast):
    return add_kpi(add_goal(cast.own, cast.amara), cast.amara)


def page_of(cast, kpi, day=JANUARY, query="", person=None):
    response = client_for(person or cast.amara).get(f"/kpis/{kpi.pk}/readings/{day}/{query}")
    assert response.status_code == 200
    return response.context["page"], " ".join(response.content.decode().split())


def sums(page):
    return {step.title: step.formula for step in page.why.steps}


def test_a_shift_over_a_part_of_the_period(cast, kpi):
    peak = environment(cast)
    terms(cast, kpi, 6, [shift(peak)])
    held = spell(cast, peak, date(2026, 1, 17), None)
    report(kpi, cast.lena, JANUARY, 75)
    page, text = page_of(cast, kpi)
    told = sums(page)
    assert told["“Peak season” held on 15 of the period's 31 days"] == "15 ÷ 31 = 48.39\u00a0%"
    assert "80 + 15 ÷ 31 × (74 − 80) = 77.096774" in told.values()
    assert "70 + 15 ÷ 31 × (64 − 70) = 67.096774" in told.values()
    assert told["Verdict: Approaching; attainment"].endswith("= 91.61\u00a0%")
    assert told["Wiggle room used by this period"] == "(77.096774 − 75) ÷ (77.096774 − 67.096774) = 0.209677"
    row = page.why.thresholds[2]
    assert (row.name, row.signed, row.ruled, row.judged) == ("Target", "80", "74", "77.096774")
    assert page.why.unflexed_attainment == 80
    assert "By the band as signed" in text
    assert f"/agreements/{held.agreement_id}/" in text and "Amara Okafor" in text
    assert "Wiggle room used: 0.2 of 6" in text
    assert page.why.record.target == Decimal("77.096774") == page.why.band.target


def test_a_driver_with_deviation_deadband_and_cap(cast, kpi):
    volume = driver(cast)
    surge = environment(cast, "Volume surge")
    rule = FlexRule(
        environment=surge, kind="DRIVER", priority=1, driver=volume, baseline=Decimal(1000), slope=Decimal(20),
        deadband=Decimal("0.1"), cap=Decimal(3),
    )  # fmt: skip
    terms(cast, kpi, None, [rule])
    spell(cast, surge, JANUARY_2025, None)
    report(volume, cast.priya, JANUARY, 1180)
    waiting, _text = page_of(cast, kpi)
    assert (waiting.why.record.driver_value, waiting.why.band.target) == (1180, Decimal("78.4"))
    report(kpi, cast.lena, JANUARY, 78)
    page, text = page_of(cast, kpi)
    told = sums(page)
    assert told["“Calls received” against its agreed baseline"] == "(1180 − 1000) ÷ 1000 = +18\u00a0%"
    assert "20 × 8\u00a0% = 1.6" in told.values()
    assert "80 + (78.4 − 80) = 78.4" in told.values()
    assert f"/kpis/{volume.pk}/readings/2026-01-01/" in text


def driver(cast):
    with acting(cast.amara, cast.own):
        volume = actions.add_driver(
            relationship=cast.own, name="Calls received", performed_by="CUSTOMER", unit="calls", frequency="MONTH",
            starts_on=JANUARY_2025, actor=cast.amara, side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip
    volume.relationship = cast.own
    return volume


def test_earned_room(cast, kpi):
    with acting(cast.amara, cast.own):
        closed = datetime(2025, 12, 20, tzinfo=UTC)
        pulse = Pulse.objects.create(
            relationship=cast.own, opened_at=closed - timedelta(days=7), closes_at=closed, closed_at=closed,
            customer_answers=3, provider_answers=3, customer_trust=Decimal("0.8"), provider_trust=Decimal("0.6"),
        )  # fmt: skip
        revision = actions.propose_band(
            kpi=kpi, effective_from=JANUARY_2025, floor=Decimal(60), tolerance=Decimal(70), target=Decimal(80),
            max_earned=Decimal("0.5"), actor=cast.amara, side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip
    agree(revision.agreement_id, cast.jonas, cast.own, Side.PROVIDER)
    report(kpi, cast.lena, JANUARY, 68)
    page, text = page_of(cast, kpi)
    told = sums(page)
    assert (
        told["Earned room: mutual trust was 0.6 as of 1 Jan 2026"] == "80 + (70 − 80) × (1 + 0.5 × 0.6) = 67"
    )
    assert f"/pulses/{pulse.pk}/" in text
    assert (page.reading.verdict, page.why.record.unflexed_verdict) == (2, 1)


def test_lower_is_better_and_a_range_decide_on_their_own_half(cast):
    goal = add_goal(cast.own, cast.amara)
    low = add_kpi(goal, cast.amara, "Hours to restore", polarity="LOWER", unit="h")
    terms(cast, low, 6, thresholds=(9, 6, 4))
    report(low, cast.lena, JANUARY, 5)
    assert (
        sums(page_of(cast, low)[0])["Verdict: Approaching; attainment"]
        == "60 + 40 × (5 − 6) ÷ (4 − 6) = 80\u00a0%"
    )
    span = add_kpi(goal, cast.amara, "Temperature", polarity="WITHIN_RANGE", unit="C")
    agree_band(span, cast.amara, cast.jonas, (10, 15, 18, 22, 25, 30))
    report(span, cast.lena, JANUARY, 28)
    report(span, cast.lena, month(1), 20)
    report(span, cast.lena, month(3), 31)
    assert sums(page_of(cast, span)[0])["Verdict: Requires improvement; attainment"] == (
        "60 × (28 − 30) ÷ (25 − 30) = 24\u00a0%"
    )
    assert "18 to 22" in sums(page_of(cast, span, month(1))[0])["Verdict: Good; attainment"]
    assert "30" in sums(page_of(cast, span, month(3))[0])["Verdict: Inadequate; attainment"]


def test_a_plain_band_says_that_nothing_moved_it(cast, kpi):
    terms(cast, kpi, None)
    report(kpi, cast.lena, JANUARY, 75)
    page, text = page_of(cast, kpi)
    assert page.why.record is None
    assert "nothing moved it in this period" in text


def test_an_empty_cell_tells_how_it_would_be_judged(cast, kpi):
    peak = environment(cast)
    terms(cast, kpi, 6, [shift(peak)])
    spell(cast, peak, JANUARY, None)
    spell(cast, peak, month(6), month(5) - timedelta(days=1))
    client = client_for(cast.amara)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/kpis/{kpi.pk}/readings/{JANUARY}/")
    assert sum("SAVEPOINT" not in query["sql"] for query in asked) <= 12
    page, text = page_of(cast, kpi)
    assert [held.first_day for held in page.why.spells] == [JANUARY]
    assert page.why.record.target == 74 and page.steps[0].takes == "74\u00a0% or more"
    assert "How it would be judged" in text
    assert "As it would judge" in text


def test_earlier_versions_explain_themselves(cast, kpi):
    peak = environment(cast)
    terms(cast, kpi, 6, [shift(peak)])
    report(kpi, cast.lena, JANUARY, 75, now=moment(2026, 2, 5))
    held = spell(cast, peak, JANUARY, date(2026, 1, 31))
    with acting(cast.amara, cast.own):
        held.refresh_from_db()
    spell(cast, peak, JANUARY, date(2026, 1, 31), replaces=held, is_void=True)
    page, text = page_of(cast, kpi)
    assert (page.reading.version, page.why.record) == (3, None)
    assert "?version=2#why" in text
    before, told = page_of(cast, kpi, query="?version=2")
    assert before.why.record.target == 74
    assert [one.pk for one in before.why.spells] == [held.pk]
    assert "This explains what stood from" in told and "replaced since" in told
    assert page_of(cast, kpi, query="?version=1")[0].why.record is None
    for odd in ("?version=99", "?version=x", "?version=-1", "?version=" + "9" * 40, "?version=٣"):
        assert page_of(cast, kpi, query=odd)[0].explained is None


def test_the_live_verdict_is_that_of_the_moved_band(cast, kpi):
    peak = environment(cast)
    terms(cast, kpi, 6, [shift(peak)])
    spell(cast, peak, JANUARY, None)
    client = client_for(cast.lena)
    said = client.get(f"/kpis/{kpi.pk}/readings/{JANUARY}/verdict/?value=75").content.decode()
    assert "Good" in said and "moved from" in said and "Approaching" in said
    assert "moved" not in client.get(f"/kpis/{kpi.pk}/readings/{month(3)}/verdict/?value=75").content.decode()


def test_the_grid_and_the_goals_mark_what_moved(cast, kpi):
    peak = environment(cast)
    terms(cast, kpi, 2, [shift(peak)])
    spell(cast, peak, month(1), None)
    report(kpi, cast.lena, month(1), 69)
    report(kpi, cast.lena, month(3), 69)
    grid = client_for(cast.lena).get(f"/relationships/{cast.own.pk}/readings/").content.decode()
    assert grid.count(", band moved") == 1 and grid.count(" is-moved") == 1
    goals = client_for(cast.lena).get(f"/relationships/{cast.own.pk}/goals/").content.decode()
    assert "Wiggle room left: 0.5 of 2" in goals
    assert "moved-tag" in goals


def test_the_kpi_page_shows_both_verdicts_and_what_was_believed_then(cast, kpi):
    peak = environment(cast)
    terms(cast, kpi, 6, [shift(peak)])
    report(kpi, cast.lena, JANUARY, 69, now=moment(2026, 2, 5))
    spell(cast, peak, JANUARY, date(2026, 1, 31))  # signed in March
    now = client_for(cast.amara).get(f"/kpis/{kpi.pk}/")
    page = now.context["page"]
    assert (page.shown.point.verdict, page.shown.point.unmoved_verdict) == (2, 1)
    assert page.series.points[-2].band.target == 74 and page.series.points[-2].unmoved.target == 80
    assert [shade.name for shade in page.series.shades] == ["Peak season"]
    text = now.content.decode()
    assert "By the band as signed" in text and "Wiggle room used: 0.5 of 6" in text
    then = client_for(cast.amara).get(f"/kpis/{kpi.pk}/?on=2026-02-20")
    page = then.context["page"]
    assert (page.shown.point.verdict, page.shown.point.unmoved) == (1, None)
    assert page.series.shades == () and page.room.used == 1


def test_a_period_that_waits_for_its_reading_lies_over_the_band_that_waits_for_it(cast, kpi):
    peak = environment(cast)
    terms(cast, kpi, 6, [shift(peak)])
    spell(cast, peak, month(1), None)
    page = client_for(cast.amara).get(f"/kpis/{kpi.pk}/").context["page"]
    newest, before = page.series.points[-1], page.series.points[-2]
    assert (newest.value, newest.band.target, newest.unmoved.target) == (None, 74, 80)
    assert (before.value, before.band.target, before.unmoved) == (None, 80, None)


def test_a_past_version_with_a_moved_band_is_shown_over_it(cast, kpi, time_machine):
    peak = environment(cast)
    terms(cast, kpi, 6, [shift(peak)])
    report(kpi, cast.lena, JANUARY, 69, now=moment(2026, 2, 5))
    spell(cast, peak, JANUARY, date(2026, 1, 31))
    with acting(cast.lena, cast.own):
        actions.submit_reading(
            kpi=kpi, period_start=JANUARY, actor=cast.lena, side=Side.PROVIDER, now=moment(2026, 3, 20), value=81,
            version=2,
        )  # fmt: skip
    time_machine.move_to(moment(2026, 4, 1), tick=False)
    page = client_for(cast.amara).get(f"/kpis/{kpi.pk}/?on=2026-03-15").context["page"]
    assert page.shown.point.value == 69
    assert page.shown.point.band.target == 74
    assert page.room.used == Decimal("0.5")
