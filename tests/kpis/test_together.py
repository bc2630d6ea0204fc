"""Two people at one cell, at the same moment: both learn of it, nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from governance.models import Clock
from kpis import actions
from kpis.models import Reading, ReadingPast
from relationships.models import Side, TimelineEntry
from tests.cast import NOW, acting
from tests.furniture import add_goal, add_kpi, agree_band, report, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
JANUARY = date(2026, 1, 1)


@pytest.fixture
def kpi(cast):
    made = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    agree_band(made, cast.amara, cast.jonas)
    return made


def at_once(*tasks):
    """Runs the tasks in threads that start together; each result is what it returned or the refusal it raised."""
    barrier = Barrier(len(tasks))

    def run(task):
        try:
            barrier.wait(timeout=20)
            return task()
        except actions.Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def closing(task):
    """The task, closing its thread's connection afterwards."""

    def run():
        try:
            return task()
        finally:
            connection.close()

    return run


def saves(cast, kpi, person, value, version):
    def save():
        with acting(person, cast.own):
            return actions.submit_reading(
                kpi=kpi,
                period_start=JANUARY,
                value=value,
                version=version,
                actor=person,
                side=Side.PROVIDER,
                now=NOW,
            )

    return save


def pastes(cast, kpi, person, value, *, version, all_or_nothing=True, others=()):
    def paste():
        rows = [{"kpi_id": kpi.pk, "period_start": JANUARY, "value": value, "version": version}, *others]
        with acting(person, cast.own):
            return actions.submit_readings_in_bulk(
                relationship=cast.own, rows=rows, actor=person, side=Side.PROVIDER, now=NOW,
                all_or_nothing=all_or_nothing,
            )  # fmt: skip

    return paste


def standing(cast):
    with acting(cast.lena, cast.own):
        return Reading.objects.get(period_start=JANUARY)


def test_an_empty_cell_is_filled_once_and_the_other_sees_by_what(cast, kpi):
    results = at_once(saves(cast, kpi, cast.lena, 71, None), saves(cast, kpi, cast.jonas, 72, None))
    [saved] = [result for result in results if isinstance(result, Reading)]
    [refusal] = [result for result in results if isinstance(result, actions.ReadingChangedMeanwhile)]
    assert standing(cast).value == saved.value == refusal.current.value
    assert standing(cast).version == 1


@pytest.mark.parametrize("_round", range(5))
def test_a_correction_never_overwrites_one_it_did_not_see(cast, kpi, _round):
    report(kpi, cast.lena, JANUARY, 70)
    results = at_once(saves(cast, kpi, cast.lena, 71, 1), saves(cast, kpi, cast.jonas, 72, 1))
    [saved] = [result for result in results if isinstance(result, Reading)]
    [refusal] = [result for result in results if isinstance(result, actions.ReadingChangedMeanwhile)]
    assert refusal.current.value == saved.value == standing(cast).value
    with acting(cast.lena, cast.own):
        assert [past.value for past in ReadingPast.objects.all()] == [70]


def test_the_same_value_from_two_people_is_no_conflict(cast, kpi):
    report(kpi, cast.lena, JANUARY, 70)
    results = at_once(saves(cast, kpi, cast.lena, 71, 1), saves(cast, kpi, cast.jonas, 71, 1))
    assert [result.version for result in results] == [2, 2]


@pytest.mark.parametrize("all_or_nothing", [True, False])
def test_a_paste_and_a_cell_do_not_overwrite_each_other(cast, kpi, all_or_nothing):
    other = {"kpi_id": kpi.pk, "period_start": date(2026, 2, 1), "value": 60, "version": None}
    paste, cell = at_once(
        pastes(cast, kpi, cast.lena, 71, version=None, all_or_nothing=all_or_nothing, others=[other]),
        saves(cast, kpi, cast.jonas, 72, None),
    )
    if isinstance(cell, Reading):
        assert [(problem.row, problem.field) for problem in paste.problems] == [(0, "version")]
        assert paste.accepted == (0 if all_or_nothing else 1)
        assert standing(cast).value == 72
    else:
        assert (paste.accepted, paste.problems, standing(cast).value) == (2, [], 71)


@pytest.mark.parametrize("all_or_nothing", [True, False])
def test_a_cell_filled_between_reading_and_writing_a_paste(cast, kpi, all_or_nothing):
    """The paste has read an empty cell and waits; meanwhile the cell is filled and kept."""
    other = {"kpi_id": kpi.pk, "period_start": date(2026, 2, 1), "value": 60}
    paste = pastes(cast, kpi, cast.lena, 71, version=None, all_or_nothing=all_or_nothing, others=[other])
    with ThreadPoolExecutor(1) as pool:
        with acting(cast.jonas, cast.own):
            actions.submit_reading(
                kpi=kpi,
                period_start=JANUARY,
                value=72,
                version=None,
                actor=cast.jonas,
                side=Side.PROVIDER,
                now=NOW,
            )
            waiting = pool.submit(closing(paste))
            until_somebody_waits()
        outcome = waiting.result(timeout=20)
    assert [(problem.row, problem.field) for problem in outcome.problems] == [(0, "version")]
    assert (outcome.accepted, outcome.is_refused) == ((0, True) if all_or_nothing else (1, False))
    assert standing(cast).value == 72


def test_alone_in_a_good_rows_paste_nothing_is_told(cast, kpi):
    paste = pastes(cast, kpi, cast.lena, 71, version=None, all_or_nothing=False)
    with ThreadPoolExecutor(1) as pool:
        with acting(cast.jonas, cast.own):
            actions.submit_reading(
                kpi=kpi,
                period_start=JANUARY,
                value=72,
                version=None,
                actor=cast.jonas,
                side=Side.PROVIDER,
                now=NOW,
            )
            waiting = pool.submit(closing(paste))
            until_somebody_waits()
        assert waiting.result(timeout=20).accepted == 0
    with acting(cast.lena, cast.own):
        assert not TimelineEntry.objects.filter(text__startswith="reported 1").exists()


def test_many_who_report_at_once_share_one_clock(cast, kpi):
    kpis = [kpi, *(add_kpi(kpi.goal, cast.amara, name=f"KPI {n}") for n in range(5))]
    at_once(*(saves(cast, each, cast.lena, 70, None) for each in kpis))
    with acting(cast.lena, cast.own):
        assert Clock.objects.count() == 1
        assert Reading.objects.count() == 6


def test_confirmed_while_it_is_corrected_only_one_of_both_happens(cast, kpi):
    reading = report(kpi, cast.lena, JANUARY, 70)

    def confirm():
        with acting(cast.amara, cast.own):
            return actions.confirm_readings(
                relationship=cast.own, readings={reading.pk: 1}, actor=cast.amara, side=Side.CUSTOMER, now=NOW
            )

    results = at_once(confirm, saves(cast, kpi, cast.lena, 71, 1))
    refused = [result for result in results if isinstance(result, actions.ReadingChangedMeanwhile)]
    assert len(refused) == 1
    state, value = standing(cast).state, standing(cast).value
    assert (state, value) in {("CONFIRMED", 70), ("SUBMITTED", 71)}


def test_confirming_the_same_twice_at_once_tells_it_once(cast, kpi):
    reading = report(kpi, cast.lena, JANUARY, 70)

    def confirm(person):
        def press():
            with acting(person, cast.own):
                return actions.confirm_readings(
                    relationship=cast.own, readings={reading.pk: 1}, actor=person, side=Side.CUSTOMER, now=NOW
                )

        return press

    assert sorted(at_once(confirm(cast.amara), confirm(cast.ruth))) == [0, 1]
    with acting(cast.lena, cast.own):
        assert TimelineEntry.objects.filter(text__startswith="confirmed").count() == 1
