"""The KPI page: what stands, what was believed then, and who stands behind it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis import actions
from kpis.models import Kpi, Reading
from kpis.queries.kpi_page import get_kpi_page, moment_of
from kpis.queries.series import recent_series
from relationships.models import Side
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, add_kpi, agree_band, moment, report

JANUARY, DECEMBER = date(2026, 1, 1), date(2025, 12, 1)


@pytest.fixture(autouse=True)
def at_the_storys_time(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def kpi(cast) -> Kpi:
    return add_kpi(
        add_goal(cast.own, cast.amara), cast.amara, customer_owner=cast.amara, provider_owner=cast.jonas,
        standard="Four of five calls",
    )  # fmt: skip


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_new_kpi_says_what_will_be_here_and_offers_the_first_band(cast, kpi):
    page = text(client_for(cast.amara).get(f"/kpis/{kpi.pk}/"))
    assert "No band is agreed yet, so no value gets a verdict." in page
    assert "Propose the first band" in page
    assert "Propose the first band" not in text(client_for(cast.helen).get(f"/kpis/{kpi.pk}/"))


def test_a_kpi_whose_first_period_runs_has_no_chart_yet(cast):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara, starts_on=date(2026, 3, 1))
    page = text(client_for(cast.amara).get(f"/kpis/{kpi.pk}/"))
    assert "No period is over yet" in page
    assert "band-chart" not in page


def test_the_page_shows_value_verdict_owners_and_who_said_what(cast, kpi):
    revision = agree_band(kpi, cast.amara, cast.jonas)
    reading = report(kpi, cast.lena, JANUARY, "75.25")
    with acting(cast.amara, cast.own):
        actions.confirm_readings(
            relationship=cast.own, readings={reading.pk: 1}, actor=cast.amara, side=Side.CUSTOMER, now=NOW
        )
    response = client_for(cast.jonas).get(f"/kpis/{kpi.pk}/")
    page = text(response)
    assert response.context["page"].shown.attainment == Decimal(81)
    assert '<svg class="band-chart-picture"' in page
    assert f'href="/kpis/{kpi.pk}/readings/2026-01-01/"' in page
    assert f'href="/agreements/{revision.agreement_id}/"' in page
    for words in (
        "75.2",
        "81.0",
        "Approaching",
        "Lena Fischer",
        "counterpart: Jonas Weber",
        "Four of five calls",
    ):
        assert words in page


def test_a_ratio_shows_numerator_and_denominator(cast):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara, entry="RATIO")
    report(kpi, cast.lena, JANUARY, None, numerator=Decimal(801), denominator=Decimal(1000))
    assert "801 / 1,000" in text(client_for(cast.amara).get(f"/kpis/{kpi.pk}/"))


def test_late_disputed_and_not_applicable_periods_say_so(cast, kpi):
    agree_band(kpi, cast.amara, cast.jonas)
    report(kpi, cast.lena, DECEMBER, None, is_not_applicable=True)
    reading = report(kpi, cast.lena, JANUARY, 75)
    with acting(cast.amara, cast.own):
        actions.dispute_reading(
            reading=reading,
            version=1,
            reason="No",
            claimed_value=None,
            actor=cast.amara,
            side=Side.CUSTOMER,
            now=NOW,
        )
    rows = client_for(cast.amara).get(f"/kpis/{kpi.pk}/").context["page"].rows
    assert [row.status.value for row in rows[:4]] == ["NOT_DUE", "DISPUTED", "NOT_APPLICABLE", "MISSING"]
    page = text(client_for(cast.amara).get(f"/kpis/{kpi.pk}/"))
    assert "Late from provider" in page
    assert "Not applicable" in page


def test_the_other_sides_proposal_is_offered_for_an_answer(cast, kpi):
    with acting(cast.jonas, cast.own):
        band = actions.propose_band(
            kpi=kpi, effective_from=JANUARY, floor=Decimal(1), tolerance=Decimal(2), target=Decimal(3),
            actor=cast.jonas, side=Side.PROVIDER, now=NOW,
        )  # fmt: skip
    for person, words in ((cast.amara, "Look at it and answer"), (cast.jonas, "Look at the proposal")):
        page = text(client_for(person).get(f"/kpis/{kpi.pk}/"))
        assert words in page
        assert f'href="/agreements/{band.agreement_id}/"' in page


def test_what_was_believed_then(cast, kpi):
    """January was 60 until it was corrected in March; the second band was signed only then."""
    agree_band(kpi, cast.amara, cast.jonas)
    reading = report(kpi, cast.lena, JANUARY, 60, now=moment(2026, 2, 5))
    with acting(cast.lena, cast.own):
        actions.submit_reading(
            kpi=kpi, period_start=JANUARY, actor=cast.lena, side=Side.PROVIDER, now=moment(2026, 3, 4), version=1,
            value=90,
        )  # fmt: skip
    agree_band(kpi, cast.amara, cast.jonas, (80, 90, 95), effective_from=JANUARY, now=moment(2026, 3, 6))
    client = client_for(cast.amara)

    def seen(day: str) -> tuple[object, ...]:
        page = client.get(f"/kpis/{kpi.pk}/", {"on": day}).context["page"]
        row = next((row for row in page.rows if row.period.first == JANUARY), None)
        band = page.in_force
        return (row and row.point.value, row and row.point.verdict, len(page.revisions), band and band.target)

    assert seen("2026-01-15") == (None, None, 1, 80)
    assert seen("2026-02-04") == (None, None, 1, 80)
    assert seen("2026-02-05") == (60, 1, 1, 80)
    assert seen("2026-03-03") == (60, 1, 1, 80)
    assert seen("2026-03-04") == (90, 3, 1, 80)
    assert seen("2026-03-07") == (90, 2, 2, 95)
    assert seen("") == (90, 2, 2, 95)
    assert seen("2030-01-01") == seen("")
    assert "This is what was believed at the end of 4 Mar 2026" in text(
        client.get(f"/kpis/{kpi.pk}/", {"on": "2026-03-04"})
    )
    assert reading.pk


def test_believing_then_ends_with_the_day_of_the_relationship(cast, kpi):
    """A reading of 23:30 in Auckland belongs to that day there, though it is the same morning in London."""
    cast.own.time_zone = "Pacific/Auckland"
    then = moment_of(cast.own, date(2026, 2, 5), NOW)
    assert then.at == moment(2026, 2, 5, 11)  # midnight in Auckland
    assert moment_of(cast.own, date(2026, 3, 10), NOW).is_past is False


@pytest.mark.parametrize("day", ["nonsense", "2026-02-31", "0001-01-01", "9999-12-31", "\x00"])
def test_a_day_that_is_none_changes_nothing_or_shows_nothing_but_never_fails(cast, kpi, day):
    for name in ("on", "until"):
        assert client_for(cast.amara).get(f"/kpis/{kpi.pk}/", {name: day}).status_code == 200


def test_older_periods_are_a_page_away(cast):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara, starts_on=date(2020, 1, 1))
    client = client_for(cast.amara)
    first = client.get(f"/kpis/{kpi.pk}/").context["page"]
    assert (len(first.rows), first.later) == (36, None)
    second = client.get(f"/kpis/{kpi.pk}/", {"until": first.earlier}).context["page"]
    assert second.rows[0].period.last + timedelta(days=1) == first.rows[-1].period.first
    assert second.later == first.rows[0].period.last
    third = client.get(f"/kpis/{kpi.pk}/", {"until": second.earlier}).context["page"]
    assert (len(third.rows), third.earlier) == (2, None)
    page = text(client.get(f"/kpis/{kpi.pk}/"))
    assert "Earlier periods" in page and "24 earlier periods" in page
    assert (len(first.newest_rows), len(first.older_rows)) == (12, 24)
    assert (len(third.newest_rows), third.older_rows) == (2, [])


def test_an_ended_kpi_stops_at_its_last_period(cast):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara, ends_on=date(2025, 6, 15))
    with acting(cast.amara, cast.own):
        points = recent_series([kpi], on=date(2026, 3, 10))[kpi.pk].points
        page = get_kpi_page(kpi, moment_of(cast.own, None, NOW))
    assert (points[-1].label, len(points)) == ("Jun 2025", 6)
    assert page.later is None


def test_a_named_calendar_that_has_ended_shows_its_last_periods(cast):
    with acting(cast.amara, cast.own):
        calendar = actions.add_calendar(
            relationship=cast.own,
            name="Railway",
            periods=[
                ("P1", date(2025, 4, 1), date(2025, 4, 28)),
                ("P2", date(2025, 4, 29), date(2025, 5, 26)),
            ],
            actor=cast.amara,
            side="CUSTOMER",
            now=NOW,
        )
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara, frequency="CALENDAR", calendar=calendar)
    report(kpi, cast.lena, date(2025, 4, 29), 75)
    page = client_for(cast.amara).get(f"/kpis/{kpi.pk}/").context["page"]
    assert [(row.period.label, row.point.value) for row in page.rows] == [("P2", 75), ("P1", None)]


def test_the_page_asks_as_many_questions_for_three_periods_as_for_one(cast, kpi):
    counts = []
    for band_from, month in ((date(2025, 1, 1), 11), (date(2025, 6, 1), 12), (date(2025, 12, 1), 10)):
        agree_band(kpi, cast.amara, cast.jonas, effective_from=band_from)
        report(kpi, cast.lena, date(2025, month, 1), 75)
        client = client_for(cast.amara)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/kpis/{kpi.pk}/")
        counts.append(sum("SAVEPOINT" not in query["sql"] for query in asked.captured_queries))
    assert counts[0] == counts[2] <= 12


def test_roles(cast, kpi):
    for person, status in (
        (cast.lena, 200), (cast.helen, 200), (cast.customer_go_to, 200), (cast.recipient, 403), (cast.outsider, 404),
        (cast.nobody, 404), (cast.owen, 404),
    ):  # fmt: skip
        assert client_for(person).get(f"/kpis/{kpi.pk}/").status_code == status
    assert client_for(cast.amara).post(f"/kpis/{kpi.pk}/").status_code == 405
    with acting(cast.amara, cast.own):
        assert Reading.objects.count() == 0
