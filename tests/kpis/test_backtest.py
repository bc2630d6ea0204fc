"""What the last periods would have been: under other terms, and with another spell."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.models import FlexRule, Kpi, Reading
from kpis.queries.backtest import Lean, Of, backtest_spell, backtest_terms
from kpis.queries.judging import Terms, terms_of
from kpis.queries.surroundings import Span
from tests.cast import acting
from tests.furniture import JANUARY_2025, add_goal, add_kpi, agree_band, report
from tests.kpis.test_flexing import band, environment, shift, spell

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 10)
NOVEMBER, DECEMBER, JANUARY = date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)
YEAR_END = date(2025, 12, 31)


@pytest.fixture
def kpi(cast) -> Kpi:
    return add_kpi(add_goal(cast.own, cast.amara), cast.amara)


def reported(cast, kpi, *values, first=9):
    """Values of September 2025 and on."""
    for month, value in enumerate(values, first):
        report(kpi, cast.lena, date(2025 + (month - 1) // 12, (month - 1) % 12 + 1, 1), value)


class TestASpell:
    def replay(self, cast, peak, first, last, **more):
        with acting(cast.amara, cast.own):
            return backtest_spell(peak, Span(None, first, last), on=TODAY, **more)

    def test_it_shows_what_signing_would_do_to_every_kpi_with_a_rule(self, cast, kpi):
        peak = environment(cast)
        band(cast, kpi, [shift(peak)])
        other = add_kpi(kpi.goal, cast.amara, "Time to answer")
        agree_band(other, cast.amara, cast.jonas)
        reported(cast, kpi, 75, 75, 75, 75, 75)
        reported(cast, other, 75, 75, 75, 75, 75)
        found = self.replay(cast, peak, DECEMBER, date(2026, 1, 15))
        (one,) = found.kpis
        assert [(row.point.first_day, row.before, row.after) for row in one.rows] == [
            (JANUARY, 2, 2), (DECEMBER, 2, 3),
        ]  # fmt: skip
        assert one.rows[0].lean == Lean.EASIER
        assert (found.touched, found.better, found.worse, found.same, found.rejudged) == (2, 1, 0, 1, 2)
        assert [(said.of, said.lean, said.count) for said in one.one_sided] == [(Of.PERIODS, Lean.EASIER, 2)]

    def test_signing_gives_the_verdicts_that_were_shown(self, cast, kpi):
        peak = environment(cast)
        band(cast, kpi, [shift(peak)])
        reported(cast, kpi, 75, 66, 75, 55, 75)
        found = self.replay(cast, peak, DECEMBER, date(2026, 1, 15))
        spell(cast, peak, DECEMBER, date(2026, 1, 15))
        with acting(cast.amara, cast.own):
            for row in found.kpis[0].rows:
                stands = Reading.objects.get(kpi=kpi, period_start=row.point.first_day)
                assert (stands.verdict, stands.attainment) == (row.new.verdict, row.new.attainment)

    def test_one_that_takes_the_place_of_another_touches_the_days_of_both(self, cast, kpi):
        peak = environment(cast)
        band(cast, kpi, [shift(peak)])
        reported(cast, kpi, 75, 75, 75, 75, 75)
        first = spell(cast, peak, NOVEMBER, date(2025, 11, 30))
        found = self.replay(cast, peak, DECEMBER, YEAR_END, instead_of=first.pk)
        assert [(row.point.first_day, row.before, row.after) for row in found.kpis[0].rows] == [
            (DECEMBER, 2, 3), (NOVEMBER, 3, 2),
        ]  # fmt: skip
        assert found.kpis[0].one_sided == []
        with acting(cast.amara, cast.own):
            gone = backtest_spell(peak, None, on=TODAY, instead_of=first.pk)
        assert [(row.before, row.after) for row in gone.kpis[0].rows] == [(3, 2)]

    def test_one_that_lies_ahead_is_replayed_a_year_earlier(self, cast, kpi):
        peak = environment(cast)
        band(cast, kpi, [shift(peak)])
        reported(cast, kpi, 75, 75, 75, 75)
        spell(cast, peak, DECEMBER, YEAR_END)
        found = self.replay(cast, peak, date(2026, 11, 15), date(2026, 12, 31))
        assert (found.is_ahead, found.replayed.first, found.replayed.last) == (
            True,
            date(2025, 11, 15),
            YEAR_END,
        )
        assert [(row.point.first_day, row.before, row.after) for row in found.kpis[0].rows] == [
            (DECEMBER, 2, 3), (NOVEMBER, 2, 2),
        ]  # fmt: skip
        assert found.rejudged == 0

    def test_without_a_kpi_that_has_a_rule_there_is_nothing_to_show(self, cast):
        assert self.replay(cast, environment(cast), DECEMBER, date.max).kpis == []

    def test_as_many_questions_for_one_kpi_as_for_three(self, cast, kpi):
        peak = environment(cast)
        asked = []
        for name in ("One", "Two", "Three"):
            more = add_kpi(kpi.goal, cast.amara, name)
            band(cast, more, [shift(peak)], max_earned=Decimal("0.5"))
            reported(cast, more, 75, 75, 75)
            with (
                acting(cast.amara, cast.own),
                CaptureQueriesContext(
                    connection,
                ) as queries,
            ):
                backtest_spell(peak, Span(None, NOVEMBER, date.max), on=TODAY)
            asked.append(len(queries))
        assert asked[0] == asked[2] <= 10
