"""Two at the same moment: workers that look at one relationship, windows of one person, an answer and the end."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import Letter
from kpis.actions.earned_room import close_due_pulse
from kpis.actions.room_watch import watch_room
from kpis.models import Review
from portal.lib import scope
from relationships import actions
from relationships.models import Pulse, PulseAnswer, PulseParticipation, Side
from tests.cast import NOW, acting
from tests.kpis.rooms import kpi_with_room, report_months

pytestmark = pytest.mark.django_db(transaction=True)
ENDS = NOW + timedelta(days=5)


def at_once(*tasks):
    """Runs the tasks in threads that start together; each result is what it returned or the refusal it raised."""
    barrier = Barrier(len(tasks))

    def run(task):
        try:
            barrier.wait(timeout=20)
            return task()
        except actions.PulseRefused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


@pytest.fixture
def pulse(cast):
    with acting(cast.amara, cast.own):
        return actions.open_pulse(
            relationship=cast.own, closes_at=ENDS, actor=cast.amara, side=Side.CUSTOMER, now=NOW
        )


def answers(cast, pulse, person, trust, now=NOW):
    def answer():
        with acting(person, cast.own):
            actions.answer_pulse(pulse_id=pulse.pk, trust=trust, actor=person, side=Side.CUSTOMER, now=now)

    return answer


def test_two_workers_open_one_review_and_write_each_letter_once(cast):
    report_months(cast, kpi_with_room(cast, 2), [62, 62])

    def look():
        with scope.acting_as(relationship_ids=(cast.own.pk,)):
            return watch_room(relationship_id=cast.own.pk, now=NOW)

    assert sorted(at_once(look, look)) == [0, 1]
    with acting(cast.amara, cast.own):
        assert Review.objects.count() == 1
    assert Letter.objects.filter(key__startswith="review:").count() == 3


def test_one_person_in_two_windows_answers_once(cast, pulse):
    found = at_once(*(answers(cast, pulse, cast.priya, trust) for trust in (2, 6)))
    assert sorted(type(one).__name__ for one in found) == ["NoneType", "PulseAnsweredAlready"]
    with acting(cast.amara, cast.own):
        assert (PulseAnswer.objects.count(), PulseParticipation.objects.count()) == (1, 1)


def test_an_answer_in_the_last_moment_counts_or_is_refused_but_is_never_lost(cast, pulse):
    for person in (cast.amara, cast.ruth):
        answers(cast, pulse, person, 5)()

    def close():
        with scope.acting_as(relationship_ids=(cast.own.pk,)):
            close_due_pulse(pulse_id=pulse.pk, now=ENDS)

    said, _closed = at_once(answers(cast, pulse, cast.priya, 5, now=ENDS - timedelta(seconds=1)), close)
    with acting(cast.amara, cast.own):
        closed = Pulse.objects.get()
        assert closed.customer_answers == PulseAnswer.objects.count() == (3 if said is None else 2)
        assert (closed.customer_trust is not None) == (said is None)
