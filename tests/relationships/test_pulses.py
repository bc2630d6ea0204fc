"""Pulses: who is asked, who is told, what is published, and that no answer is ever tied to a person."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, InternalError, ProgrammingError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Letter, Notice
from relationships import actions
from relationships.access import load_relationship, look_up_viewer
from relationships.models import (
    AuditEntry,
    Pulse,
    PulseAnswer,
    PulseParticipation,
    Role,
    Seat,
    Side,
    TimelineEntry,
)
from relationships.queries.pulses import get_pulse, pulses_to_answer
from relationships.tasks import remind_of_pulses
from tests.cast import BEGAN, NOW, acting, client_for, notices_of

pytestmark = pytest.mark.django_db
everything = pytest.mark.django_db(transaction=True, databases=["default", "batch"])
ENDS = NOW + timedelta(days=10)
ASKED = ("amara", "ruth", "priya", "customer_go_to", "jonas", "lena", "provider_go_to")
PROVIDERS = ("jonas", "lena", "provider_go_to")


def side_of(key):
    return Side.PROVIDER if key in PROVIDERS else Side.CUSTOMER


def opened(cast, *, by="amara", closes_at=ENDS, now=NOW):
    with acting(cast.person(by), cast.own):
        return actions.open_pulse(
            relationship=cast.own, closes_at=closes_at, actor=cast.person(by), side=side_of(by), now=now
        )


def answer(cast, pulse, key, trust, *, now=NOW + timedelta(days=1)):
    with acting(cast.person(key), cast.own):
        actions.answer_pulse(
            pulse_id=pulse.pk, trust=trust, actor=cast.person(key), side=side_of(key), now=now
        )


def close(cast, pulse, *, now=ENDS, by=None):
    with acting(cast.amara, cast.own):
        return actions.close_pulse(pulse_id=pulse.pk, now=now, actor=by, side=Side.CUSTOMER if by else "")


def letters(word):
    return sorted(Letter.objects.filter(key__contains=f":{word}:").values_list("to", flat=True))


@pytest.fixture
def pulse(cast):
    return opened(cast)


class TestOpening:
    def test_everybody_with_a_seat_is_told_once(self, cast, pulse):
        assert letters("opened") == sorted(cast.person(key).email for key in ASKED)
        assert len([notice for notice in notices_of(cast.lena) if notice.url == f"/pulses/{pulse.pk}/"]) == 1
        for key in ("helen", "recipient", "owen", "outsider"):
            assert notices_of(cast.person(key)) == []

    def test_at_most_one_is_open(self, cast, pulse):
        with pytest.raises(actions.PulseIsOpen):
            opened(cast, by="jonas")

    def test_the_next_one_comes_four_weeks_after_the_last_at_the_earliest(self, cast, pulse):
        close(cast, pulse)
        with pytest.raises(actions.PulseTooSoon, match="17 Apr 2026"):
            opened(cast, now=ENDS + timedelta(days=27), closes_at=ENDS + timedelta(days=40))
        assert opened(cast, now=ENDS + timedelta(days=28), closes_at=ENDS + timedelta(days=40))

    def test_it_stays_open_for_a_day_at_least(self, cast):
        with pytest.raises(actions.PulseClosesTooEarly):
            opened(cast, closes_at=NOW + timedelta(hours=23))


class TestAnswering:
    def test_once(self, cast, pulse):
        answer(cast, pulse, "priya", 5)
        with pytest.raises(actions.PulseAnsweredAlready):
            answer(cast, pulse, "priya", 7)
        with acting(cast.amara, cast.own):
            assert [(one.side, one.trust) for one in PulseAnswer.objects.all()] == [("CUSTOMER", 5)]

    @pytest.mark.parametrize("trust", [0, 8, -1])
    def test_from_1_to_7(self, cast, pulse, trust):
        with pytest.raises(actions.NotAnAnswer):
            answer(cast, pulse, "priya", trust)

    @pytest.mark.parametrize("key", ["helen", "recipient"])
    def test_only_those_with_a_seat(self, cast, pulse, key):
        with pytest.raises(actions.NotAsked):
            answer(cast, pulse, key, 4)

    def test_not_for_the_other_side(self, cast, pulse):
        with acting(cast.priya, cast.own), pytest.raises(actions.NotAsked):
            actions.answer_pulse(
                pulse_id=pulse.pk, trust=7, actor=cast.priya, side=Side.PROVIDER, now=NOW + timedelta(days=1)
            )

    def test_not_when_its_time_has_run_out_although_nobody_closed_it_yet(self, cast, pulse):
        with pytest.raises(actions.PulseIsClosed):
            answer(cast, pulse, "priya", 4, now=ENDS)

    def test_a_refused_answer_leaves_nothing_behind(self, cast, pulse):
        answer(cast, pulse, "priya", 5)
        with pytest.raises(actions.PulseAnsweredAlready):
            answer(cast, pulse, "priya", 1)
        with acting(cast.amara, cast.own):
            assert (PulseParticipation.objects.count(), PulseAnswer.objects.count()) == (1, 1)


class TestClosing:
    def test_means_of_whole_sides(self, cast, pulse):
        for key, trust in (("amara", 5), ("ruth", 6), ("priya", 6), ("jonas", 4), ("lena", 3)):
            answer(cast, pulse, key, trust)
        closed = close(cast, pulse)
        assert (closed.customer_answers, closed.provider_answers) == (3, 2)
        assert (closed.customer_trust, closed.provider_trust) == (Decimal("0.777778"), None)
        assert closed.closed_at == ENDS

    def test_however_late_it_counts_from_when_its_time_ran_out(self, cast, pulse):
        assert close(cast, pulse, now=ENDS + timedelta(days=3)).closed_at == ENDS

    def test_before_its_time_nobody_is_cut_off(self, cast, pulse):
        for key in ASKED[:-1]:
            answer(cast, pulse, key, 6)
        early = NOW + timedelta(days=2)
        with pytest.raises(actions.PulseStillRuns, match="20 Mar 2026"):
            close(cast, pulse, now=early, by=cast.amara)
        answer(cast, pulse, ASKED[-1], 6)
        assert close(cast, pulse, now=early, by=cast.amara).closed_at == early

    def test_closed_is_closed(self, cast, pulse):
        close(cast, pulse)
        with pytest.raises(actions.PulseIsClosed):
            close(cast, pulse)
        with (
            acting(cast.amara, cast.own),
            pytest.raises((IntegrityError, InternalError)),
            transaction.atomic(),
        ):
            Pulse.objects.filter(pk=pulse.pk).update(customer_trust=1, customer_answers=3)

    def test_everybody_asked_reads_of_it(self, cast, pulse):
        close(cast, pulse)
        assert [notice.text for notice in notices_of(cast.provider_go_to)][-1].endswith(
            "see what both sides said"
        )
        assert letters("closed") == []


@everything
class TestReminding:
    def test_once_and_only_those_who_have_not_answered(self, cast, pulse):
        answer(cast, pulse, "lena", 5)
        for days in (6, 7, 8):
            with time_machine.travel(NOW + timedelta(days=days, hours=1), tick=False):
                remind_of_pulses()
        waiting = sorted(cast.person(key).email for key in ASKED if key != "lena")
        assert letters("reminder") == waiting
        assert len([one for one in notices_of(cast.ruth) if "missing" in one.text]) == 1
        assert [one for one in notices_of(cast.lena) if "missing" in one.text] == []

    @pytest.mark.parametrize("after", [timedelta(days=6), timedelta(days=11)])
    def test_neither_too_early_nor_after_the_end(self, cast, pulse, after):
        with time_machine.travel(NOW + after, tick=False):
            assert remind_of_pulses() == 0
        assert letters("reminder") == []

    def test_a_short_pulse_reminds_half_way(self, cast):
        short = opened(cast, closes_at=NOW + timedelta(days=2))
        with acting(cast.amara, cast.own):
            assert actions.remind_of_pulse(pulse_id=short.pk, now=NOW + timedelta(hours=23)) == 0
            assert actions.remind_of_pulse(pulse_id=short.pk, now=NOW + timedelta(hours=24)) == len(ASKED)


class TestAnonymity:
    """Who answered is known, what was answered is known, and nothing says which belongs to whom."""

    @everything
    def test_nothing_but_the_answer_itself_knows_the_answer(self, cast, pulse):
        before = TimelineEntry.objects.using("batch").count()
        with acting(cast.amara, cast.own):
            cast.own.refresh_from_db()
        changed_at = cast.own.changed_at
        said = {"amara": 7, "ruth": 1, "priya": 2, "jonas": 3, "lena": 4}
        for key, trust in said.items():
            with time_machine.travel(NOW + timedelta(days=1), tick=False):
                client_for(cast.person(key)).post(f"/pulses/{pulse.pk}/", {"trust": trust})
        tables = set(AuditEntry.objects.using("batch").values_list("table_name", flat=True))
        assert "relationships_pulseparticipation" in tables  # there is something to search
        assert "relationships_pulseanswer" not in tables
        for entry in AuditEntry.objects.using("batch").filter(table_name__startswith="relationships_pulse"):
            assert '"trust"' not in json.dumps([entry.before, entry.after])
        assert TimelineEntry.objects.using("batch").count() == before
        with acting(cast.amara, cast.own):
            cast.own.refresh_from_db()
            assert cast.own.changed_at == changed_at
            assert PulseAnswer.objects.count() == len(said)

    def test_an_answer_has_neither_person_nor_moment_nor_order(self):
        columns = {field.name for field in PulseAnswer._meta.get_fields()}
        assert columns == {"id", "relationship", "pulse", "side", "trust"}
        assert PulseAnswer._meta.pk.get_internal_type() == "UUIDField"
        assert PulseAnswer._meta.ordering == []

    def test_answers_lie_in_no_order_and_name_no_transaction_of_their_own(self, cast, pulse):
        """With each answer all of its side are written anew, shuffled: in the table and in any copy of it."""
        said = {"amara": 1, "ruth": 2, "priya": 3, "customer_go_to": 4}
        seen = set()
        for key, trust in said.items():
            answer(cast, pulse, key, trust)
            with acting(cast.amara, cast.own), connection.cursor() as cursor:
                cursor.execute("SELECT xmin::text, cmin::text FROM relationships_pulseanswer")
                written = set(cursor.fetchall())
                assert len(written) == 1
                seen |= set(PulseAnswer.objects.values_list("pk", flat=True))
        with acting(cast.amara, cast.own):
            assert sorted(PulseAnswer.objects.values_list("trust", flat=True)) == [1, 2, 3, 4]
            assert len(seen) == 1 + 2 + 3 + 4  # not even the random keys stay
            orders = set()
            for _again in range(30):
                with transaction.atomic(), connection.cursor() as cursor:
                    PulseAnswer.objects.create(
                        relationship=cast.own, pulse=pulse, side=Side.CUSTOMER, trust=5
                    )
                    cursor.execute("SELECT trust FROM relationships_pulseanswer ORDER BY ctid DESC LIMIT 5")
                    orders.add(tuple(row[0] for row in cursor.fetchall()))
                    transaction.set_rollback(True)
            assert len(orders) > 1

    def test_who_took_part_has_no_answer_beside_it(self):
        columns = {field.name for field in PulseParticipation._meta.get_fields()}
        assert columns == {"id", "relationship", "pulse", "person", "side"}

    def test_letters_and_notices_hold_no_figure(self, cast, pulse):
        for key in ASKED:
            answer(cast, pulse, key, 6)
        close(cast, pulse)
        texts = [letter.subject + letter.body for letter in Letter.objects.all()]
        texts += [notice.text for key in ASKED for notice in notices_of(cast.person(key))]
        assert texts
        assert [text for text in texts if "0.83" in text or "6.0" in text] == []

    def test_an_answer_cannot_be_changed_or_taken_away(self, cast, pulse):
        answer(cast, pulse, "priya", 5)
        for change in (
            lambda: PulseAnswer.objects.update(trust=1),
            lambda: PulseAnswer.objects.all().delete(),
        ):
            with acting(cast.amara, cast.own), pytest.raises(ProgrammingError), transaction.atomic():
                change()

    def test_nobody_answers_in_the_name_of_the_other_side(self, cast, pulse):
        with acting(cast.priya, cast.own), pytest.raises(ProgrammingError), transaction.atomic():
            PulseAnswer.objects.create(relationship=cast.own, pulse=pulse, side=Side.PROVIDER, trust=1)

    def test_no_figure_is_shown_before_it_has_closed(self, cast, pulse):
        for key in ASKED:
            answer(cast, pulse, key, 6)
        with time_machine.travel(NOW + timedelta(days=2), tick=False):
            for key in ("amara", "jonas", "helen", "priya"):
                for url in (f"/pulses/{pulse.pk}/", f"/relationships/{cast.own.pk}/pulses/"):
                    page = client_for(cast.person(key)).get(url).content.decode()
                    assert "0.83" not in page
                    assert "6.0" not in page

    @pytest.mark.parametrize("seed", range(20))
    def test_what_is_published_cannot_be_differenced(self, cast, seed):
        """All that anybody ever sees of a pulse: two figures, of sides that share nobody, each of three or more."""
        from random import Random

        random = Random(seed)
        pulse = opened(cast)
        took_part = random.sample(ASKED, random.randint(0, len(ASKED)))
        answers = {key: random.randint(1, 7) for key in took_part}
        seen = set()
        for key, trust in answers.items():
            answer(cast, pulse, key, trust)
            seen |= published(cast, pulse, NOW + timedelta(days=2))
        assert seen == set()
        close(cast, pulse)
        for side in Side:
            group = [answers[key] for key in took_part if side_of(key) == side]
            shown = {figure for figure in published(cast, pulse, ENDS) if figure[0] == side}
            assert len(shown) == (1 if len(group) >= 3 else 0)


def published(cast, pulse, now):
    """The figures that a reader gets, by side."""
    viewer = look_up_viewer(cast.helen)
    with acting(cast.helen, cast.own):
        standpoint = load_relationship(viewer, cast.own.pk)
        page = get_pulse(standpoint, Pulse.objects.get(pk=pulse.pk), now=now)
    return {(side.side, side.index) for side in page.sides if side.index is not None}


class TestPages:
    @pytest.fixture(autouse=True)
    def _today(self):
        with time_machine.travel(NOW + timedelta(days=1), tick=False):
            yield

    def test_a_lead_opens_one_and_a_member_may_not(self, cast):
        url = f"/relationships/{cast.own.pk}/pulses/"
        assert client_for(cast.priya).post(url, {"closes_on": "2026-03-20"}).status_code == 403
        response = client_for(cast.jonas).post(url, {"closes_on": "2026-03-31"})
        with acting(cast.amara, cast.own):
            made = Pulse.objects.get()
        assert response.url == f"/pulses/{made.pk}/"
        assert made.closes_at.isoformat() == "2026-03-31T22:59:00+00:00"  # the end of the day in London

    @pytest.mark.parametrize(
        ("day", "said"),
        [
            ("2026-03-11", "until tomorrow"),
            ("2027-03-11", "three months"),
            ("", "required"),
            ("x", "valid date"),
        ],
    )
    def test_a_day_that_cannot_be_is_refused_at_the_field(self, cast, day, said):
        page = client_for(cast.amara).post(f"/relationships/{cast.own.pk}/pulses/", {"closes_on": day})
        assert said in page.content.decode()

    def test_a_second_one_is_refused_in_words(self, cast, pulse):
        page = client_for(cast.amara).post(
            f"/relationships/{cast.own.pk}/pulses/", {"closes_on": "2026-03-31"}
        )
        assert (
            "A pulse is open already" in page.content.decode() or "A pulse is open" in page.content.decode()
        )
        with acting(cast.amara, cast.own):
            assert Pulse.objects.count() == 1

    def test_answering_and_what_is_left_of_it(self, cast, pulse):
        client = client_for(cast.lena)
        assert "trust Northwind to do what it says" in client.get(f"/pulses/{pulse.pk}/").content.decode()
        said = client.post(f"/pulses/{pulse.pk}/", {}).content.decode()
        assert "Choose one of the seven" in said
        assert client.post(f"/pulses/{pulse.pk}/", {"trust": 5}).status_code == 302
        page = client.get(f"/pulses/{pulse.pk}/").content.decode()
        assert "You have answered" in page
        again = client.post(f"/pulses/{pulse.pk}/", {"trust": 5})
        assert again.status_code == 409
        assert "You have answered already" in again.content.decode()

    def test_closing_too_early_is_refused_in_words(self, cast, pulse):
        url = f"/pulses/{pulse.pk}/closing/"
        response = client_for(cast.amara).post(url)
        assert response.status_code == 409
        assert "Not everybody has answered yet" in response.content.decode()
        assert client_for(cast.priya).post(url).status_code == 403
        assert client_for(cast.outsider).post(url).status_code == 404
        for key in ASKED:
            answer(cast, pulse, key, 6)
        assert client_for(cast.amara).post(url).status_code == 302

    def test_the_result_says_too_few(self, cast, pulse):
        for key in ("amara", "ruth", "priya", "jonas"):
            answer(cast, pulse, key, 7)
        close(cast, pulse)
        page = client_for(cast.lena).get(f"/pulses/{pulse.pk}/").content.decode()
        assert "Too few answers to show" in page
        assert "7.0" in page

    @pytest.mark.parametrize("count", [1, 3])
    def test_questions_do_not_grow(self, cast, count):
        for number in range(count):
            now = BEGAN + timedelta(days=60 * number)
            made = opened(cast, now=now, closes_at=now + timedelta(days=10))
            close(cast, made, now=now + timedelta(days=10))
        client = client_for(cast.amara)
        for url in (f"/relationships/{cast.own.pk}/pulses/", f"/pulses/{made.pk}/"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            assert len(asked) <= 12


class TestWaiting:
    def waiting(self, cast, key, now=NOW + timedelta(days=1)):
        with acting(cast.person(key)) as viewer:
            return [pulse.pk for pulse in pulses_to_answer(viewer, now=now)]

    def test_it_waits_for_those_who_have_not_answered(self, cast, pulse):
        answer(cast, pulse, "priya", 5)
        assert self.waiting(cast, "priya") == []
        assert self.waiting(cast, "lena") == [pulse.pk]
        assert self.waiting(cast, "helen") == self.waiting(cast, "outsider") == []
        assert self.waiting(cast, "lena", now=ENDS) == []

    def test_a_seat_that_ended_is_not_asked(self, cast, pulse):
        with acting(cast.amara, cast.own):
            Seat.objects.filter(person=cast.priya, role=Role.MEMBER).update(ended_at=NOW)
        assert self.waiting(cast, "priya") == []


@everything
def test_a_notice_is_unique_by_the_database(cast, pulse):
    """Killed between two people and run again, nobody is told twice."""
    with acting(cast.amara, cast.own):
        for _again in range(2):
            actions.remind_of_pulse(pulse_id=pulse.pk, now=ENDS - timedelta(days=1))
    assert len(letters("reminder")) == len(ASKED)
    with connections["batch"].cursor() as cursor:
        cursor.execute(
            "SELECT max(n) FROM (SELECT count(*) n FROM accounts_notice GROUP BY person_id, key) t"
        )
        assert cursor.fetchone() == (1,)
    assert Notice._meta.constraints[0].name == "notice_once_per_person_and_key"
