"""What figures ask for, who is told, and that nothing is said twice."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Letter
from kpis import actions, tasks_room
from kpis.actions import reviews as review_actions
from kpis.actions.room_watch import watch_room
from kpis.models import Review, Watched
from portal.lib import scope
from relationships.models import Role, Seat, Side, TimelineEntry
from tests.cast import NOW, acting, notices_of
from tests.furniture import add_goal, agree
from tests.kpis.rooms import kpi_with_room, report_months

pytestmark = pytest.mark.django_db
everything = pytest.mark.django_db(transaction=True, databases=["default", "batch"])
LEADS, GO_TOS = ("amara", "ruth", "jonas"), ("customer_go_to", "provider_go_to")
NOBODY = ("priya", "lena", "helen", "ingrid", "owen", "recipient", "outsider", "rival_provider")


def look(cast, now=NOW):
    with scope.acting_as(relationship_ids=(cast.own.pk,)):
        return watch_room(relationship_id=cast.own.pk, now=now)


def causes(cast):
    with acting(cast.amara, cast.own):
        return sorted(Review.objects.values_list("cause", flat=True))


def told(cast, word):
    """Who has a notice with this word, and who a letter."""
    everybody = (*LEADS, *GO_TOS, *NOBODY)
    by_notice = {key for key in everybody for one in notices_of(cast.person(key)) if word in one.text}
    addresses = set(Letter.objects.filter(subject__contains=word).values_list("to", flat=True))
    by_letter = {key for key in everybody if cast.person(key).email in addresses}
    assert by_notice == by_letter
    return by_notice


class TestBurn:
    def test_three_times_too_fast_over_a_month_is_told_to_the_go_to_pair(self, cast):
        report_months(
            cast, kpi_with_room(cast, 4), [85, 85, 62]
        )  # 1 of 4 in a month: pace 3.00; over three: 1.00
        assert look(cast) == 0
        assert told(cast, "goes fast: 3.00 times") == set(GO_TOS)
        assert causes(cast) == []

    def test_just_below_it_is_not(self, cast):
        report_months(cast, kpi_with_room(cast, "4.001"), [85, 85, 62])
        look(cast)
        assert told(cast, "goes fast") == set()

    def test_a_side_without_a_go_to_person_is_told_through_its_leads(self, cast):
        with acting(cast.amara, cast.own):
            Seat.objects.filter(role=Role.GO_TO, side=Side.CUSTOMER).update(ended_at=NOW)
        report_months(cast, kpi_with_room(cast, 4), [85, 85, 62])
        look(cast)
        assert told(cast, "goes fast") == {"amara", "ruth", "provider_go_to"}

    def test_twice_too_fast_over_three_months_opens_a_review(self, cast):
        report_months(cast, kpi_with_room(cast, 4), [62, 62, 85])  # 2 of 4 in three months: pace 2.00
        assert look(cast) == 1
        assert causes(cast) == ["BURN_QUARTER"]
        assert told(cast, "twice too fast") == set(LEADS)

    def test_a_daily_kpi_tells_once_a_month(self, cast):
        kpi = kpi_with_room(cast, 12, frequency="DAY")
        first = NOW.date() - timedelta(days=9)
        for number in range(9):
            day = first + timedelta(days=number)
            report_months(cast, kpi, [62], months=(day,))
            look(cast)
        assert len([one for one in notices_of(cast.customer_go_to) if "goes fast" in one.text]) == 1


class TestExhausted:
    def test_it_opens_a_review_for_the_leads_of_both_sides(self, cast):
        kpi = kpi_with_room(cast, 2)
        report_months(cast, kpi, [62, 85, 85, 85, 85, 62])
        assert look(cast) == 1
        with acting(cast.amara, cast.own):
            review = Review.objects.get()
            line = TimelineEntry.objects.get(url=f"/reviews/{review.pk}/")
        assert (review.cause, review.kpi_id, str(review.period_start)) == ("EXHAUSTED", kpi.pk, "2026-02-01")
        assert (review.figures["used"], review.figures["allowance"]) == ("2.00", "2.00")
        assert line.text == "Wiggle room is used up: both sides look at “First-contact resolution” together"
        assert (line.side, line.actor_id, line.internal_to_id) == ("", None, None)
        assert told(cast, "Wiggle room is used up") == set(LEADS)

    def test_words_are_free_of_blame_and_say_what_comes_next(self, cast):
        report_months(cast, kpi_with_room(cast, 2), [62, 62])
        look(cast)
        with acting(cast.amara, cast.own):
            review = Review.objects.get()
        body = Letter.objects.get(key=f"review:{review.pk}:{cast.jonas.pk}").body
        assert "has used 2.00 of the 2.00 units" in body
        assert "nobody is at fault" in body
        assert f"/reviews/{review.pk}/" in body
        for word in ("fail", "breach", "penalt", "%("):
            assert word not in body.lower()

    def test_what_is_used_up_is_not_called_fast_as_well(self, cast):
        report_months(cast, kpi_with_room(cast, 2), [62, 62])
        look(cast)
        assert causes(cast) == ["EXHAUSTED"]

    def test_a_disputed_month_uses_nothing(self, cast):
        from kpis.models import Reading

        kpi = kpi_with_room(cast, 1)
        report_months(cast, kpi, [62])
        with acting(cast.amara, cast.own):
            actions.dispute_reading(
                reading=Reading.objects.get(kpi=kpi), version=1, reason="We count otherwise", claimed_value=None,
                actor=cast.amara, side=Side.CUSTOMER, now=NOW,
            )  # fmt: skip
        assert look(cast) == 0

    def test_without_an_allowance_nothing_is_used(self, cast):
        report_months(cast, kpi_with_room(cast, None), [62, 62, 62])
        assert look(cast) == 0


class TestMisses:
    def test_a_target_out_of_reach_opens_a_review_of_target_or_process(self, cast):
        report_months(cast, kpi_with_room(cast, None), [72, 73, 72, 73, 72, 73, 72, 73, 72, 73, 72, 73])
        assert look(cast) == 1
        with acting(cast.amara, cast.own):
            review = Review.objects.get()
        assert review.cause == "MISSES"
        assert review.figures == {"usual": "69.84 – 75.16", "mean": "72.50", "points": "12", "target": "80.0"}
        assert told(cast, "consistently missed") == set(LEADS)

    def test_hit_or_miss_does_not(self, cast):
        report_months(cast, kpi_with_room(cast, None), [72, 83, 72, 83, 72, 83, 72])
        assert look(cast) == 0


class TestOnceOnly:
    def test_looking_again_says_nothing_new(self, cast):
        report_months(cast, kpi_with_room(cast, 2), [62, 62])
        assert [look(cast), look(cast, NOW + timedelta(minutes=1))] == [1, 0]
        assert len(told(cast, "used up")) == 3
        assert Letter.objects.filter(key__startswith="review:").count() == 3

    def test_killed_in_the_middle_nothing_is_half_said(self, cast, monkeypatch):
        report_months(cast, kpi_with_room(cast, 2), [62, 62])

        class Killed(BaseException):
            pass

        def dies(*_args, **_more):
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(Watched.objects, "update_or_create", dies)
            with pytest.raises(Killed):
                look(cast)
        assert causes(cast) == []
        assert told(cast, "used up") == set()
        assert look(cast) == 1
        assert told(cast, "used up") == set(LEADS)

    def test_another_month_of_the_same_does_not_open_a_second_one(self, cast):
        from datetime import date

        kpi = kpi_with_room(cast, 2)
        report_months(cast, kpi, [62, 62])
        look(cast)
        later = NOW + timedelta(days=31)
        report_months(cast, kpi, [62], months=(date(2026, 3, 1),), now=later)
        assert look(cast, later) == 0
        assert causes(cast) == ["EXHAUSTED"]

    def test_what_both_chose_rests_for_a_quarter_and_then_asks_again(self, cast):
        from datetime import date

        kpi = kpi_with_room(cast, 2)
        report_months(cast, kpi, [62, 62])
        look(cast)
        with acting(cast.amara, cast.own):
            review = Review.objects.get()
            agreement = actions.propose_choice(
                review_id=review.pk,
                choice="ACCEPT",
                note="Known",
                actor=cast.amara,
                side=Side.CUSTOMER,
                now=NOW,
            )
        agree(agreement.pk, cast.jonas, cast.own, Side.PROVIDER)
        assert look(cast, NOW + timedelta(days=1)) == 0
        assert look(cast, NOW + timedelta(days=93)) == 0  # nothing new was reported
        after = NOW + timedelta(days=93)
        report_months(cast, kpi, [62], months=(date(2026, 5, 1),), now=after)
        assert look(cast, after - timedelta(days=2)) == 0
        assert look(cast, after) == 1
        assert causes(cast) == ["EXHAUSTED", "EXHAUSTED"]


@pytest.mark.parametrize("count", [1, 3])
def test_questions_do_not_grow_with_kpis(cast, count):
    goal = add_goal(cast.own, cast.amara)
    for number in range(count):
        report_months(cast, kpi_with_room(cast, 9, goal=goal, name=f"KPI {number}"), [85, 75])
    look(cast)
    with CaptureQueriesContext(connection) as asked:
        look(cast)
    assert len(asked) <= 18


@everything
class TestTask:
    def test_it_looks_at_what_changed_and_only_once(self, cast, monkeypatch):
        report_months(cast, kpi_with_room(cast, 2), [62, 62])
        looked = []

        def counting(**given):
            looked.append(given["relationship_id"])
            return watch_room(**given)

        monkeypatch.setattr(tasks_room, "watch_room", counting)
        with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
            assert tasks_room.watch_changed() == 1
            assert looked == [cast.own.pk]  # the other relationship has not changed for a year
            assert tasks_room.watch_changed() == 0  # its own lines on the timeline are a change
            assert tasks_room.watch_changed() == 0
        assert looked == [cast.own.pk, cast.own.pk]

    def test_what_the_database_refuses_does_not_keep_the_others_waiting(self, cast, monkeypatch, caplog):
        from django.db import OperationalError

        report_months(cast, kpi_with_room(cast, 2), [62, 62])
        with acting(cast.outsider, cast.foreign):
            from relationships.models import Relationship

            Relationship.objects.filter(pk=cast.foreign.pk).update(changed_at=NOW + timedelta(seconds=1))

        def refusing(**given):
            if given["relationship_id"] == cast.foreign.pk:
                raise OperationalError("canceling statement due to lock timeout")
            return watch_room(**given)

        monkeypatch.setattr(tasks_room, "watch_room", refusing)
        assert tasks_room.watch_changed_relationships(now=NOW + timedelta(minutes=1)) == 1
        assert f"figures of relationship {cast.foreign.pk} were left" in caplog.text


def test_a_review_rests_for_a_quarter():
    assert timedelta(days=92) == review_actions.RESTS_FOR
