"""What the last periods would have been: under other terms, and with another spell."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from kpis.domain.bands import Band
from kpis.domain.periods import Period
from kpis.models import BandRevision, FlexRule, Kpi, Reading
from kpis.queries.backtest import (
    Lean,
    Of,
    backtest_spell,
    backtest_terms,
    evidence_of,
    evidence_of_spell,
)
from kpis.queries.backtest.leaning import band_lean
from kpis.queries.backtest.replay import Reported, run
from kpis.queries.judging import Judge, Terms, terms_of
from kpis.queries.surroundings import Span, Surroundings
from relationships.models import Pulse, Side
from tests.cast import NOW, acting
from tests.furniture import JANUARY_2025, add_goal, add_kpi, agree, agree_band, report
from tests.kpis.test_flexing import band, environment, shift, spell

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 10)
NOVEMBER, DECEMBER, JANUARY = date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)
YEAR_END = date(2025, 12, 31)
PULSE = datetime(2025, 9, 20, tzinfo=UTC)


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


def thresholds(floor, tolerance, target, **more):
    """Proposed terms from January 2025."""
    return Terms(JANUARY_2025, Band(*map(Decimal, (floor, tolerance, target))), **more)


def replay(cast, kpi, terms, **more):
    with acting(cast.amara, cast.own):
        return backtest_terms(kpi, terms, on=TODAY, **more)


def with_rules(*rules, band=(60, 70, 80), **more):
    """Terms as they come from a form: a band that is not saved, and rules that are not."""
    revision = BandRevision(
        effective_from=JANUARY_2025,
        **dict(zip(("floor", "tolerance", "target"), map(Decimal, band), strict=True)),
        **more,
    )
    return terms_of(revision, rules)


class TestTerms:
    def test_the_old_stand_beside_the_new(self, cast, kpi):
        band(cast, kpi)
        reported(cast, kpi, 82, 76, 64, 50)
        found = replay(cast, kpi, thresholds(50, 70, 76))
        assert [(row.before, row.after, int(row.lean)) for row in found.rows] == [
            (0, 1, 1), (1, 1, 1), (2, 3, 1), (3, 3, 0),
        ]  # fmt: skip
        assert (found.better, found.worse, found.same, found.easier, found.harder) == (2, 0, 2, 3, 0)
        assert (found.before.attainment, found.after.attainment) == (Decimal("52.0"), Decimal("60.5"))
        assert (found.before.misses, found.after.misses, found.rejudged) == (2, 2, 4)
        assert (found.before.spent, found.after.spent) == (Decimal("2.40"), Decimal("2.00"))

    def test_what_is_disputed_or_does_not_apply_is_left_out(self, cast, kpi):
        from kpis import actions

        band(cast, kpi)
        reported(cast, kpi, 82, 76)
        with acting(cast.lena, cast.own):
            actions.submit_reading(
                kpi=kpi, period_start=NOVEMBER, actor=cast.lena, side=Side.PROVIDER, now=NOW, version=None,
                is_not_applicable=True,
            )  # fmt: skip
        with acting(cast.amara, cast.own):
            actions.dispute_reading(
                reading=Reading.objects.get(period_start=date(2025, 10, 1)), version=1, reason="We saw 60",
                claimed_value=None, actor=cast.amara, side=Side.CUSTOMER, now=NOW,
            )  # fmt: skip
        found = replay(cast, kpi, thresholds(50, 60, 70))
        assert [row.point.first_day for row in found.rows] == [date(2025, 9, 1)]
        assert found.after.spent == 0
        shown = {point.first_day: (point.status, point.verdict) for point in found.series.points}
        assert shown[date(2025, 10, 1)] == ("DISPUTED", None)
        assert shown[NOVEMBER] == ("NOT_APPLICABLE", None)

    def test_the_world_is_as_it_was(self, cast, kpi):
        peak = environment(cast)
        band(cast, kpi)
        reported(cast, kpi, 75, 75, 75, 75)
        spell(cast, peak, DECEMBER, YEAR_END)
        found = replay(cast, kpi, with_rules(shift(peak)))
        assert [(row.before, row.after) for row in found.rows] == [(2, 3), (2, 2), (2, 2), (2, 2)]
        assert found.series.points[-3].band.target == 74
        assert found.series.points[-1].band.target == 80

    def test_once_room_is_used_up_approaching_is_a_miss(self, cast, kpi):
        band(cast, kpi, allowance=Decimal(2))
        reported(cast, kpi, 50, 50, 75, 75)
        found = replay(cast, kpi, with_rules(allowance=Decimal(4)))
        assert [(row.old.is_miss, row.new.is_miss, row.moved) for row in found.rows] == [
            (True, False, 0), (True, False, 0), (True, True, 0), (True, True, 0),
        ]  # fmt: skip
        assert (found.before.misses, found.after.misses, found.easier) == (4, 2, 2)
        assert (found.before.balance, found.after.balance) == (Decimal("-1.00"), Decimal("1.00"))
        assert (found.before.is_exhausted, found.after.is_exhausted) == (True, False)

    def test_what_was_agreed_in_between_does_not_count_as_part_of_the_proposal(self, cast, kpi):
        band(cast, kpi)
        reported(cast, kpi, 75, 75, 75, 75)
        agree_band(kpi, cast.amara, cast.jonas, (50, 60, 70), effective_from=DECEMBER)
        harder = Terms(date(2026, 4, 1), Band(Decimal(50), Decimal(60), Decimal(72)))
        found = replay(cast, kpi, harder)
        assert (found.better, found.worse, found.judged_otherwise, found.rejudged) == (0, 0, 3, 0)

    @pytest.mark.parametrize("periods", [12, 18, 24])
    def test_as_many_periods_as_asked_for(self, cast, kpi, periods):
        assert replay(cast, kpi, thresholds(50, 60, 70), periods=periods).periods == min(periods, 14)

    def test_without_any_period_there_is_nothing_to_compare(self, cast):
        later = add_kpi(add_goal(cast.own, cast.amara), cast.amara, starts_on=date(2026, 3, 1))
        found = replay(cast, later, thresholds(50, 60, 70))
        assert (found.rows, found.before.attainment, found.periods) == ([], None, 0)
        assert evidence_of(found) == []

    def test_as_many_questions_for_two_years_as_for_a_month(self, cast, kpi):
        peak = environment(cast)
        band(cast, kpi, [shift(peak)], max_earned=Decimal("0.5"), allowance=Decimal(3))
        asked = []
        for first, values in ((9, [75]), (10, [75, 64, 82, 50, 71])):
            reported(cast, kpi, *values, first=first)
            with acting(cast.amara, cast.own), CaptureQueriesContext(connection) as queries:
                backtest_terms(kpi, with_rules(shift(peak, -8), allowance=Decimal(4)), on=TODAY)
            asked.append(len(queries))
        assert asked[0] == asked[1] <= 9


class TestLeaning:
    """Whom a change helps, and when it is said."""

    def leans(self, cast, kpi, terms):
        return [(one.of, one.lean) for one in replay(cast, kpi, terms).one_sided]

    def test_when_all_that_changes_asks_less(self, cast, kpi):
        band(cast, kpi)
        reported(cast, kpi, 82, 76, 64, 50)
        assert self.leans(cast, kpi, thresholds(50, 65, 76)) == [(Of.PERIODS, Lean.EASIER)]
        assert self.leans(cast, kpi, thresholds(60, 70, 90)) == [(Of.PERIODS, Lean.HARDER)]

    def test_not_when_some_periods_ask_more_and_some_less(self, cast, kpi):
        band(cast, kpi)
        reported(cast, kpi, 82, 76, 64, 50)
        assert self.leans(cast, kpi, thresholds(50, 70, 85)) == []

    def test_not_when_nothing_changes(self, cast, kpi):
        band(cast, kpi)
        reported(cast, kpi, 82, 76)
        assert self.leans(cast, kpi, thresholds(60, 70, 80)) == []

    def test_terms_that_lean_are_named_where_no_period_shows_it(self, cast, kpi):
        band(cast, kpi)
        reported(cast, kpi, 95)
        assert self.leans(cast, kpi, thresholds(55, 70, 80)) == [(Of.TERMS, Lean.EASIER)]
        assert self.leans(cast, kpi, with_rules(allowance=Decimal(3))) == [(Of.TERMS, Lean.HARDER)]
        assert self.leans(cast, kpi, thresholds(55, 71, 80)) == []

    def test_a_rule_that_only_eases_is_named_and_one_that_balances_is_not(self, cast, kpi):
        peak, calm = environment(cast), environment(cast, "Quiet months")
        band(cast, kpi)
        reported(cast, kpi, 95)
        only = [(Of.RULES, Lean.EASIER), (Of.TERMS, Lean.EASIER)]
        assert self.leans(cast, kpi, with_rules(shift(peak))) == only
        assert self.leans(cast, kpi, with_rules(shift(peak), shift(calm, 3, priority=2))) == []

    def test_of_a_first_band_only_its_rules_are_weighed(self, cast, kpi):
        assert self.leans(cast, kpi, with_rules(shift(environment(cast)))) == [(Of.RULES, Lean.EASIER)]
        assert self.leans(cast, kpi, thresholds(10, 20, 30)) == []

    def test_a_driver_only_eases_and_its_numbers_say_by_how_much(self, cast, kpi):
        surge = environment(cast, "Volume surge")
        driver = add_kpi(kpi.goal, cast.amara, "Calls received")
        numbers = {
            "baseline": Decimal(1000),
            "slope": Decimal(20),
            "deadband": Decimal("0.1"),
            "cap": Decimal(3),
        }

        def following(**changed):
            return FlexRule(
                environment=surge, kind="DRIVER", priority=1, driver=driver, **{**numbers, **changed}
            )

        band(cast, kpi, [following()])
        for changed, lean in (
            ({"slope": Decimal(30)}, Lean.EASIER),
            ({"deadband": Decimal("0.2")}, Lean.HARDER),
            ({"cap": Decimal(2)}, Lean.HARDER),
        ):
            assert self.leans(cast, kpi, with_rules(following(**changed)))[0] == (Of.RULES, lean)
        assert self.leans(cast, kpi, with_rules(following(slope=Decimal(30), cap=Decimal(2)))) == []
        assert self.leans(cast, kpi, with_rules(following(baseline=Decimal(900)))) == []
        replaced = FlexRule(environment=surge, kind="REPLACE", priority=1, floor=50, tolerance=60, target=70)
        assert self.leans(cast, kpi, with_rules(replaced)) == []

    def test_giving_up_a_rule_that_eases_asks_more(self, cast, kpi):
        peak = environment(cast)
        band(cast, kpi, [shift(peak)])
        assert self.leans(cast, kpi, with_rules()) == [(Of.RULES, Lean.HARDER), (Of.TERMS, Lean.HARDER)]
        assert self.leans(cast, kpi, with_rules(shift(peak, -6, priority=4))) == []
        assert self.leans(cast, kpi, with_rules(shift(peak, -8)))[0] == (Of.RULES, Lean.EASIER)

    def test_the_mirror(self, cast):
        lower = add_kpi(add_goal(cast.own, cast.amara), cast.amara, polarity="LOWER")
        agree_band(lower, cast.amara, cast.jonas, (40, 30, 20))
        reported(cast, lower, 18, 24, 36, 50)
        assert self.leans(cast, lower, thresholds(50, 35, 24)) == [(Of.PERIODS, Lean.EASIER)]

    def test_what_both_perform_helps_neither_alone(self, cast, kpi):
        joint = add_kpi(kpi.goal, cast.amara, "Jointly", performed_by="JOINT")
        band(cast, joint)
        reported(cast, joint, 76)
        assert self.leans(cast, joint, thresholds(50, 60, 70)) == []


class TestEvidence:
    def rows(self, proposal):
        return {row["label"]: (row["before"], row["after"]) for row in proposal.agreement.content}

    def propose(self, cast, kpi, **more):
        from kpis import actions

        with acting(cast.amara, cast.own):
            return actions.propose_band(
                kpi=kpi, effective_from=date(2025, 10, 1), floor=Decimal(50), tolerance=Decimal(65),
                target=Decimal(76), actor=cast.amara, side=Side.CUSTOMER, now=NOW, **more,
            )  # fmt: skip

    def test_every_proposal_carries_its_back_test_and_a_signature_names_it(self, cast, kpi):
        from relationships.actions.agreements import digest_of

        band(cast, kpi, allowance=Decimal(3))
        reported(cast, kpi, 82, 76, 64, 50)
        agreement = self.propose(cast, kpi, allowance=Decimal(3)).agreement
        rows = {row["label"]: (row["before"], row["after"]) for row in agreement.content}
        assert rows["Back-test: Good"] == ("1", "2")
        assert rows["Back-test: mean attainment"] == ("52.0\xa0%", "64.0\xa0%")
        assert rows["Wiggle room spent in 12 months"] == ("2.40 of 3", "2.00 of 3")
        assert rows["Readings judged anew when signed"] == ("", "3")
        assert rows["Means for Northwind"][1] == "Relies on it: promised less in 3 periods, more in none."
        assert rows["Means for Brightwater"][1] == "Performs it: less asked in 3 periods, more in none."
        assert rows["Warning"][1] == "All 3 periods that change ask less of Brightwater; none asks more."
        assert agreement.digest == digest_of("BAND_REVISION", agreement.content, 1)
        compared = next(row for row in agreement.content if "periods" in row)
        assert [one["after"]["verdict"] for one in compared["periods"]] == [3, 3, 1, 1]

    def test_rules_allowance_and_earned_room_are_said_in_words(self, cast, kpi):
        peak = environment(cast)
        band(cast, kpi, [shift(peak)])
        rows = self.rows(self.propose(cast, kpi, max_earned=Decimal("0.25"), allowance=Decimal("2.5")))
        assert rows["Earned room at full trust"] == ("", "25\xa0%")
        assert rows["Wiggle room per 12 months"] == ("", "2.5")
        before, after = rows["Flex: Peak season"]
        assert after == ""
        assert before.replace("\xa0", " ") == (
            "During “Peak season”, the target is 74 % instead of 80 %, the tolerance is 64 % instead of 70 % and the"
            " floor is 54 % instead of 60 %. Priority 1."
        )

    def test_a_spell_has_its_rows_too(self, cast, kpi):
        peak = environment(cast)
        band(cast, kpi, [shift(peak)])
        reported(cast, kpi, 75, 75, 75, 75)
        with acting(cast.amara, cast.own):
            found = evidence_of_spell(backtest_spell(peak, Span(None, DECEMBER, YEAR_END), on=TODAY))
        assert [(row["label"], row["before"], row["after"]) for row in found] == [
            ("Back-test: First-contact resolution", "1 Approaching", "1 Good"),
            ("Warning: First-contact resolution", "", "The 1 period that changes asks less of Brightwater; none asks more."),
            ("Readings judged anew when signed", "", "1"),
        ]  # fmt: skip


values = st.lists(st.decimals(40, 99, places=1), min_size=1, max_size=6)
bands = st.lists(st.integers(42, 95), min_size=3, max_size=3, unique=True).map(sorted)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_replayed_is_what_is_stored_once_signed(cast, seed):
    chance = Random(seed)
    data = [Decimal(chance.randrange(400, 990)) / 10 for _period in range(6)]
    old, new = (sorted(chance.sample(range(42, 96), 3)) for _band in range(2))
    moves, earned = chance.randrange(-9, 10), chance.choice(["0", "0.5", "1"])
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara, "Random")
    peak = environment(cast)
    with acting(cast.amara, cast.own):
        Pulse.objects.create(
            relationship=cast.own, opened_at=PULSE - timedelta(days=7), closes_at=PULSE, closed_at=PULSE, customer_answers=3,
            provider_answers=3, customer_trust=Decimal("0.6"), provider_trust=Decimal("0.8"),
        )  # fmt: skip
    agree_band(kpi, cast.amara, cast.jonas, tuple(old))
    reported(cast, kpi, *data)
    spell(cast, peak, date(2025, 10, 17), date(2026, 1, 4))
    rule = shift(peak, moves)
    shown = replay(cast, kpi, with_rules(rule, band=new, max_earned=Decimal(earned)))
    with acting(cast.amara, cast.own):
        from kpis import actions

        revision = actions.propose_band(
            kpi=kpi, effective_from=JANUARY_2025, **dict(zip(("floor", "tolerance", "target"), map(Decimal, new), strict=True)),
            rules=[rule], max_earned=Decimal(earned), actor=cast.amara, side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip
        before = dict(Reading.objects.filter(kpi=kpi).values_list("period_start", "verdict"))
    assert {row.point.first_day: row.before for row in shown.rows} == before
    agree(revision.agreement_id, cast.jonas, cast.own, Side.PROVIDER)
    with acting(cast.amara, cast.own):
        stored = {
            first: rest
            for first, *rest in Reading.objects.filter(kpi=kpi).values_list(
                "period_start", "verdict", "attainment"
            )
        }
    assert {row.point.first_day: [row.new.verdict, row.new.attainment] for row in shown.rows} == stored
    assert shown.rejudged == len(stored)


@given(
    st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=24), bands,
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
)  # fmt: skip
def test_easier_thresholds_never_make_a_period_harder(data, thresholds, ease):
    old = Band(*map(Decimal, thresholds))
    new = Band(*(Decimal(one) - by for one, by in zip(thresholds, sorted(ease, reverse=True), strict=True)))
    kpi = Kpi(pk=1, polarity="HIGHER", performed_by="PROVIDER")
    told = [
        Reported(Period(day, day + timedelta(days=29)), value, "SUBMITTED", False)
        for number, value in enumerate(data)
        for day in [JANUARY_2025 + timedelta(days=30 * number)]
    ]
    runs = [
        run(kpi, told, Judge((), instead={1: [Terms(date.min, one, allowance=Decimal(3))]}, surroundings=Surroundings()), on=TODAY)
        for one in (old, new)
    ]  # fmt: skip
    for first, was in runs[0].said.items():
        will = runs[1].said[first]
        assert will.verdict >= was.verdict
        assert will.attainment >= was.attainment
        assert will.units <= was.units
        assert was.is_miss or not will.is_miss
    assert Lean.HARDER not in band_lean("HIGHER", old, new)
