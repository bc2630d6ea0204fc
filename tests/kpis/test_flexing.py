"""Spells, rules, drivers and trust move bands; what they touch is judged anew, and nothing else."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from kpis import actions
from kpis.models import FlexRule, Kpi, Reading, ReadingPast, Rejudging, Spell
from portal.signing import sign
from relationships.models import Agreement, Pulse, Side
from tests.cast import BEGAN, NOW, acting, client_for
from tests.furniture import JANUARY_2025, add_goal, add_kpi, agree, report

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER, JANUARY = date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)


@pytest.fixture
def kpi(cast):
    return add_kpi(add_goal(cast.own, cast.amara), cast.amara)


def environment(cast, name="Peak season", condition=""):
    with acting(cast.amara, cast.own):
        revision = actions.propose_environment(
            relationship=cast.own, name=name, meaning="Retail peaks", condition=condition,
            effective_from=JANUARY_2025, actor=cast.amara, side=Side.CUSTOMER, now=BEGAN,
        )  # fmt: skip
    agree(revision.agreement_id, cast.jonas, cast.own, Side.PROVIDER)
    return revision.environment


def spell(cast, environment, first, last, *, signed=True, reason="Black Friday", **more):
    with acting(cast.jonas, cast.own):
        made = actions.propose_spell(
            environment=environment, first_day=first, last_day=last, reason=reason, actor=cast.jonas,
            side=Side.PROVIDER, now=NOW, **more,
        )  # fmt: skip
    if signed:
        agree(made.agreement_id, cast.amara, cast.own, Side.CUSTOMER, now=NOW + timedelta(hours=1))
    return made


def shift(environment, amount=-6, priority=1):
    amounts = dict.fromkeys(("floor", "tolerance", "target"), Decimal(amount))
    return FlexRule(environment=environment, kind="SHIFT", priority=priority, **amounts)


def band(cast, kpi, rules=(), **more):
    with acting(cast.amara, cast.own):
        revision = actions.propose_band(
            kpi=kpi, effective_from=JANUARY_2025, floor=Decimal(60), tolerance=Decimal(70), target=Decimal(80),
            rules=rules, actor=cast.amara, side=Side.CUSTOMER, now=BEGAN, **more,
        )  # fmt: skip
    agree(revision.agreement_id, cast.jonas, cast.own, Side.PROVIDER, now=BEGAN + timedelta(hours=2))
    return revision


def standing(cast, kpi, day=DECEMBER):
    with acting(cast.amara, cast.own):
        return Reading.objects.select_related("flexing").get(kpi=kpi, period_start=day)


class TestSpells:
    def test_a_signed_spell_judges_exactly_the_periods_it_touches_anew(self, cast, kpi):
        peak = environment(cast)
        band(cast, kpi, [shift(peak)])
        for day in (NOVEMBER, DECEMBER, JANUARY):
            report(kpi, cast.lena, day, 75)
        spell(cast, peak, DECEMBER, date(2025, 12, 31))
        before, during, after = (standing(cast, kpi, day) for day in (NOVEMBER, DECEMBER, JANUARY))
        assert (before.verdict, before.version, before.flexing) == (2, 1, None)
        assert (after.verdict, after.version, after.flexing) == (2, 1, None)
        assert (during.verdict, during.version, during.attainment) == (3, 2, 1_000_000)
        assert (during.flexing.target, during.flexing.unflexed_verdict) == (Decimal(74), 2)
        assert during.value == 75

    def test_it_counts_only_once_both_signed(self, cast, kpi):
        peak = environment(cast)
        band(cast, kpi, [shift(peak)])
        report(kpi, cast.lena, DECEMBER, 75)
        spell(cast, peak, DECEMBER, None, signed=False)
        assert standing(cast, kpi).flexing is None

    def test_a_reading_that_comes_later_is_judged_by_the_moved_band_at_once(self, cast, kpi):
        peak = environment(cast)
        band(cast, kpi, [shift(peak)])
        spell(cast, peak, date(2025, 12, 17), None)
        report(kpi, cast.lena, DECEMBER, 77)
        found = standing(cast, kpi)
        assert (found.flexing.covered_days, found.flexing.period_days) == (15, 31)
        assert found.flexing.target == Decimal("77.096774")
        assert found.verdict == 2

    def test_one_that_replaces_another_gives_the_periods_back(self, cast, kpi):
        peak = environment(cast)
        band(cast, kpi, [shift(peak)])
        report(kpi, cast.lena, DECEMBER, 75)
        first = spell(cast, peak, DECEMBER, date(2025, 12, 31))
        with acting(cast.amara, cast.own):
            first.refresh_from_db()
        taken_back = spell(cast, peak, DECEMBER, date(2025, 12, 31), replaces=first, is_void=True)
        found = standing(cast, kpi)
        assert (found.verdict, found.flexing) == (2, None)
        with acting(cast.amara, cast.own):
            assert [
                past.flexing_id is not None for past in ReadingPast.objects.filter(reading_id=found.pk)
            ] == [
                False,
                True,
            ]
            first.refresh_from_db()
            taken_back.refresh_from_db()
        assert first.superseded_at == taken_back.agreed_at

    def test_days_cannot_be_covered_twice(self, cast, kpi):
        peak = environment(cast)
        open_one = spell(cast, peak, date(2026, 1, 5), date(2026, 1, 9), signed=False)
        spell(cast, peak, JANUARY, None)
        with acting(cast.jonas, cast.own), pytest.raises(actions.SpellRefused) as refused:
            actions.propose_spell(
                environment=peak, first_day=date(2026, 1, 9), last_day=None, reason="again", actor=cast.jonas,
                side=Side.PROVIDER, now=NOW,
            )  # fmt: skip
        assert refused.value.field == "first_day"
        with acting(cast.amara, cast.own), pytest.raises(actions.SpellRefused):
            sign(agreement_id=open_one.agreement_id, version=1, actor=cast.amara, side=Side.CUSTOMER, now=NOW)
        with acting(cast.amara, cast.own):
            assert Agreement.objects.get(pk=open_one.agreement_id).outcome == "OPEN"

    @pytest.mark.parametrize(
        ("first", "last", "reason", "field"),
        [(JANUARY, NOVEMBER, "x", "last_day"), (JANUARY, None, "  ", "reason")],
    )
    def test_odd_days_and_missing_reasons_are_named(self, cast, first, last, reason, field):
        peak = environment(cast)
        with acting(cast.jonas, cast.own), pytest.raises(actions.SpellRefused) as refused:
            actions.propose_spell(
                environment=peak, first_day=first, last_day=last, reason=reason, actor=cast.jonas,
                side=Side.PROVIDER, now=NOW,
            )  # fmt: skip
        assert refused.value.field == field

    def test_what_both_signed_stays(self, cast):
        from django.db import IntegrityError, InternalError, transaction

        signed = spell(cast, environment(cast), JANUARY, None)
        with acting(cast.amara, cast.own):
            for change in ({"first_day": NOVEMBER}, {"superseded_at": None, "reason": "other"}):
                with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
                    Spell.objects.filter(pk=signed.pk).update(**change)


class TestDrivers:
    @pytest.fixture
    def volume(self, cast):
        with acting(cast.amara, cast.own):
            made = actions.add_driver(
                relationship=cast.own, name="Calls received", performed_by="CUSTOMER", frequency="MONTH",
                starts_on=JANUARY_2025, unit="calls", actor=cast.amara, side=Side.CUSTOMER, now=BEGAN,
            )  # fmt: skip
        made.relationship = cast.own
        return made

    def rule(self, environment, volume):
        numbers = {"baseline": 1000, "slope": 20, "deadband": "0.1", "cap": 3}
        return FlexRule(
            environment=environment, kind="DRIVER", priority=1, driver=volume,
            **{name: Decimal(value) for name, value in numbers.items()},
        )  # fmt: skip

    def test_a_band_follows_its_driver_and_its_corrections(self, cast, kpi, volume):
        surge = environment(cast, "Volume surge")
        band(cast, kpi, [self.rule(surge, volume)])
        spell(cast, surge, JANUARY_2025, None)
        report(kpi, cast.lena, DECEMBER, 78)
        assert standing(cast, kpi).flexing is None
        told = report(volume, cast.priya, DECEMBER, 1180)
        found = standing(cast, kpi)
        assert (found.flexing.target, found.flexing.driver_value) == (Decimal("78.4"), Decimal(1180))
        assert found.verdict == 2
        with acting(cast.priya, cast.own):
            actions.submit_reading(
                kpi=volume, period_start=DECEMBER, actor=cast.priya, side=Side.CUSTOMER, now=NOW,
                version=told.version, value=2000,
            )  # fmt: skip
        found = standing(cast, kpi)
        assert (found.flexing.target, found.verdict) == (Decimal(77), 3)

    def test_what_is_disputed_moves_nothing(self, cast, kpi, volume):
        surge = environment(cast, "Volume surge")
        band(cast, kpi, [self.rule(surge, volume)])
        spell(cast, surge, JANUARY_2025, None)
        report(kpi, cast.lena, DECEMBER, 78)
        told = report(volume, cast.priya, DECEMBER, 1180)
        with acting(cast.jonas, cast.own):
            actions.dispute_reading(
                reading=told, version=1, reason="We counted fewer", claimed_value=None, actor=cast.jonas,
                side=Side.PROVIDER, now=NOW,
            )  # fmt: skip
        assert standing(cast, kpi).flexing is None

    def test_a_driver_is_never_judged(self, cast, volume):
        told = report(volume, cast.priya, DECEMBER, 1180)
        assert (told.verdict, told.band_revision_id) == (None, None)

    def test_no_circles(self, cast, kpi, volume):
        surge = environment(cast, "Volume surge")
        other = add_kpi(kpi.goal, cast.amara, "Time to answer")
        band(cast, other, [self.rule(surge, kpi)])
        for driver in (kpi, other):
            with acting(cast.amara, cast.own), pytest.raises(actions.RuleRefused, match="circle") as refused:
                actions.propose_band(
                    kpi=kpi, effective_from=JANUARY_2025, floor=Decimal(60), tolerance=Decimal(70),
                    target=Decimal(80), rules=[self.rule(surge, driver)], actor=cast.amara, side=Side.CUSTOMER,
                    now=NOW,
                )  # fmt: skip
            assert refused.value.field == "driver"


class TestEarnedRoom:
    def pulse(self, cast, closed_at, customer, provider):
        with acting(cast.amara, cast.own):
            return Pulse.objects.create(
                relationship=cast.own, opened_at=closed_at - timedelta(days=7), closes_at=closed_at,
                closed_at=closed_at, customer_answers=3, provider_answers=3, customer_trust=Decimal(customer),
                provider_trust=Decimal(provider),
            )  # fmt: skip

    def test_trust_of_the_last_pulse_before_the_quarter_widens_the_tolerance(self, cast, kpi):
        self.pulse(cast, datetime(2025, 9, 20, tzinfo=UTC), "0.8", "0.6")
        self.pulse(cast, datetime(2025, 11, 20, tzinfo=UTC), "0.1", "0.1")
        band(cast, kpi, max_earned=Decimal("0.5"))
        report(kpi, cast.lena, DECEMBER, 68)
        found = standing(cast, kpi)
        assert (found.flexing.tolerance, found.flexing.trust) == (Decimal(67), Decimal("0.6"))
        assert (found.verdict, found.flexing.unflexed_verdict) == (2, 1)

    def test_without_a_pulse_there_is_none(self, cast, kpi):
        band(cast, kpi, max_earned=Decimal("0.5"))
        report(kpi, cast.lena, DECEMBER, 68)
        assert standing(cast, kpi).verdict == 1


def test_more_than_a_thousand_are_left_to_a_task_that_can_be_killed(cast, monkeypatch):
    from kpis.actions import rejudging

    daily = add_kpi(add_goal(cast.own, cast.amara), cast.amara, frequency="DAY")
    peak = environment(cast)
    band(cast, daily, [shift(peak)])
    with acting(cast.lena, cast.own):
        rows = [
            {"kpi_id": daily.pk, "period_start": JANUARY_2025 + timedelta(days=day), "value": 75}
            for day in range(30)
        ]
        actions.submit_readings_in_bulk(
            relationship=cast.own,
            rows=rows,
            actor=cast.lena,
            side=Side.PROVIDER,
            now=NOW,
            all_or_nothing=True,
        )
    monkeypatch.setattr(rejudging, "AT_ONCE", 12)
    spell(cast, peak, JANUARY_2025, None)
    with acting(cast.amara, cast.own):
        work = Rejudging.objects.get()
        assert (work.periods_total, work.periods_done) == (30, 0)
    page = client_for(cast.amara).get(f"/kpis/{daily.pk}/").content.decode()
    assert "Readings are being judged anew: 0 of 30." in page
    assert f"/rejudgings/{work.pk}/" in page
    with acting(cast.amara, cast.own):
        seen = []
        while rejudging.go_on_rejudging(rejudging_id=work.pk, now=NOW):
            work.refresh_from_db()
            seen.append(work.periods_done)
        assert seen == [12, 24]
        work.refresh_from_db()
        assert (work.periods_done, work.finished_at) == (30, NOW)
        assert set(Reading.objects.filter(kpi=daily).values_list("verdict", flat=True)) == {3}
        assert not rejudging.go_on_rejudging(rejudging_id=work.pk, now=NOW)


def test_a_rule_cannot_be_slipped_under_a_signed_band(cast, kpi):
    from django.db import IntegrityError, transaction

    peak = environment(cast)
    revision = band(cast, kpi)
    with acting(cast.amara, cast.own), pytest.raises(IntegrityError), transaction.atomic():
        rule = shift(peak)
        rule.relationship, rule.band_revision = cast.own, revision
        rule.save()


def test_drivers_are_kept_out_of_the_score(cast, kpi):
    with acting(cast.amara, cast.own):
        assert list(Kpi.objects.scored()) == [kpi]
