"""Spells that their agreed condition proposes: when, for which days, in whose name, and when they lapse again."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from kpis import actions
from kpis.actions.automatic import look_at_conditions
from kpis.models import ConditionCheck, Kpi, Spell
from kpis.tasks_flex import look_at_waiting_conditions
from portal.lib import scope
from relationships.models import Agreement, Relationship, Side, TimelineEntry
from tests.cast import BEGAN, NOW, acting
from tests.furniture import JANUARY_2025, agree, report

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER, DECEMBER = date(2025, 10, 1), date(2025, 11, 1), date(2025, 12, 1)
JANUARY = date(2026, 1, 1)


@pytest.fixture
def volume(cast) -> Kpi:
    return driver(cast)


@pytest.fixture
def surge(cast, volume):
    return surge_when(cast, "calls_received > 1200")


def driver(cast, name="Calls received", frequency="MONTH", performed_by="PROVIDER") -> Kpi:
    with acting(cast.amara, cast.own):
        made = actions.add_driver(
            relationship=cast.own, name=name, performed_by=performed_by, frequency=frequency, unit="calls",
            decimals=0, starts_on=JANUARY_2025, actor=cast.amara, side=Side.CUSTOMER, now=BEGAN,
        )  # fmt: skip
    made.relationship = cast.own
    return made


def surge_when(cast, condition, effective_from=JANUARY_2025, environment=None):
    with acting(cast.amara, cast.own):
        revision = actions.propose_environment(
            relationship=cast.own, name="Volume surge", meaning="More calls than planned for", condition=condition,
            effective_from=effective_from, actor=cast.amara, side=Side.CUSTOMER, now=BEGAN, environment=environment,
        )  # fmt: skip
    agree(revision.agreement_id, cast.jonas, cast.own, Side.PROVIDER)
    return revision.environment


def correct(cast, volume, day, value, by=None):
    person = by or cast.lena
    with acting(person, cast.own):
        reading = volume.readings.get(period_start=day)
        return actions.submit_reading(
            kpi=volume, period_start=day, actor=person, side=volume.performing_side, now=NOW,
            version=reading.version, value=value,
        )  # fmt: skip


def look_again(cast, now=NOW):
    """What the task does for one relationship: with its eyes, and with nobody's in particular."""
    with scope.acting_as(relationship_ids=(cast.own.pk,)), transaction.atomic():
        return look_at_conditions(relationship=Relationship.objects.get(pk=cast.own.pk), now=now)


def spells(cast):
    """(first day, last day, outcome of its agreement) of all spells, oldest proposal first."""
    with acting(cast.amara, cast.own):
        return [
            (spell.first_day, spell.last_day, spell.agreement.outcome)
            for spell in Spell.objects.select_related("agreement").order_by("pk")
        ]


@pytest.fixture
def proposed(cast, volume, surge) -> Spell:
    report(volume, cast.lena, NOVEMBER, 1300)
    assert look_again(cast) == 1
    with acting(cast.amara, cast.own):
        return Spell.objects.select_related("agreement", "environment").get()


class TestProposing:
    def test_a_driver_that_makes_the_condition_true_proposes_a_spell_that_both_still_sign(
        self, cast, proposed
    ):
        agreement = proposed.agreement
        assert (proposed.first_day, proposed.last_day, proposed.origin) == (
            NOVEMBER,
            date(2025, 11, 30),
            "AUTOMATIC",
        )
        assert proposed.reason == "Nov 2025: Calls received 1,300 calls"
        assert "calls_received > 1200" in agreement.note
        assert (agreement.proposed_by_id, agreement.proposed_by_side) == (cast.lena.pk, "PROVIDER")
        assert agreement.waits_for == [Side.CUSTOMER, Side.PROVIDER]
        assert (agreement.customer_signed_by_id, agreement.provider_signed_by_id) == (None, None)

    def test_it_holds_once_both_have_signed(self, cast, proposed):
        agree(proposed.agreement_id, cast.amara, cast.own, Side.CUSTOMER)
        with acting(cast.amara, cast.own):
            proposed.refresh_from_db()
            assert proposed.agreed_at is None
        agree(proposed.agreement_id, cast.jonas, cast.own, Side.PROVIDER)
        with acting(cast.amara, cast.own):
            proposed.refresh_from_db()
            assert proposed.agreed_at is not None

    def test_below_the_condition_nothing_is_proposed(self, cast, volume, surge):
        report(volume, cast.lena, NOVEMBER, 1200)
        assert look_again(cast) == 0
        assert spells(cast) == []

    def test_looking_again_and_twice_at_once_proposes_nothing_more(self, cast, volume, proposed):
        with acting(cast.amara, cast.own):
            ConditionCheck.objects.create(
                relationship=cast.own, driver=volume, first_day=OCTOBER, last_day=JANUARY, created_at=NOW
            )
        assert (look_again(cast), look_again(cast)) == (0, 0)
        assert len(spells(cast)) == 1

    def test_what_was_looked_at_waits_no_longer_and_what_was_undone_waits_again(
        self, cast, volume, surge, monkeypatch
    ):
        from kpis.actions.automatic import proposing

        report(volume, cast.lena, NOVEMBER, 1300)

        def killed(**_what):
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(proposing, "propose_spell", killed)
            with pytest.raises(KeyboardInterrupt):
                look_again(cast)
        assert spells(cast) == []
        assert look_again(cast) == 1
        with acting(cast.amara, cast.own):
            assert not ConditionCheck.objects.exists()

    def test_periods_in_a_row_become_one_spell(self, cast, volume, surge):
        for day, value in ((OCTOBER, 1250), (NOVEMBER, 1300), (JANUARY, 1400)):
            report(volume, cast.lena, day, value)
        assert look_again(cast) == 2
        assert [days[:2] for days in spells(cast)] == [
            (OCTOBER, date(2025, 11, 30)),
            (JANUARY, date(2026, 1, 31)),
        ]

    def test_the_next_period_takes_the_place_of_a_proposal_that_nobody_signed(self, cast, volume, proposed):
        report(volume, cast.lena, DECEMBER, 1350)
        assert look_again(cast) == 1
        assert spells(cast) == [
            (NOVEMBER, date(2025, 11, 30), "WITHDRAWN"),
            (NOVEMBER, date(2025, 12, 31), "OPEN"),
        ]

    def test_a_signature_is_never_disturbed(self, cast, volume, proposed):
        agree(proposed.agreement_id, cast.amara, cast.own, Side.CUSTOMER)
        report(volume, cast.lena, DECEMBER, 1350)
        look_again(cast)
        assert spells(cast) == [
            (NOVEMBER, date(2025, 11, 30), "OPEN"),
            (DECEMBER, date(2025, 12, 31), "OPEN"),
        ]

    def test_an_upload_of_many_periods_proposes_as_well(self, cast, volume, surge):
        rows = [
            {"kpi_id": volume.pk, "period_start": day, "value": value}
            for day, value in ((OCTOBER, 900), (NOVEMBER, 1300), (DECEMBER, 1301))
        ]
        with acting(cast.lena, cast.own):
            actions.submit_readings_in_bulk(
                relationship=cast.own, rows=rows, actor=cast.lena, side=Side.PROVIDER, now=NOW, all_or_nothing=True
            )  # fmt: skip
        assert look_again(cast) == 1
        assert spells(cast) == [(NOVEMBER, date(2025, 12, 31), "OPEN")]

    def test_a_kpi_that_is_no_driver_is_not_looked_at(self, cast, surge):
        from tests.furniture import add_goal, add_kpi

        report(add_kpi(add_goal(cast.own, cast.amara), cast.amara), cast.lena, NOVEMBER, 1300)
        with acting(cast.amara, cast.own):
            assert not ConditionCheck.objects.exists()

    def test_only_the_condition_in_force_in_a_period_counts(self, cast, volume, surge):
        surge_when(cast, "calls_received > 2000", effective_from=DECEMBER, environment=surge)
        for day in (NOVEMBER, DECEMBER):
            report(volume, cast.lena, day, 1500)
        look_again(cast)
        assert spells(cast) == [(NOVEMBER, date(2025, 11, 30), "OPEN")]

    def test_a_driver_stays_meant_when_it_is_renamed(self, cast, volume, surge):
        with acting(cast.amara, cast.own):
            actions.edit_kpi(
                kpi=volume, version=1, name="Contacts", actor=cast.amara, side=Side.CUSTOMER, now=NOW
            )
        driver(cast, "Calls received")
        report(volume, cast.lena, NOVEMBER, 1300)
        assert look_again(cast) == 1

    def test_two_drivers_of_other_periods_are_looked_at_in_the_shorter_ones(self, cast, volume):
        staff = driver(cast, "Staff", frequency="QUARTER", performed_by="CUSTOMER")
        surge_when(cast, "calls_received / staff > 100")
        report(volume, cast.lena, NOVEMBER, 1300)
        report(volume, cast.lena, DECEMBER, 900)
        assert look_again(cast) == 0
        report(staff, cast.priya, OCTOBER, 10)
        assert look_again(cast) == 1
        with acting(cast.amara, cast.own):
            spell = Spell.objects.select_related("agreement").get()
        assert (spell.first_day, spell.last_day) == (NOVEMBER, date(2025, 11, 30))
        assert spell.reason == "Nov 2025: Calls received 1,300 calls, Staff 10 calls"

    def test_the_database_lets_it_write_only_for_the_side_that_reported(self, cast):
        customers = driver(cast, performed_by="CUSTOMER")
        surge_when(cast, "calls_received > 1200")
        report(customers, cast.priya, NOVEMBER, 1300)
        assert look_again(cast) == 1
        with acting(cast.amara, cast.own):
            assert Agreement.objects.get(kind="SPELL").proposed_by_side == "CUSTOMER"
            line = TimelineEntry.objects.filter(about__startswith="agreement:").latest("pk")
            assert (line.side, line.actor_id) == ("CUSTOMER", cast.priya.pk)


class TestStandingInTheWay:
    def test_what_people_turned_down_is_not_proposed_again(self, cast, volume, proposed):
        from relationships.actions import decline_agreement

        with acting(cast.amara, cast.own):
            decline_agreement(
                agreement_id=proposed.agreement_id, version=1, actor=cast.amara, side=Side.CUSTOMER, now=NOW,
                reason="We had told you",
            )  # fmt: skip
        correct(cast, volume, NOVEMBER, 1310)
        assert look_again(cast) == 0

    def test_a_spell_that_people_declared_covers_its_days(self, cast, volume, surge):
        with acting(cast.jonas, cast.own):
            actions.propose_spell(
                environment=surge, first_day=date(2025, 11, 20), last_day=None, reason="Campaign",
                actor=cast.jonas, side=Side.PROVIDER, now=NOW,
            )  # fmt: skip
        for day in (OCTOBER, NOVEMBER, DECEMBER):
            report(volume, cast.lena, day, 1300)
        assert look_again(cast) == 1
        assert spells(cast)[1] == (OCTOBER, date(2025, 10, 31), "OPEN")

    def test_a_spell_that_both_took_back_stays_away(self, cast, volume, proposed):
        for person, side in ((cast.amara, Side.CUSTOMER), (cast.jonas, Side.PROVIDER)):
            agree(proposed.agreement_id, person, cast.own, side)
        with acting(cast.jonas, cast.own):
            proposed.refresh_from_db()
            undone = actions.propose_spell(
                environment=proposed.environment, first_day=proposed.first_day, last_day=proposed.last_day,
                reason="Counted twice", actor=cast.jonas, side=Side.PROVIDER, now=NOW, replaces=proposed,
                is_void=True,
            )  # fmt: skip
        agree(undone.agreement_id, cast.amara, cast.own, Side.CUSTOMER)
        correct(cast, volume, NOVEMBER, 1320)
        assert look_again(cast) == 0


class TestLapsing:
    def test_a_correction_that_makes_it_untrue_lets_the_open_proposal_lapse(self, cast, volume, proposed):
        correct(cast, volume, NOVEMBER, 1100)
        assert look_again(cast) == 0
        with acting(cast.amara, cast.own):
            proposed.refresh_from_db()
            agreement = Agreement.objects.get(pk=proposed.agreement_id)
        assert proposed.lapsed_at == NOW
        assert (agreement.outcome, "something else now" in agreement.reason) == ("WITHDRAWN", True)

    def test_what_lapsed_is_proposed_anew_when_it_is_true_again(self, cast, volume, proposed):
        correct(cast, volume, NOVEMBER, 1100)
        look_again(cast)
        correct(cast, volume, NOVEMBER, 1250)
        assert look_again(cast, NOW + timedelta(hours=1)) == 1
        assert [outcome for *_days, outcome in spells(cast)] == ["WITHDRAWN", "OPEN"]

    def test_the_periods_that_still_hold_are_proposed_on_their_own(self, cast, volume, surge):
        for day in (OCTOBER, NOVEMBER, DECEMBER):
            report(volume, cast.lena, day, 1300)
        look_again(cast)
        correct(cast, volume, NOVEMBER, 1000)
        assert look_again(cast) == 2
        assert spells(cast) == [
            (OCTOBER, date(2025, 12, 31), "WITHDRAWN"),
            (OCTOBER, date(2025, 10, 31), "OPEN"),
            (DECEMBER, date(2025, 12, 31), "OPEN"),
        ]

    def test_what_both_signed_stays_whatever_is_corrected(self, cast, volume, proposed):
        for person, side in ((cast.amara, Side.CUSTOMER), (cast.jonas, Side.PROVIDER)):
            agree(proposed.agreement_id, person, cast.own, side)
        correct(cast, volume, NOVEMBER, 900)
        look_again(cast)
        assert spells(cast) == [(NOVEMBER, date(2025, 11, 30), "AGREED")]

    def test_a_dispute_alone_changes_nothing(self, cast, volume, proposed):
        with acting(cast.jonas, cast.own):
            reading = volume.readings.get(period_start=NOVEMBER)
        with acting(cast.amara, cast.own):
            reading = volume.readings.select_related("kpi__relationship").get(pk=reading.pk)
            actions.dispute_reading(
                reading=reading, version=1, reason="We counted fewer", claimed_value=None, actor=cast.amara,
                side=Side.CUSTOMER, now=NOW,
            )  # fmt: skip
        look_again(cast)
        assert spells(cast) == [(NOVEMBER, date(2025, 11, 30), "OPEN")]


@pytest.mark.django_db(databases=["default", "batch"], transaction=True)
def test_the_task_looks_at_every_relationship_in_which_something_waits(cast, volume, surge):
    assert look_at_waiting_conditions(now=NOW) == 0
    report(volume, cast.lena, NOVEMBER, 1300)
    assert look_at_waiting_conditions(now=NOW) == 1
    assert look_at_waiting_conditions(now=NOW) == 0
    assert len(spells(cast)) == 1
