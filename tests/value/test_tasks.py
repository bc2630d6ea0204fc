"""Local nights: each computed exactly once, whatever the clocks do, and caught up after an outage."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connections

from tests.value.random_rows import relationships
from value import actions, tasks
from value.models import Score, ScoreRun

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "batch"])

ZONES = ("Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
# The days around each change of the clock in one of the zones; `tests/value/domain/test_nights.py` walks a whole year.
CHANGES = [
    datetime(2026, month, day, 0, 10, tzinfo=UTC)
    for month, day in ((3, 7), (3, 28), (4, 4), (10, 3), (10, 24), (10, 31))
]
DAYS = 3


@pytest.fixture
def in_four_zones(cast):
    return {zone: relationships(cast, 1, time_zone=zone)[0].pk for zone in ZONES}


@pytest.mark.parametrize("start", CHANGES)
def test_every_local_night_is_computed_exactly_once(in_four_zones, start):
    computed = Counter()
    for hour in range(24 * DAYS):
        now = start + timedelta(hours=hour)
        for run in actions.start_night_runs(now=now):
            computed.update(
                (pk, run.as_of) for chunk in run.chunks.using("batch") for pk in chunk.relationship_ids
            )
        if hour % 5 == 0:  # a slow worker: the next beats come before it is done
            actions.finish_open_chunks(clock=lambda now=now: now)
    assert set(computed.values()) == {1}
    for pk in in_four_zones.values():
        nights = sorted(night for of, night in computed if of == pk)
        assert nights == [nights[0] + timedelta(days=n) for n in range(len(nights))]
        assert len(nights) in (DAYS, DAYS + 1)


def test_two_beats_at_once_are_harmless(in_four_zones, time_machine_at, settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    time_machine_at(datetime(2026, 3, 10, 9, 0, tzinfo=UTC))
    assert tasks.score_ended_nights.apply().get() == 1
    assert tasks.score_ended_nights.apply().get() == 0
    assert tasks.score_open_chunks.apply().get() == 0
    run = ScoreRun.objects.using("batch").get()
    assert (run.as_of, run.total, run.done, run.error) == (date(2026, 3, 9), 4, 4, "")


def test_a_score_of_today_is_not_yet_that_of_the_night(in_four_zones):
    """What changed at noon was scored as of today; when today is over, its night is still to be computed."""
    pk = in_four_zones["Europe/London"]
    noon = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
    actions.score_relationships([pk], as_of=noon.date(), now=noon)
    runs = {run.as_of: run for run in actions.start_night_runs(now=noon + timedelta(days=1))}
    assert pk in [i for c in runs[date(2026, 3, 9)].chunks.using("batch") for i in c.relationship_ids]


def test_an_outage_is_caught_up(in_four_zones):
    for day in (1, 5):
        now = datetime(2026, 3, day, 20, 0, tzinfo=UTC)
        actions.start_night_runs(now=now)
        actions.finish_open_chunks(clock=lambda now=now: now)
    nights = Score.objects.using("batch").filter(relationship=in_four_zones["Europe/London"])
    assert sorted(nights.values_list("as_of", flat=True)) == [
        date(2026, 2, 28) + timedelta(days=n) for n in range(5)
    ]


def test_what_a_killed_worker_left_is_taken_up_by_the_next_beat(in_four_zones, time_machine_at):
    now = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    time_machine_at(now)
    actions.start_night_runs(now=now)
    tasks.score_changed()
    assert Score.objects.using("batch").filter(as_of=date(2026, 3, 9)).count() == 4
    with connections["batch"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM value_scorechunk WHERE done_at IS NULL")
        assert cursor.fetchone() == (0,)
