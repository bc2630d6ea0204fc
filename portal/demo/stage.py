"""The stage: who is on it, through whose eyes something happens, and when."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.db import transaction

from accounts.models import Organisation, Person
from kpis.models import Kpi
from portal.demo.story import Chapter, Measure
from portal.lib import scope
from relationships.models import Relationship, Side

SATURDAY = 5


def dice_for(*about: object) -> random.Random:
    """Dice that fall the same way every time for the same thing, so that the story is always the same."""
    return random.Random("/".join(map(str, about)))  # noqa: S311  a story, not a secret


@dataclass
class Stage:
    """The people and organisations of the story, and the present moment."""

    now: datetime
    people: dict[str, Person] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)

    @contextmanager
    def as_person(self, key: str, *relationship_ids: int) -> Iterator[Person]:
        """Acts with the eyes and keys of one person, in one transaction."""
        person = self.people[key]
        with (
            scope.acting_as(
                person_id=person.pk,
                organisation_id=person.organisation_id or 0,
                relationship_ids=relationship_ids,
            ),
            transaction.atomic(),
        ):
            yield person

    def moment(self, day: date, *about: object, hours_ago: int = 2) -> datetime:
        """A moment in office hours on that day or the next working one; at the latest so many hours ago.

        `about` keeps two things that happen on one day apart.
        """
        dice = dice_for(day, *about)
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
        moment = datetime(
            day.year,
            day.month,
            day.day,
            dice.randint(8, 15),
            dice.randint(0, 59),
            dice.randint(0, 59),
            tzinfo=UTC,
        )
        return min(moment, self.now - timedelta(hours=hours_ago, minutes=dice.randint(0, 50)))

    def month(self, months_ago: int) -> date:
        """The first day of the month so many months before this one."""
        return self.now.date().replace(day=1) - relativedelta(months=months_ago)


@dataclass
class Scene:
    """One relationship being played: its chapter, and what has come into being so far."""

    stage: Stage
    chapter: Chapter
    relationship: Relationship
    kpis: dict[str, tuple[Kpi, Measure]] = field(default_factory=dict)

    @property
    def pk(self) -> int:
        return self.relationship.pk

    def moment(self, day: date, *about: object, hours_ago: int = 2) -> datetime:
        """A moment in office hours of that day; another one in every relationship. See Stage.moment."""
        return self.stage.moment(day, self.chapter.name, *about, hours_ago=hours_ago)

    def first_of(self, month: int) -> date:
        """The first day of the story's month (from 0)."""
        return self.stage.month(self.chapter.months - month)

    def lead_of(self, side: Side) -> str:
        return self.chapter.customer_lead if side == Side.CUSTOMER else self.chapter.provider_lead

    def reporter_of(self, side: Side) -> str:
        return self.chapter.customer_staff if side == Side.CUSTOMER else self.chapter.provider_staff

    def side_of(self, key: str) -> Side:
        """The side on which somebody of the story stands."""
        side = self.relationship.side_of(self.stage.people[key].organisation_id)
        if side is None:
            raise LookupError(f"{key} is no party of {self.chapter.name}")
        return side
