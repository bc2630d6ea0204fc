"""Clocks: started, joined, reminded, ended, taken back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from governance.actions import (
    NobodyToAnswer,
    drop_clock,
    end_clock,
    note_reminder,
    start_or_join_clock,
)
from governance.models import Clock
from relationships.models import Relationship, Side
from tests.cast import NOW, acting
from tests.furniture import moment

pytestmark = pytest.mark.django_db


def start(cast, side=Side.CUSTOMER, now=NOW):
    return start_or_join_clock(relationship=cast.own, side=side, purpose="CONFIRM_READINGS", now=now)


def test_it_is_due_in_the_answering_sides_working_time(cast):
    """Tuesday 10 March, 9:00; five working days to the reminder, three more to the end."""
    with acting(cast.lena, cast.own):
        clock = start(cast)
    assert (clock.remind_at, clock.due_at) == (moment(2026, 3, 17), moment(2026, 3, 20))
    assert str(clock) == "CONFIRM_READINGS 2026-03-20"


def test_summer_time_moves_no_deadline_on_the_wall_clock(cast):
    with acting(cast.lena, cast.own):
        clock = start(cast, now=moment(2026, 3, 26, 10))
    assert clock.remind_at == moment(2026, 4, 2, 9)  # ten o'clock in London is nine in UTC by then
    assert clock.due_at == moment(2026, 4, 9, 9)  # Good Friday and Easter Monday lie between


def test_one_clock_a_day_and_side(cast):
    with acting(cast.lena, cast.own):
        first = start(cast)
        assert start(cast, now=NOW + timedelta(hours=8)).pk == first.pk
        assert start(cast, side=Side.PROVIDER).pk != first.pk
        assert start(cast, now=NOW + timedelta(days=1)).pk != first.pk


def test_the_day_is_the_relationships(cast):
    with acting(cast.amara, cast.own):
        Relationship.objects.filter(pk=cast.own.pk).update(time_zone="Pacific/Auckland")
        first = start(cast, now=moment(2026, 3, 10, 10))  # 23:00 in Auckland
        assert start(cast, now=moment(2026, 3, 10, 12)).pk != first.pk


def test_nothing_joins_a_clock_that_has_ended_or_reminded(cast):
    with acting(cast.lena, cast.own):
        first = start(cast)
        note_reminder(clock=first, now=NOW)
        second = start(cast)
        assert second.pk != first.pk
        end_clock(clock=second, outcome=Clock.Outcome.ANSWERED, now=NOW)
        assert start(cast).pk not in {first.pk, second.pk}


def test_nobody_answers_for_a_side_that_is_empty(cast):
    with acting(cast.amara):
        alone = Relationship.objects.create(
            name="Alone",
            customer=cast.northwind,
            initiated_by_side=Side.CUSTOMER,
            created_at=NOW,
            changed_at=NOW,
        )
        with pytest.raises(NobodyToAnswer):
            start_or_join_clock(relationship=alone, side=Side.PROVIDER, purpose="CONFIRM_READINGS", now=NOW)


def test_a_punctual_reminder_moves_no_deadline(cast):
    with acting(cast.lena, cast.own):
        clock = start(cast)
        note_reminder(clock=clock, now=clock.remind_at + timedelta(minutes=10))
    assert clock.due_at == moment(2026, 3, 20)


def test_a_late_reminder_gives_the_whole_time_again(cast):
    """The portal stood still from Tuesday to Friday: three working days from Friday end on Wednesday."""
    with acting(cast.lena, cast.own):
        clock = start(cast)
        note_reminder(clock=clock, now=moment(2026, 3, 20, 10))
        clock.refresh_from_db()
    assert (clock.reminded_at, clock.due_at) == (moment(2026, 3, 20, 10), moment(2026, 3, 25, 10))


def test_a_clock_ends_once(cast):
    with acting(cast.lena, cast.own):
        clock = start(cast)
        end_clock(clock=clock, outcome=Clock.Outcome.ANSWERED, now=NOW)
        end_clock(clock=clock, outcome=Clock.Outcome.DEEMED, now=NOW + timedelta(days=1))
        clock.refresh_from_db()
        assert (clock.outcome, clock.ended_at) == ("ANSWERED", NOW)
        drop_clock(clock_id=clock.pk)
        assert Clock.objects.filter(pk=clock.pk).exists()


def test_a_running_clock_can_be_taken_back(cast):
    with acting(cast.lena, cast.own):
        drop_clock(clock_id=start(cast).pk)
        assert not Clock.objects.exists()


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"ended_at": NOW}, "clock_ended_has_outcome"),
        ({"outcome": "DEEMED"}, "clock_ended_has_outcome"),
        ({"remind_at": NOW - timedelta(days=1)}, "clock_reminds_before_due"),
        ({"due_at": NOW}, "clock_reminds_before_due"),
    ],
)
def test_the_database_refuses_half_a_clock(cast, change, constraint):
    with acting(cast.lena, cast.own):
        clock = start(cast)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Clock.objects.filter(pk=clock.pk).update(**change)
