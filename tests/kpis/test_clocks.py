"""Readings that nobody answers: one reminder, then deemed confirmed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connections

from accounts.models import Letter, Notice
from governance.models import Clock
from kpis import actions, tasks
from kpis.actions import clocks
from kpis.models import Reading, ReadingPast
from relationships.models import Seat, Side, TimelineEntry
from tests.cast import NOW, acting
from tests.furniture import add_goal, add_kpi, agree_band, moment, report, until_somebody_waits

# The task asks with the eyes of the batch role, so what the tests write has to be committed.
pytestmark = pytest.mark.django_db(databases=["default", "batch"], transaction=True)
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
REMINDER, END = moment(2026, 3, 17), moment(2026, 3, 20)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def kpi(cast):
    made = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    agree_band(made, cast.amara, cast.jonas)
    return made


@pytest.fixture
def reading(cast, kpi):
    return report(kpi, cast.lena, JANUARY, 75)


def seen(cast, model, **what):
    with acting(cast.lena, cast.own):
        return list(model.objects.filter(**what).order_by("pk"))


def run(now):
    return tasks.run_confirmation_clocks(now=now)


def test_before_its_time_nothing_happens(cast, reading):
    assert run(REMINDER - MINUTE) == 0
    assert seen(cast, Letter) == []


def test_one_reminder_goes_to_everybody_who_can_answer(cast, kpi, reading):
    report(kpi, cast.lena, FEBRUARY, 80)
    assert run(REMINDER) == 1
    letters = seen(cast, Letter)
    assert {letter.to for letter in letters} == {cast.amara.email, cast.ruth.email, cast.priya.email}
    assert letters[0].subject == "2 readings of “Northwind service desk” wait for your confirmation"
    assert "count as confirmed on 20 March 2026, 09:00 (GMT)" in letters[0].body
    assert f"http://localhost:8000/relationships/{cast.own.pk}/readings/" in letters[0].body
    with acting(cast.amara):
        [notice] = Notice.objects.filter(person=cast.amara, key__startswith="clock:")
    assert (notice.text, notice.url) == (letters[0].subject, f"/relationships/{cast.own.pk}/readings/")
    assert seen(cast, TimelineEntry)[-1].text == "Reminder: 2 readings wait for confirmation"


def test_running_again_reminds_nobody_twice(cast, reading):
    run(REMINDER)
    assert run(REMINDER + MINUTE) == 0
    assert len(seen(cast, Letter)) == 3


def test_without_an_answer_the_reading_counts_as_confirmed(cast, reading):
    run(REMINDER)
    assert run(END) == 0
    assert run(END + MINUTE) == 1
    [deemed] = seen(cast, Reading)
    assert (deemed.state, deemed.settled_by, deemed.settled_at, deemed.version) == (
        "DEEMED", None, END + MINUTE, 2,
    )  # fmt: skip
    assert (deemed.verdict, deemed.value) == (2, 75)
    assert [past.state for past in seen(cast, ReadingPast)] == ["SUBMITTED"]
    [clock] = seen(cast, Clock)
    assert (clock.outcome, clock.ended_at) == ("DEEMED", END + MINUTE)
    said = "1 reading counts as confirmed: no answer after the reminder"
    assert seen(cast, TimelineEntry)[-1].text == said
    assert run(END + MINUTE) == 0
    assert [line.text for line in seen(cast, TimelineEntry)].count(said) == 1


def test_nothing_is_deemed_without_a_reminder(cast, reading):
    """The portal stood still over both moments: the reminder goes out first, and the time runs anew from it."""
    late = moment(2026, 4, 7)
    assert run(late) == 1
    assert seen(cast, Reading)[0].state == "SUBMITTED"
    assert len(seen(cast, Letter)) == 3
    assert run(moment(2026, 4, 10, 8)) == 0
    assert run(moment(2026, 4, 10, 10)) == 1
    assert seen(cast, Reading)[0].state == "DEEMED"


def test_what_was_confirmed_or_disputed_is_left_alone(cast, kpi, reading):
    other = report(kpi, cast.lena, FEBRUARY, 80)
    third = report(kpi, cast.lena, date(2025, 12, 1), 81)
    with acting(cast.amara, cast.own):
        actions.confirm_readings(
            relationship=cast.own, readings={reading.pk: 1}, actor=cast.amara, side=Side.CUSTOMER, now=NOW
        )
        actions.dispute_reading(
            reading=other,
            version=1,
            reason="No",
            claimed_value=None,
            actor=cast.amara,
            side=Side.CUSTOMER,
            now=NOW,
        )
    run(REMINDER)
    run(END + MINUTE)
    assert {row.pk: row.state for row in seen(cast, Reading)} == {
        reading.pk: "CONFIRMED",
        other.pk: "DISPUTED",
        third.pk: "DEEMED",
    }
    assert seen(cast, Clock)[0].outcome == "DEEMED"


def test_an_answered_clock_is_silent(cast, reading):
    with acting(cast.amara, cast.own):
        actions.confirm_readings(
            relationship=cast.own, readings={reading.pk: 1}, actor=cast.amara, side=Side.CUSTOMER, now=NOW
        )
    assert run(END + MINUTE) == 0
    assert seen(cast, Letter) == []


def test_a_clock_without_readings_ends_without_a_reminder(cast, reading):
    with acting(cast.lena, cast.own):
        Reading.objects.update(clock=None, version=2)
    run(REMINDER)
    assert seen(cast, Letter) == []
    assert seen(cast, Clock) == []


def test_a_clock_whose_readings_left_after_the_reminder_ends_without_a_word(cast, reading):
    run(REMINDER)
    with acting(cast.lena, cast.own):
        Reading.objects.update(clock=None, version=2)
    told = len(seen(cast, TimelineEntry))
    assert run(END + MINUTE) == 1
    assert len(seen(cast, TimelineEntry)) == told
    assert seen(cast, Clock) == []


def test_two_workers_at_once_end_a_clock_once(cast, reading):
    """The second has seen the clock run, waits for the first, and then finds that it has ended."""
    run(REMINDER)

    def second():
        try:
            return run(END + MINUTE)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with acting(cast.amara, cast.own):
            assert actions.attend_to_clocks(relationship=cast.own, now=END + MINUTE) == 1
            waiting = pool.submit(second)
            until_somebody_waits()
        assert waiting.result(timeout=20) == 0
    said = "1 reading counts as confirmed: no answer after the reminder"
    assert [line.text for line in seen(cast, TimelineEntry)].count(said) == 1


def test_who_left_or_only_reads_is_not_reminded(cast, reading):
    with acting(cast.amara, cast.own):
        Seat.objects.filter(pk=cast.seats["priya"].pk).update(ended_at=NOW)
    run(REMINDER)
    assert {letter.to for letter in seen(cast, Letter)} == {cast.amara.email, cast.ruth.email}


def test_each_relationship_is_attended_to_in_its_own_scope(cast, reading):
    foreign = add_kpi(add_goal(cast.foreign, cast.outsider), cast.outsider)
    report(foreign, cast.rival_provider, JANUARY, 50)
    assert run(REMINDER) == 2
    with acting(cast.outsider):
        assert [n.url for n in Notice.objects.filter(person=cast.outsider, key__startswith="clock:")] == [
            f"/relationships/{cast.foreign.pk}/readings/"
        ]


class Killed(BaseException):
    """A worker that dies: nothing catches it."""


def test_killed_between_reminders_it_reminds_everybody_once(cast, reading, monkeypatch):
    foreign = add_kpi(add_goal(cast.foreign, cast.outsider), cast.outsider)
    report(foreign, cast.rival_provider, JANUARY, 50)
    real, calls = clocks.write_letter, []

    def dies_at_the_second(**letter):
        calls.append(letter["key"])
        if len(calls) == 2:
            raise Killed
        real(**letter)

    monkeypatch.setattr(clocks, "write_letter", dies_at_the_second)
    with pytest.raises(Killed):
        run(REMINDER)
    assert seen(cast, Letter) == []  # what was begun was not kept
    assert [clock.reminded_at for clock in seen(cast, Clock)] == [None]
    monkeypatch.setattr(clocks, "write_letter", real)
    assert run(REMINDER + MINUTE) == 2
    keys = [letter.key for letter in seen(cast, Letter)]
    assert len(keys) == len(set(keys)) == 4


def test_a_locked_relationship_does_not_keep_the_others_waiting(cast, reading):
    foreign = add_kpi(add_goal(cast.foreign, cast.outsider), cast.outsider)
    report(foreign, cast.rival_provider, JANUARY, 50)
    batch = connections["batch"]
    with connections["default"].cursor() as cursor:
        cursor.execute("SET lock_timeout = '300ms'")
    try:
        batch.set_autocommit(False)
        with batch.cursor() as cursor:
            cursor.execute("SELECT 1 FROM relationships_relationship WHERE id = %s FOR UPDATE", [cast.own.pk])
        # The look-up of due clocks runs on the same batch connection, inside its open transaction.
        assert run(REMINDER) == 1
    finally:
        batch.rollback()
        batch.set_autocommit(True)
        with connections["default"].cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert run(REMINDER) == 1


def test_the_task_reads_the_clock(cast, reading):
    with time_machine.travel(REMINDER, tick=False):
        assert tasks.run_clocks() == 1
