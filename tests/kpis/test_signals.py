"""Signals of a KPI: from which values they are read, and what they say."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis import actions
from kpis.domain.signals import Assurance, Cause, Meaning
from kpis.models import Rebase, Review
from kpis.queries.signals import charts_of, signals_of
from relationships.actions.agreements import propose_agreement
from relationships.models import Agreement, Side
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, add_kpi, agree_band, report

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 10)
STEADY = (81, 85, 79, 84, 80, 83, 79, 82)


@pytest.fixture
def kpi(cast):
    return add_kpi(add_goal(cast.own, cast.amara), cast.amara)


def months(count: int) -> list[date]:
    """The last so many months before March 2026, oldest first."""
    return [date(*divmod_month(2026 * 12 + 2 - back)) for back in range(count, 0, -1)]


def divmod_month(months: int) -> tuple[int, int, int]:
    year, place = divmod(months, 12)
    return year, place + 1, 1


def tell(cast, kpi, values):
    return [
        report(kpi, cast.lena, day, value) for day, value in zip(months(len(values)), values, strict=True)
    ]


def signals(cast, kpi, on=ON):
    with acting(cast.amara, cast.own):
        return signals_of([kpi], on=on)[kpi.pk]


def rebase(cast, kpi, day, *, agreed=True):
    with acting(cast.amara, cast.own):
        agreement = propose_agreement(
            relationship=cast.own, kind=Agreement.Kind.REBASE, title="Rebase", content=[], actor=cast.amara,
            side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip
        return Rebase.objects.create(
            relationship=cast.own, kpi=kpi, agreement=agreement, from_period=day, reason="New ticketing",
            agreed_at=NOW if agreed else None, created_at=NOW,
        )  # fmt: skip


def test_fewer_than_six_values_say_nothing(cast, kpi):
    tell(cast, kpi, STEADY[:5])
    assert signals(cast, kpi) is None
    with acting(cast.amara, cast.own):
        assert len(charts_of([kpi], on=ON)[kpi.pk].periods) == 5


def test_a_real_change_for_the_worse(cast, kpi):
    tell(cast, kpi, (*STEADY, 60))
    found = signals(cast, kpi)
    assert found.latest.cause == Cause.OUTSIDE and found.latest.meaning == Meaning.CONCERN
    assert found.is_a_change_for_the_worse
    assert found.at(date(2026, 2, 1)).value == 60
    assert found.at(date(2026, 1, 1)).cause is None
    assert found.at(date(2026, 3, 1)) is None


def test_assurance_is_against_the_target_as_it_stands(cast, kpi):
    tell(cast, kpi, STEADY)
    assert signals(cast, kpi).assurance is None
    agree_band(kpi, cast.amara, cast.jonas, (30, 40, 50))
    assert signals(cast, kpi).assurance == Assurance.CONSISTENTLY_MEETS
    agree_band(kpi, cast.amara, cast.jonas, (80, 90, 99), effective_from=date(2026, 2, 1))
    assert signals(cast, kpi).is_consistently_missing
    assert not signals(cast, kpi, on=date(2026, 1, 31)).is_consistently_missing


def test_disputed_values_and_what_came_later_are_left_out(cast, kpi):
    *_rest, last = tell(cast, kpi, (*STEADY, 20))
    with acting(cast.amara, cast.own):
        actions.dispute_reading(
            reading=last, version=1, reason="We counted more", claimed_value=None, actor=cast.amara,
            side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip
    found = signals(cast, kpi)
    assert (len(found.periods), found.latest.cause) == (8, None)
    assert len(signals(cast, kpi, on=date(2025, 12, 31)).periods) == 7


def test_an_agreed_rebase_starts_anew_and_a_proposed_one_does_not(cast, kpi):
    tell(cast, kpi, (*STEADY, 60, 61, 60, 61, 60, 61))
    before = signals(cast, kpi)
    rebase(cast, kpi, date(2025, 9, 1), agreed=False)
    assert signals(cast, kpi).periods == before.periods
    agreed = rebase(cast, kpi, date(2025, 9, 1))
    found = signals(cast, kpi)
    assert (len(found.periods), found.rebase) == (6, agreed)
    assert found.limits.mean == Decimal("60.5")
    assert not found.is_a_change_for_the_worse


def test_at_most_24_values(cast):
    daily = add_kpi(add_goal(cast.own, cast.amara), cast.amara, frequency="DAY", starts_on=date(2026, 1, 1))
    for day in range(1, 31):
        report(daily, cast.lena, date(2026, 1, day), day)
    found = signals(cast, daily)
    assert (len(found.periods), found.periods[0].first) == (24, date(2026, 1, 7))


def test_three_questions_for_any_number_of_kpis(cast, kpi):
    kpis = [kpi, *(add_kpi(kpi.goal, cast.amara, name=f"Another {n}") for n in range(2))]
    for one in kpis:
        tell(cast, one, STEADY)
    for some in (kpis[:1], kpis):
        with acting(cast.amara, cast.own), CaptureQueriesContext(connection) as asked:
            found = signals_of(some, on=ON)
        assert all(one.limits.points == 8 for one in found.values())
        assert len(asked) == 3


class TestPage:
    @pytest.fixture(autouse=True)
    def at_the_storys_time(self, time_machine):
        time_machine.move_to(NOW, tick=False)

    def page(self, cast, kpi):
        return client_for(cast.amara).get(f"/kpis/{kpi.pk}/signals/")

    def test_limits_points_and_the_rule_in_words(self, cast, kpi):
        agree_band(kpi, cast.amara, cast.jonas)
        tell(cast, kpi, (*STEADY, 60))
        text = self.page(cast, kpi).content.decode()
        assert "A real change for the worse." in text
        assert "Outside the limits" in text and "ordinary variation" in text
        assert "Provisional: fewer than 12 values." in text
        assert "Upper limit" in text
        on_kpi = client_for(cast.amara).get(f"/kpis/{kpi.pk}/").content.decode()
        assert "A real change for the worse." in on_kpi

    def test_one_bad_month_is_called_that(self, cast, kpi):
        agree_band(kpi, cast.amara, cast.jonas)
        tell(cast, kpi, (*STEADY, 79))
        text = client_for(cast.amara).get(f"/kpis/{kpi.pk}/").content.decode()
        assert "One bad month, within normal variation." in text
        assert "Hit or miss: the target lies within normal variation." in text

    def test_consistently_missing_is_a_reason_to_look_together(self, cast, kpi):
        agree_band(kpi, cast.amara, cast.jonas, (80, 90, 99))
        tell(cast, kpi, STEADY)
        assert (
            "Consistently misses: look at target or process together."
            in self.page(cast, kpi).content.decode()
        )

    def test_too_few_values_say_how_many_there_are(self, cast, kpi):
        tell(cast, kpi, STEADY[:2])
        assert (
            "Signals are told from 6 values on; there are 2 so far." in self.page(cast, kpi).content.decode()
        )
        assert "No value yet" in self.page(cast, add_kpi(kpi.goal, cast.amara, "Another")).content.decode()

    def test_a_rebase_names_its_reason_and_starts_the_chart_anew(self, cast, kpi):
        tell(cast, kpi, (*STEADY, 60, 61, 60, 61, 60, 61))
        rebase(cast, kpi, date(2025, 9, 1))
        response = self.page(cast, kpi)
        assert "New ticketing" in response.content.decode()
        assert len(response.context["page"].rows) == 6

    def test_the_page_says_what_the_question_about_many_says(self, cast, kpi):
        tell(cast, kpi, (*STEADY, 60))
        shown = self.page(cast, kpi).context["page"].signals
        assert shown.chart == signals(cast, kpi).chart

    def test_an_open_review_is_one_click_away_and_a_closed_one_is_not(self, cast, kpi):
        agree_band(kpi, cast.amara, cast.jonas, (80, 90, 99))
        tell(cast, kpi, STEADY)
        with acting(cast.amara, cast.own):
            review = Review.objects.create(
                relationship=cast.own, kpi=kpi, cause="MISSES", period_start=date(2026, 2, 1), opened_at=NOW
            )
        link = f'href="/reviews/{review.pk}/"'
        for address in (f"/kpis/{kpi.pk}/", f"/kpis/{kpi.pk}/signals/"):
            assert link in client_for(cast.amara).get(address).content.decode()
        assert link not in client_for(cast.amara).get(f"/kpis/{kpi.pk}/?on=2026-03-01").content.decode()
        with acting(cast.amara, cast.own):
            Review.objects.filter(pk=review.pk).update(closed_at=NOW, choice="ACCEPT")
        assert link not in client_for(cast.amara).get(f"/kpis/{kpi.pk}/").content.decode()
