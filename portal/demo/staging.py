"""Plays the story through the product's own verbs, so that the demonstration is as real as real use.

Every submission, signature and dispute goes through the same verb a person would use, under the same database
scope; only the clock is turned back. What has no verb is written plainly: that everything is invented, and that
old letters and notices have been read.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Least

from accounts.actions import create_person
from accounts.models import Letter, Notice, Organisation, Person
from portal.demo.contracts import write_contracts
from portal.demo.founding import meet, seat_everybody, sign_intent
from portal.demo.measures import agree_first_terms, write_goals_and_kpis
from portal.demo.months import hand_in_the_newest, live_through
from portal.demo.open_ends import invite_somebody_new, leave_things_open
from portal.demo.stage import Scene, Stage
from portal.demo.story import CHAPTERS, ORGANISATIONS, PASSWORD, PEOPLE, Chapter
from portal.demo.surroundings import look_at_the_figures, plan_the_next_winter
from portal.lib import scope
from value.actions import score_relationships

Say = Callable[[str], None]
MONTHS_SCORED = 13
LEFT_UNREAD = 3


def is_staged() -> bool:
    """Whether the demonstration is already there, whole."""
    return Person.objects.filter(email=PEOPLE[-1].email).exists()


def stage_demo(*, now: datetime, say: Say) -> None:
    """Builds the whole demonstration, or (killed half-way) nothing of it; then scores the last thirteen months."""
    with transaction.atomic():
        stage = Stage(now)
        _introduce_people(stage)
        scenes = [play(stage, chapter, say) for chapter in CHAPTERS]
        invite_somebody_new(stage)
        _let_time_pass(now)
    say("shared value, month by month")
    _score_the_past(scenes, now)


def _introduce_people(stage: Stage) -> None:
    joined = stage.now - relativedelta(months=42)
    for home in ORGANISATIONS:
        stage.organisations[home.key] = Organisation.objects.create(
            name=home.name,
            is_customer=home.buys,
            is_provider=home.provides,
            time_zone=home.time_zone,
            holiday_country=home.country,
            holiday_subdivision=home.region,
            currency=home.currency,
            is_invented=True,
            created_at=joined,
        )
    for cast in PEOPLE:
        stage.people[cast.key] = create_person(
            email=cast.email,
            password=PASSWORD,
            full_name=cast.name,
            organisation=stage.organisations[cast.organisation],
            is_organisation_admin=cast.is_admin,
            is_executive=cast.is_executive,
            now=joined,
        )


def play(stage: Stage, chapter: Chapter, say: Say) -> Scene:
    """One relationship from its founding to what is open in it today."""
    say(chapter.name)
    scene = meet(stage, chapter)
    seat_everybody(scene)
    sign_intent(scene)
    write_contracts(scene)
    write_goals_and_kpis(scene)
    agree_first_terms(scene)
    live_through(scene)
    hand_in_the_newest(scene)
    leave_things_open(scene)
    plan_the_next_winter(scene)
    look_at_the_figures(scene)
    return scene


def _let_time_pass(now: datetime) -> None:
    """Old letters were delivered, old notices read, and everybody was here a few days ago."""
    yesterday = now - timedelta(days=1)
    old = Letter.objects.filter(created_at__lt=yesterday, sent_at__isnull=True)
    old.update(sent_at=F("created_at") + timedelta(seconds=20), attempts=1, body="")
    people = Person.objects.filter(email__in={cast.email for cast in PEOPLE})
    for person in people:
        _read_old_notices(person, now)
    people.update(last_visit_at=now - timedelta(days=3), previous_visit_at=now - timedelta(days=6))


def _read_old_notices(person: Person, now: datetime) -> None:
    """Leaves the newest few of the last days unread: a first look should be calm."""
    with scope.acting_as(person_id=person.pk):
        own = Notice.objects.filter(person=person)
        young = own.filter(created_at__gte=now - timedelta(days=9))
        newest = list(young.order_by("-created_at", "-pk").values_list("pk", flat=True)[:LEFT_UNREAD])
        own.exclude(pk__in=newest).update(read_at=Least(F("created_at") + timedelta(hours=20), Value(now)))


def _score_the_past(scenes: Sequence[Scene], now: datetime) -> None:
    """Scores at the end of each of the last months and of yesterday, so that there is something to compare."""
    first = now.date().replace(day=1)
    nights = [first - relativedelta(months=ago, days=1) for ago in reversed(range(MONTHS_SCORED))]
    for night in sorted({*nights, now.date() - timedelta(days=1)}):
        living = [scene.pk for scene in scenes if scene.first_of(1) <= night]
        score_relationships(living, as_of=night, now=now)
