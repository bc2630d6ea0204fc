"""The demonstration: played through the product's own verbs, rich enough to show every state, and built once."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.db import connections

from accounts.models import Letter, Notice, Organisation, Person
from governance.models import Clock
from kpis.models import BandRevision, Dispute, Evidence, Kpi, Reading, ReadingPast, Review
from kpis.queries.periods import missing_readings
from portal.demo import staging
from portal.demo.story import CHAPTERS, FACILITIES, PASSWORD, PEOPLE
from portal.lib import scope
from relationships.audit import verify
from relationships.models import (
    Agreement,
    Contract,
    ContractDocument,
    Pulse,
    Relationship,
    RelationshipInvitation,
    Seat,
    TimelineEntry,
)
from tests.plugin import _clear
from value.models import Score, ScoreTerms

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db(databases=["default", "batch"])


@pytest.fixture(scope="module", autouse=True)
def staged(django_db_setup, django_db_blocker):
    """Built once for this file, and cleared away after it."""
    with django_db_blocker.unblock():
        said = []
        staging.stage_demo(now=NOW, say=said.append)
        yield said
        for alias in connections:
            connections[alias].close()
        _clear(None)


@pytest.fixture
def everything():
    """Looks with the eyes of somebody who belongs to every relationship of the demonstration."""
    ids = Relationship.objects.using("batch").values_list("pk", flat=True)
    with scope.acting_as(relationship_ids=tuple(ids)):
        connections["default"].set_rollback(False)
        yield


def count(model, **what):
    return model.objects.using("batch").filter(**what).count()


def values(model, *names):
    return set(model.objects.using("batch").values_list(*names, flat=len(names) == 1))


def test_it_says_what_it_builds(staged):
    assert staged == [*(chapter.name for chapter in CHAPTERS), "shared value, month by month"]


def test_building_it_again_changes_nothing():
    before = (count(Reading), count(TimelineEntry), count(Person))
    out = StringIO()
    call_command("seed_demo", stdout=out)
    assert out.getvalue() == "The demonstration is already there.\n"
    assert (count(Reading), count(TimelineEntry), count(Person)) == before


def test_everybody_can_sign_in_and_is_told_how():
    for cast in PEOPLE:
        assert Person.objects.get(email=cast.email).is_active
    assert Person.objects.get(email=PEOPLE[0].email).check_password(PASSWORD)
    out = StringIO()
    call_command("demo_sign_ins", stdout=out)
    assert "amara.okafor@northwind.example" in out.getvalue()
    assert PASSWORD in out.getvalue()


def test_everything_is_marked_as_invented():
    assert not count(Organisation, is_invented=False)
    assert not count(Relationship, is_invented=False)


def test_relationships_in_different_stages_one_still_waiting_for_an_answer():
    assert count(Relationship) == len(CHAPTERS) + 1
    assert values(Relationship, "stage") == {
        "1_AWARENESS",
        "5_WORKING_TOGETHER",
        "6_VALUE_CREATION",
        "7_STAYING_TOGETHER",
    }
    assert count(RelationshipInvitation, settled_at__isnull=True) == 1
    assert count(Relationship, accepted_at__isnull=True) == 1


def test_people_in_every_role_with_counterparts():
    assert values(Seat, "role") == {"LEAD", "MEMBER", "EXECUTIVE", "GO_TO", "RECIPIENT"}
    assert count(Seat, counterpart__isnull=False) >= 16


def test_contracts_as_a_tree_with_documents_and_accountable_people():
    assert values(Contract, "kind") == {"MASTER", "WORK_ORDER", "AMENDMENT"}
    assert count(ContractDocument) == len(CHAPTERS)
    assert not count(Contract, kind="MASTER", accountable__isnull=True)


def test_agreements_of_every_kind_and_outcome():
    found = values(Agreement, "kind", "outcome")
    assert {kind for kind, _outcome in found} >= {
        "STATEMENT_OF_INTENT",
        "STAGE",
        "BAND_REVISION",
        "WEIGHTS",
        "SCORE_TERMS",
    }
    assert {outcome for _kind, outcome in found} == {"AGREED", "OPEN", "DECLINED", "WITHDRAWN", "COUNTERED"}
    for side in ("CUSTOMER", "PROVIDER"):
        assert count(Agreement, outcome="OPEN", proposed_by_side=side)
    assert count(ScoreTerms)


def test_three_years_of_readings_in_every_state_and_verdict():
    assert values(Reading, "state") == {"SUBMITTED", "CONFIRMED", "DEEMED", "DISPUTED"}
    assert values(Reading, "verdict") == {0, 1, 2, 3, None}
    assert count(Reading, is_not_applicable=True)
    assert count(Reading, numerator__isnull=False)
    first, last = min(values(Reading, "period_start")), max(values(Reading, "period_start"))
    assert (last - first).days > 1000
    assert values(Kpi, "polarity") == {"HIGHER", "LOWER", "WITHIN_RANGE"}
    assert values(Kpi, "performed_by") == {"PROVIDER", "CUSTOMER", "JOINT"}


def test_what_two_signed_is_in_force_and_judges():
    assert count(BandRevision, agreed_at__isnull=False) > count(Kpi)
    assert not count(Reading, verdict__isnull=True, is_not_applicable=False, kpi__is_driver=False)
    assert count(Reading, flexing__isnull=False) > 10


def test_disputes_in_every_ending_and_corrections_with_their_past():
    assert values(Dispute, "resolution") == {"", "UPHELD", "WITHDRAWN", "CORRECTED"}
    assert count(ReadingPast, state="CONFIRMED")
    assert count(Evidence)


def test_something_waits_on_each_side_and_nothing_is_overdue_at_once():
    for side in ("CUSTOMER", "PROVIDER"):
        assert count(Clock, outcome="RUNNING", side=side)
    assert not count(Clock, outcome="RUNNING", remind_at__lt=NOW)
    assert count(Clock, outcome="DEEMED")


def test_some_figures_are_missing(everything):
    kpis = list(Kpi.objects.all())
    missing = missing_readings(kpis, on=NOW.date())
    assert 3 <= len(missing) <= 20


def test_both_sides_talk_to_each_other_and_among_themselves():
    assert count(TimelineEntry, kind="COMMENT", internal_to__isnull=True)
    assert count(TimelineEntry, kind="COMMENT", internal_to__isnull=False)


def test_moments_are_believable():
    moments = sorted(TimelineEntry.objects.using("batch").values_list("at", flat=True))
    assert moments[-1] < NOW
    assert (moments[-1] - moments[0]).days > 1000
    assert max(later - earlier for earlier, later in pairwise(moments)) < timedelta(days=32)
    by_people = TimelineEntry.objects.using("batch").filter(actor__isnull=False)
    assert all(entry.at.weekday() < 5 for entry in by_people)
    acted = list(by_people.values_list("at", flat=True))
    busiest = max(acted.count(moment) for moment in acted)
    assert busiest <= 2


def test_the_audit_trail_is_whole():
    report = verify()
    assert report.is_sound
    assert report.links > 3000


def test_old_letters_are_delivered_and_the_newest_still_wait():
    assert not count(Letter, sent_at__isnull=True, created_at__lt=NOW - timedelta(days=1))
    assert not [body for body in values(Letter, "body") if "relationship-invitations/" in body]


def test_a_few_notices_are_left_to_read():
    unread = Counter(
        Notice.objects.using("batch").filter(read_at__isnull=True).values_list("person", flat=True)
    )
    assert unread
    assert max(unread.values()) <= 3
    assert not count(Notice, read_at__gt=NOW)


def test_scores_tell_how_it_went():
    by_relationship = {}
    for score in Score.objects.using("batch").select_related("relationship").order_by("as_of"):
        by_relationship.setdefault(score.relationship.name, []).append(score)
    long_ones = [chapter.name for chapter in CHAPTERS if chapter.months > 24]
    for name in long_ones:
        scored = [score.shared_value for score in by_relationship[name] if score.state == "SCORED"]
        assert len(scored) >= 13
    desk, payroll = (by_relationship[name] for name in long_ones[:2])
    assert desk[-1].shared_value > desk[0].shared_value
    assert payroll[-1].shared_value < payroll[0].shared_value


@pytest.mark.parametrize(
    "now", [datetime(2027, 1, 1, 7, 5, tzinfo=UTC), datetime(2026, 3, 2, 23, 50, tzinfo=UTC)]
)
def test_it_can_be_built_on_any_day(monkeypatch, now):
    """On the first morning of a month the newest period has only just ended; on an early Monday too."""
    stage = staging.Stage(now)
    stage.people = {cast.key: Person.objects.get(email=cast.email) for cast in PEOPLE}
    stage.organisations = {
        person.email.split("@")[1].removesuffix(".example"): person.organisation
        for person in stage.people.values()
    }
    scene = staging.play(stage, FACILITIES, lambda _text: None)
    with scope.acting_as(relationship_ids=(scene.pk,)):
        latest = TimelineEntry.objects.filter(relationship=scene.relationship).latest("at").at
        newest = Reading.objects.filter(relationship=scene.relationship).latest("period_start").period_start
    assert latest < now
    assert newest == scene.stage.month(1)


def test_trust_was_asked_for_and_widens_a_band():
    """Both sides answered in time, whole sides only, and what they said earns room."""
    closed = Pulse.objects.using("batch").filter(closed_at__isnull=False)
    assert closed.exists()
    assert all(
        pulse.customer_answers >= 3 and pulse.provider_answers >= 3 and pulse.customer_trust is not None
        for pulse in closed
    )
    assert count(Reading, flexing__pulse__isnull=False) > 3


def test_some_figures_ask_for_a_joint_look():
    """A few reviews are open, none of them by the dozen."""
    assert 1 <= count(Review, closed_at__isnull=True) <= 12
