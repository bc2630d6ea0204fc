"""A joint review: its figures then and now, three choices, two keys."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kpis import actions
from kpis.models import Reading, Review
from portal.signing import sign
from relationships import actions as agreement_actions
from relationships.models import Agreement, Side, TimelineEntry
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, agree
from tests.kpis.rooms import kpi_with_room, report_months
from tests.kpis.test_room_watch import look

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def kpi(cast):
    kpi = kpi_with_room(cast, 2)
    report_months(cast, kpi, [62, 62])
    return kpi


@pytest.fixture
def review(cast, kpi):
    look(cast)
    return standing(cast)


def standing(cast, **which):
    with acting(cast.amara, cast.own):
        return Review.objects.select_related("agreement").get(**which)


def propose(
    cast, review, choice="REPAIR", *, by="amara", side=Side.CUSTOMER, note="Two more people on Mondays"
):
    with acting(cast.person(by), cast.own):
        return actions.propose_choice(
            review_id=review.pk, choice=choice, note=note, actor=cast.person(by), side=side, now=NOW
        )


class TestChoosing:
    @pytest.mark.parametrize("choice", ["RENEGOTIATE", "REPAIR", "ACCEPT"])
    def test_it_ends_with_the_second_key(self, cast, review, choice):
        agreement = propose(cast, review, choice)
        assert standing(cast).closed_at is None
        agree(agreement.pk, cast.jonas, cast.own, Side.PROVIDER)
        found = standing(cast)
        assert (found.choice, found.closed_at, found.agreement_id) == (choice, NOW, agreement.pk)
        with acting(cast.amara, cast.own):
            line = TimelineEntry.objects.filter(url=f"/reviews/{review.pk}/").first()
        assert line.text.startswith("The review of “First-contact resolution” has ended: ")

    def test_another_choice_answers_the_other_sides(self, cast, review):
        first = propose(cast, review)
        second = propose(cast, review, "ACCEPT", by="jonas", side=Side.PROVIDER)
        with acting(cast.amara, cast.own):
            first.refresh_from_db()
        assert (first.outcome, second.counters_id) == ("COUNTERED", first.pk)
        with acting(cast.jonas, cast.own), pytest.raises(agreement_actions.AgreementIsSettled):
            sign(agreement_id=first.pk, version=1, actor=cast.jonas, side=Side.PROVIDER, now=NOW)
        agree(second.pk, cast.amara, cast.own, Side.CUSTOMER)
        assert standing(cast).choice == "ACCEPT"

    def test_ones_own_is_revised_and_the_signature_falls_on_the_new_version(self, cast, review):
        first = propose(cast, review)
        second = propose(cast, review, "RENEGOTIATE", by="ruth")
        assert (second.pk, second.version) == (first.pk, 2)
        with acting(cast.jonas, cast.own), pytest.raises(agreement_actions.VersionHasMoved):
            sign(agreement_id=first.pk, version=1, actor=cast.jonas, side=Side.PROVIDER, now=NOW)
        with acting(cast.jonas, cast.own):
            sign(agreement_id=first.pk, version=2, actor=cast.jonas, side=Side.PROVIDER, now=NOW)
        assert standing(cast).choice == "RENEGOTIATE"

    def test_declined_it_stays_open_and_can_be_proposed_anew(self, cast, review):
        first = propose(cast, review)
        with acting(cast.jonas, cast.own):
            agreement_actions.decline_agreement(
                agreement_id=first.pk,
                version=1,
                actor=cast.jonas,
                side=Side.PROVIDER,
                now=NOW,
                reason="Not that",
            )
        assert standing(cast).closed_at is None
        second = propose(cast, review, "ACCEPT")
        assert standing(cast).agreement_id == second.pk

    def test_what_has_ended_stays_ended(self, cast, review):
        agreement = propose(cast, review)
        agree(agreement.pk, cast.jonas, cast.own, Side.PROVIDER)
        with pytest.raises(actions.ReviewIsClosed, match="Repair the process"):
            propose(cast, review, "ACCEPT")

    def test_ending_twice_is_ending_once(self, cast, review):
        agreement = propose(cast, review)
        agree(agreement.pk, cast.jonas, cast.own, Side.PROVIDER)
        with acting(cast.amara, cast.own):
            agreement.refresh_from_db()
            lines = TimelineEntry.objects.count()
            again = actions.close_review(agreement=agreement, now=NOW + timedelta(days=1))
            assert (again.closed_at, TimelineEntry.objects.count()) == (NOW, lines)

    def test_a_choice_that_is_not_agreed_ends_nothing(self, cast, review):
        agreement = propose(cast, review)
        with acting(cast.amara, cast.own):
            assert actions.close_review(agreement=agreement, now=NOW).closed_at is None


class TestTables:
    def test_one_open_of_a_cause_and_one_per_period(self, cast, review):
        for period in (review.period_start, date(2025, 1, 1)):
            with acting(cast.amara, cast.own), pytest.raises(IntegrityError), transaction.atomic():
                Review.objects.create(
                    relationship=cast.own,
                    kpi_id=review.kpi_id,
                    cause=review.cause,
                    period_start=period,
                    opened_at=NOW,
                )

    def test_closed_only_by_a_choice(self, cast, review):
        with acting(cast.amara, cast.own), pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.filter(pk=review.pk).update(closed_at=NOW)


class TestPages:
    def test_figures_then_and_now(self, cast, kpi, review):
        page = client_for(cast.helen).get(f"/reviews/{review.pk}/")
        assert page.context["page"].still_holds
        with acting(cast.lena, cast.own):
            reading = Reading.objects.filter(kpi=kpi).latest("period_start")
            actions.submit_reading(
                kpi=kpi, period_start=reading.period_start, actor=cast.lena, side=Side.PROVIDER, now=NOW,
                version=reading.version, value=90,
            )  # fmt: skip
        page = client_for(cast.helen).get(f"/reviews/{review.pk}/")
        used = next(line for line in page.context["page"].lines if line.label.startswith("Wiggle room used"))
        assert (used.then, used.today, used.moved) == ("2.00", "1.00", True)
        assert not page.context["page"].still_holds
        assert "Today&#x27;s figures would not open it any more" in page.content.decode() or (
            "Today's figures would not open it any more" in page.content.decode()
        )

    def test_a_lead_proposes_and_the_other_sides_lead_is_led_to_the_signature(self, cast, review):
        given = {"choice": "REPAIR", "note": "Two more people on Mondays"}
        response = client_for(cast.amara).post(f"/reviews/{review.pk}/", given)
        assert response.url == f"/agreements/{standing(cast).agreement_id}/"
        page = client_for(cast.jonas).get(f"/reviews/{review.pk}/").content.decode()
        assert "Look at it and sign" in page
        assert "Two more people on Mondays" in page
        agreement = client_for(cast.jonas).get(response.url).content.decode()
        assert f'href="/reviews/{review.pk}/"' in agreement

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"note": "kept words"}, "Choose one of the three."),
            ({"choice": "REPAIR", "note": " "}, "required"),
        ],
    )
    def test_what_is_missing_is_said_at_the_field_and_nothing_is_lost(self, cast, review, given, said):
        page = client_for(cast.amara).post(f"/reviews/{review.pk}/", given).content.decode()
        assert said in page
        assert given["note"].strip() in page
        assert standing(cast).agreement is None

    def test_too_late_keeps_what_was_typed(self, cast, review):
        agree(propose(cast, review).pk, cast.jonas, cast.own, Side.PROVIDER)
        response = client_for(cast.ruth).post(
            f"/reviews/{review.pk}/", {"choice": "ACCEPT", "note": "kept words"}
        )
        assert response.status_code == 409
        assert "This review has ended" in response.content.decode()

    def test_who_may_what(self, cast, review):
        url, given = f"/reviews/{review.pk}/", {"choice": "ACCEPT", "note": "x"}
        for key in ("priya", "lena", "helen", "customer_go_to"):
            assert client_for(cast.person(key)).get(url).status_code == 200
            assert client_for(cast.person(key)).post(url, given).status_code == 403
        for key in ("outsider", "owen", "nobody"):
            assert client_for(cast.person(key)).get(url).status_code == 404
            assert client_for(cast.person(key)).post(url, given).status_code == 404

    def test_renegotiating_leads_to_the_band_form(self, cast, kpi, review):
        agree(propose(cast, review, "RENEGOTIATE").pk, cast.jonas, cast.own, Side.PROVIDER)
        page = client_for(cast.amara).get(f"/reviews/{review.pk}/").content.decode()
        assert f'href="/kpis/{kpi.pk}/band-revisions/new/"' in page

    def test_home_asks_the_leads_of_both_sides_until_a_choice_waits(self, cast, review):
        def asked(key):
            return [line.kind for line in client_for(cast.person(key)).get("/").context["together"]]

        assert [asked(key) for key in ("amara", "ruth", "jonas")] == [["review"]] * 3
        assert [asked(key) for key in ("priya", "lena", "helen", "outsider")] == [[]] * 4
        agreement = propose(cast, review)
        assert asked("jonas") == asked("amara") == []
        with acting(cast.jonas, cast.own):
            agreement_actions.decline_agreement(
                agreement_id=agreement.pk,
                version=1,
                actor=cast.jonas,
                side=Side.PROVIDER,
                now=NOW,
                reason="No",
            )
        assert asked("jonas") == ["review"]

    @pytest.mark.parametrize("count", [1, 3])
    def test_questions_do_not_grow(self, cast, count):
        goal = add_goal(cast.own, cast.amara)
        for number in range(count):
            report_months(cast, kpi_with_room(cast, 1, goal=goal, name=f"KPI {number}"), [62])
        look(cast)
        with acting(cast.amara, cast.own):
            pk = Review.objects.first().pk
            assert Review.objects.count() == count
        client = client_for(cast.amara)
        client.get("/")  # the first visit notes that somebody was here
        for url in ("/", f"/relationships/{cast.own.pk}/reviews/", f"/reviews/{pk}/"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            assert len(asked) <= 12, url

    def test_the_list_shows_open_ones_first(self, cast, review):
        page = client_for(cast.priya).get(f"/relationships/{cast.own.pk}/reviews/").content.decode()
        assert "Open: both sides choose" in page
        agree(propose(cast, review).pk, cast.jonas, cast.own, Side.PROVIDER)
        page = client_for(cast.priya).get(f"/relationships/{cast.own.pk}/reviews/").content.decode()
        assert "Repair the process" in page


def test_the_agreement_names_the_choice(cast, review):
    agreement = propose(cast, review)
    assert agreement.kind == Agreement.Kind.REVIEW
    assert [(row["label"], row["after"]) for row in agreement.content] == [
        ("KPI", "First-contact resolution"),
        ("What opened it", "Wiggle room is used up"),
        ("Choice", "Repair the process"),
    ]
