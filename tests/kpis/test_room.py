"""Wiggle room: what each period spent, by the thresholds that judged it, and what is left."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis import actions
from kpis.domain.budget import Signal
from kpis.models import Kpi
from kpis.queries.around import get_around
from kpis.queries.room import room_of
from kpis.queries.room_words import units
from relationships.models import Side
from tests.cast import BEGAN, NOW, acting, client_for
from tests.furniture import JANUARY_2025, add_goal, add_kpi, agree, moment, report
from tests.kpis.test_flexing import environment, shift, spell

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 10)


def month(number: int) -> date:
    """The first of the month so many months before March 2026."""
    year, place = divmod(2026 * 12 + 2 - number, 12)
    return date(year, place + 1, 1)


def terms(cast, kpi, allowance, rules=(), thresholds=(60, 70, 80), effective_from=JANUARY_2025, now=BEGAN):
    floor, tolerance, target = (Decimal(one) for one in thresholds)
    with acting(cast.amara, cast.own):
        revision = actions.propose_band(
            kpi=kpi, effective_from=effective_from, floor=floor, tolerance=tolerance, target=target, rules=rules,
            allowance=None if allowance is None else Decimal(allowance), actor=cast.amara, side=Side.CUSTOMER,
            now=now,
        )  # fmt: skip
    agree(revision.agreement_id, cast.jonas, cast.own, Side.PROVIDER, now=now)
    return revision


def room(cast, kpi, on=ON):
    with acting(cast.amara, cast.own):
        return room_of([kpi], on=on)[kpi.pk]


@pytest.fixture
def kpi(cast):
    return add_kpi(add_goal(cast.own, cast.amara), cast.amara)


def test_each_period_spends_by_its_verdict(cast, kpi):
    terms(cast, kpi, 6)
    for back, value in ((4, 80), (3, 75), (2, 65), (1, 50)):
        report(kpi, cast.lena, month(back), value)
    found = room(cast, kpi)
    assert [one.units for one in found.spendings] == [0, Fraction(1, 2), 1, 1]
    assert [one.balance_after for one in found.spendings] == [
        6,
        Fraction(11, 2),
        Fraction(9, 2),
        Fraction(7, 2),
    ]
    assert (found.used, found.left, found.allowance) == (Fraction(5, 2), Fraction(7, 2), 6)
    assert (found.budget.burn_1, found.budget.burn_3) == (2, Fraction(5, 3))
    assert found.at(month(3)).units == Fraction(1, 2)
    assert found.at(date(1999, 1, 1)) is None


def test_without_an_allowance_there_is_none(cast, kpi):
    assert room(cast, kpi) is None
    terms(cast, kpi, None)
    report(kpi, cast.lena, month(1), 75)
    assert room(cast, kpi) is None


def test_a_moved_band_spends_by_where_it_was_moved_to(cast, kpi):
    peak = environment(cast)
    terms(cast, kpi, 6, [shift(peak)])
    report(kpi, cast.lena, month(2), 69)
    spell(cast, peak, month(2), date(2026, 1, 31))
    # Judged by 54/64/74: half of the way from 74 to 64; unmoved it would have been a whole unit.
    assert room(cast, kpi).used == Fraction(1, 2)


def test_disputed_and_not_applicable_periods_spend_nothing(cast, kpi):
    terms(cast, kpi, 6)
    told = report(kpi, cast.lena, month(2), 50)
    with acting(cast.lena, cast.own):
        actions.submit_reading(
            kpi=kpi, period_start=month(1), actor=cast.lena, side=Side.PROVIDER, now=NOW, version=None,
            is_not_applicable=True,
        )  # fmt: skip
    with acting(cast.amara, cast.own):
        actions.dispute_reading(
            reading=told, version=1, reason="We counted more", claimed_value=None, actor=cast.amara,
            side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip
    found = room(cast, kpi)
    assert [(one.status, one.units, one.is_miss) for one in found.spendings] == [
        ("DISPUTED", 0, False),
        ("NOT_APPLICABLE", 0, False),
    ]
    assert found.used == 0


def test_once_used_up_the_wiggle_room_is_a_miss(cast, kpi):
    terms(cast, kpi, 1)
    for back, value in ((4, 75), (3, 75), (2, 75), (1, 90)):
        report(kpi, cast.lena, month(back), value)
    found = room(cast, kpi)
    assert [one.was_exhausted_before for one in found.spendings] == [False, False, True, True]
    assert [one.is_miss_by_exhaustion for one in found.spendings] == [False, False, True, False]
    assert found.budget.is_exhausted and found.budget.exhausted_since == date(2025, 12, 31)
    assert found.left == 0
    assert Signal.EXHAUSTED in found.budget.signals


def test_three_thirds_use_up_exactly_one(cast, kpi):
    """Worked out from the value and not from the stored attainment, so that no rounding keeps it at 0.999999."""
    terms(cast, kpi, 1, thresholds=(60, 71, 80))
    for back in (3, 2, 1):
        report(kpi, cast.lena, month(back), 77)
    assert room(cast, kpi).used == 1
    assert room(cast, kpi).budget.is_exhausted


def test_the_window_moves_on_and_the_allowance_in_force_counts(cast, kpi):
    terms(cast, kpi, 2)
    terms(cast, kpi, 4, effective_from=date(2026, 1, 1))
    report(kpi, cast.lena, date(2025, 2, 1), 50)
    report(kpi, cast.lena, month(1), 75)
    assert room(cast, kpi).used == Fraction(1, 2)  # a year and ten days ago is outside
    assert [one.allowance for one in room(cast, kpi).spendings] == [2, 4]
    assert room(cast, kpi, on=date(2025, 12, 31)).allowance == 2
    assert room(cast, kpi, on=date(2025, 12, 31)).used == 1


def test_what_was_never_promised_cannot_be_used_up(cast, kpi, time_machine):
    time_machine.move_to(NOW, tick=False)
    terms(cast, kpi, None)
    terms(cast, kpi, 2, effective_from=date(2026, 1, 1))
    for back in (5, 4, 3, 1):
        report(kpi, cast.lena, month(back), 50)
    found = room(cast, kpi)
    assert [one.period.first for one in found.spendings] == [month(1)]
    assert found.used == 1 and not found.budget.is_exhausted
    assert (
        "Wiggle room left: 1 of 2"
        in client_for(cast.amara).get(f"/relationships/{cast.own.pk}/").content.decode()
    )


def test_two_questions_for_any_number_of_kpis(cast, kpi):
    kpis = [kpi, *(add_kpi(kpi.goal, cast.amara, name=f"Another {n}") for n in range(2))]
    for one in kpis:
        terms(cast, one, 6)
        report(one, cast.lena, month(1), 75)
    for some in (kpis[:1], kpis):
        with acting(cast.amara, cast.own), CaptureQueriesContext(connection) as asked:
            found = room_of(some, on=ON)
        assert all(one.used == Fraction(1, 2) for one in found.values())
        assert len(asked) == 2


def test_a_driver_has_none(cast):
    with acting(cast.amara, cast.own):
        assert room_of([Kpi(pk=1, is_driver=True, polarity="HIGHER")], on=ON) == {}


class TestAround:
    """The one question of a KPI's page answers as the questions about many KPIs do."""

    def around(self, cast, kpi, **more):
        with acting(cast.amara, cast.own):
            return get_around(kpi, on=ON, since=month(24), **more)

    def test_the_same_room_in_one_query(self, cast, kpi):
        peak = environment(cast)
        terms(cast, kpi, 6, [shift(peak)])
        for back, value in ((4, 80), (3, 75), (2, 69), (1, 50)):
            report(kpi, cast.lena, month(back), value)
        spell(cast, peak, month(2), date(2026, 1, 31))
        with acting(cast.amara, cast.own), CaptureQueriesContext(connection) as asked:
            found = get_around(kpi, on=ON, since=month(24))
        assert len(asked) == 1
        assert found.room == room(cast, kpi)
        (held,) = found.spells
        assert (held.environment, held.first_day, held.last_day) == (
            "Peak season",
            month(2),
            date(2026, 1, 31),
        )
        assert [one.person for one in held.signatures] == ["Amara Okafor", "Jonas Weber"]

    def test_what_was_believed_then(self, cast, kpi):
        peak = environment(cast)
        terms(cast, kpi, 6, [shift(peak)])
        report(kpi, cast.lena, month(2), 69, now=moment(2026, 2, 5))
        spell(cast, peak, month(2), date(2026, 1, 31))  # signed an hour after NOW
        later = self.around(cast, kpi)
        assert later.room.used == Fraction(1, 2)
        then = self.around(cast, kpi, at=moment(2026, 2, 20))
        assert (then.room.used, list(then.spells)) == (1, [])
        with acting(cast.lena, cast.own):
            actions.submit_reading(
                kpi=kpi, period_start=month(2), actor=cast.lena, side=Side.PROVIDER, now=moment(2026, 3, 12),
                version=2, value=80,
            )  # fmt: skip
        assert self.around(cast, kpi).room.used == 0
        # Of a past version the band that had judged it counts: it was moved when that was believed.
        assert self.around(cast, kpi, at=moment(2026, 3, 11)).room.used == Fraction(1, 2)


class TestPage:
    def page(self, cast, kpi, person=None):
        return client_for(person or cast.amara).get(f"/kpis/{kpi.pk}/wiggle-room/")

    @pytest.fixture(autouse=True)
    def at_the_storys_time(self, time_machine):
        time_machine.move_to(NOW, tick=False)

    def test_what_each_period_used_and_how_long_it_lasts(self, cast, kpi):
        terms(cast, kpi, 2)
        terms(cast, kpi, 3, effective_from=date(2026, 1, 1))
        for back, value in ((3, 75), (2, 76), (1, 78)):
            report(kpi, cast.lena, month(back), value)
        response = self.page(cast, kpi)
        text = response.content.decode()
        assert "Wiggle room used: 1.1 of 3" in text
        assert "Used up in about" in text and "at this pace" in text
        rows = response.context["page"].rows
        assert [(row.label, row.value, row.spending.units) for row in rows] == [
            ("Feb 2026", 78, Fraction(1, 5)), ("Jan 2026", 76, Fraction(2, 5)), ("Dec 2025", 75, Fraction(1, 2)),
        ]  # fmt: skip
        assert response.context["page"].history == [(date(2026, 1, 1), 3), (JANUARY_2025, 2)]

    def test_a_used_up_allowance_says_so_without_blame(self, cast, kpi):
        terms(cast, kpi, 1)
        for back in (3, 2, 1):
            report(kpi, cast.lena, month(back), 75)
        text = self.page(cast, kpi).content.decode()
        assert "Used up since 31 Jan 2026." in text
        assert "counts as a miss: the room was used up before" in text
        assert "That is a reason to talk, never a penalty." in text
        kpi_page = client_for(cast.amara).get(f"/kpis/{kpi.pk}/").content.decode()
        assert "Counts as a miss: the wiggle room was used up before this period." in kpi_page

    def test_without_an_allowance_the_first_step_is_offered_to_who_may_take_it(self, cast, kpi):
        assert "Propose a band with an allowance" in self.page(cast, kpi).content.decode()
        assert "Propose a band with an allowance" not in self.page(cast, kpi, cast.lena).content.decode()

    def test_an_allowance_of_nothing_is_used_up_at_once(self, cast, kpi):
        terms(cast, kpi, 0)
        report(kpi, cast.lena, month(1), 79)
        assert "Used up since 28 Feb 2026." in self.page(cast, kpi).content.decode()

    def test_few_questions(self, cast, kpi):
        terms(cast, kpi, 6)
        counts = []
        for back in (3, 2, 1):
            report(kpi, cast.lena, month(back), 75)
            client = client_for(cast.amara)
            with CaptureQueriesContext(connection) as asked:
                client.get(f"/kpis/{kpi.pk}/wiggle-room/")
            counts.append(sum("SAVEPOINT" not in query["sql"] for query in asked))
        assert counts[0] == counts[2] <= 12


def test_one_decimal_unless_it_would_hide_that_some_is_left():
    assert [units(Fraction(595, 100), near=Fraction(6)), units(Fraction(6), near=Fraction(6))] == [
        "5.95",
        "6",
    ]
    assert [units(Fraction(-1, 4)), units(None), units(Fraction(16, 5))] == ["\u22120.2", "\u2013", "3.2"]


def test_the_overview_shows_the_room_left_and_agrees_with_the_ledger(cast, kpi, time_machine):
    time_machine.move_to(NOW, tick=False)
    terms(cast, kpi, 6)
    for back, value in ((14, 50), (3, 75), (2, 77), (1, 50)):
        report(kpi, cast.lena, month(back), value)
    text = client_for(cast.amara).get(f"/relationships/{cast.own.pk}/").content.decode()
    assert f"Wiggle room left: {units(room(cast, kpi).left)} of 6" in text
    other = add_kpi(kpi.goal, cast.amara, name="Another")
    terms(cast, other, 1, thresholds=(60, 71, 80))
    for back in (3, 2, 1):
        report(other, cast.lena, month(back), 77)
    text = client_for(cast.amara).get(f"/relationships/{cast.own.pk}/").content.decode()
    assert text.count("Wiggle room used up") == 1


def test_what_was_never_promised_is_not_used_up(cast, kpi):
    """Periods judged by terms without an allowance spend nothing of one that was agreed later."""
    terms(cast, kpi, None)
    report(kpi, cast.lena, month(3), 50)
    terms(cast, kpi, 2, effective_from=month(2))
    report(kpi, cast.lena, month(1), 75)
    found = room(cast, kpi)
    assert [one.units for one in found.spendings] == [Fraction(1, 2)]
    assert (found.used, found.left) == (Fraction(1, 2), Fraction(3, 2))
