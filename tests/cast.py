"""The named cast of the tests: two organisations that work together, two rivals that must never be seen.

Everybody appears in every test under the same name, so that a failing test reads like a story. The rows are
written as the application's own role and under the scope a person of the story would have.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client

from accounts.models import Notice, Organisation, Person
from portal.lib import scope
from relationships.access import Viewer, look_up_viewer
from relationships.models import Relationship, Role, Seat, Side, Stage

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
BEGAN = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"

# key: (full name, organisation key, flags)
PEOPLE: dict[str, tuple[str, str, dict[str, bool]]] = {
    "amara": ("Amara Okafor", "northwind", {}),
    "ruth": ("Ruth Levine", "northwind", {}),
    "priya": ("Priya Nair", "northwind", {}),
    "helen": ("Helen Marsh", "northwind", {"is_executive": True}),
    "owen": ("Owen Pryce", "northwind", {"is_organisation_admin": True}),
    "customer_go_to": ("Grace Lindqvist", "northwind", {}),
    "recipient": ("Rosa Duarte", "northwind", {}),
    "jonas": ("Jonas Weber", "brightwater", {}),
    "lena": ("Lena Fischer", "brightwater", {}),
    "ingrid": ("Ingrid Solberg", "brightwater", {"is_executive": True}),
    "provider_admin": ("Pavel Novak", "brightwater", {"is_organisation_admin": True}),
    "provider_go_to": ("Gustav Holm", "brightwater", {}),
    "outsider": ("Otto Rival", "harbour", {"is_organisation_admin": True}),
    "rival_provider": ("Rhea Rival", "meridian", {}),
    "nobody": ("Nina Newcomer", "", {}),
}

# relationship key: (person key, side, role, title); neighbours in the list are counterparts where roles match
SEATS: dict[str, list[tuple[str, Side, Role, str]]] = {
    "own": [
        ("amara", Side.CUSTOMER, Role.LEAD, "Relationship manager"),
        ("jonas", Side.PROVIDER, Role.LEAD, "Provider lead"),
        ("ruth", Side.CUSTOMER, Role.LEAD, "Deputy relationship manager"),
        ("priya", Side.CUSTOMER, Role.MEMBER, "Service owner"),
        ("lena", Side.PROVIDER, Role.MEMBER, "Service delivery manager"),
        ("customer_go_to", Side.CUSTOMER, Role.GO_TO, "Go-to person"),
        ("provider_go_to", Side.PROVIDER, Role.GO_TO, "Go-to person"),
        ("recipient", Side.CUSTOMER, Role.RECIPIENT, "Branch employee"),
    ],
    "foreign": [
        ("outsider", Side.CUSTOMER, Role.LEAD, "Relationship manager"),
        ("rival_provider", Side.PROVIDER, Role.LEAD, "Provider lead"),
    ],
}


@dataclass
class Cast:
    """Everybody and everything of the story, by name."""

    northwind: Organisation
    brightwater: Organisation
    harbour: Organisation
    meridian: Organisation
    amara: Person
    ruth: Person
    priya: Person
    helen: Person
    owen: Person
    customer_go_to: Person
    recipient: Person
    jonas: Person
    lena: Person
    ingrid: Person
    provider_admin: Person
    provider_go_to: Person
    outsider: Person
    rival_provider: Person
    nobody: Person
    own: Relationship
    foreign: Relationship
    seats: dict[str, Seat]

    def person(self, key: str) -> Person:
        """Somebody by the name of their part, for parametrised tests."""
        found: Person = getattr(self, key)
        return found


@cache
def _hashed() -> str:
    """One Argon2 hash for the whole run; hashing per person would take most of the time of a test."""
    return make_password(PASSWORD)


@contextmanager
def acting(person: Person, *relationships: Relationship) -> Iterator[Viewer]:
    """Looks through the eyes of `person` in one transaction: at the relationships named, else at all their own."""
    viewer = look_up_viewer(person)
    ids = tuple(r.pk for r in relationships) or viewer.relationship_ids
    organisation_id = person.organisation_id or 0
    with (
        scope.acting_as(person_id=person.pk, organisation_id=organisation_id, relationship_ids=ids),
        transaction.atomic(),
    ):
        yield viewer


def notices_of(person: Person) -> list[Notice]:
    """What was left for this person, oldest first; read with their own eyes, as nobody else may."""
    with scope.acting_as(person_id=person.pk), transaction.atomic():
        return list(Notice.objects.filter(person=person).order_by("pk"))


def client_for(person: Person | None = None) -> Client:
    """A browser in which `person` is signed in; nobody when None."""
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def cast_people(organisations: dict[str, Organisation]) -> dict[str, Person]:
    """Writes everybody of PEOPLE."""
    people = Person.objects.bulk_create(
        Person(
            email=f"{key.replace('_', '.')}@{home or 'nowhere'}.example",
            password=_hashed(),
            full_name=name,
            organisation=organisations.get(home),
            joined_at=BEGAN,
            **flags,
        )
        for key, (name, home, flags) in PEOPLE.items()
    )
    return dict(zip(PEOPLE, people, strict=True))


def cast_organisations() -> dict[str, Organisation]:
    """Northwind buys, Brightwater provides; Harbour and Meridian are their rivals."""
    kinds = {
        "northwind": (True, False),
        "brightwater": (False, True),
        "harbour": (True, False),
        "meridian": (False, True),
    }
    made = Organisation.objects.bulk_create(
        Organisation(
            name=key.capitalize(), is_customer=buys, is_provider=provides, is_invented=True, created_at=BEGAN
        )
        for key, (buys, provides) in kinds.items()
    )
    return dict(zip(kinds, made, strict=True))


def found_relationship(
    name: str, *, customer: Person, provider: Person, reference: str = "", stage: str = Stage.WORKING_TOGETHER
) -> Relationship:
    """A relationship that both organisations have accepted, founded by the customer's person; without seats."""
    with acting(customer):
        return Relationship.objects.create(
            name=name,
            customer=customer.organisation,
            provider=provider.organisation,
            initiated_by_side=Side.CUSTOMER,
            service="IT service desk",
            stage=stage,
            reference=reference,
            is_invented=True,
            created_by=customer,
            created_at=BEGAN,
            accepted_by=provider,
            accepted_at=BEGAN,
            changed_at=BEGAN,
        )


def seat_people(
    relationship: Relationship,
    founder: Person,
    people: dict[str, Person],
    plan: list[tuple[str, Side, Role, str]],
) -> dict[str, Seat]:
    """Seats everybody of the plan; neighbours of the same role on two sides become counterparts."""
    with acting(founder, relationship):
        seats = Seat.objects.bulk_create(
            Seat(
                relationship=relationship,
                person=people[key],
                side=side,
                role=role,
                title=title,
                started_at=BEGAN,
            )
            for key, side, role, title in plan
        )
        for one, other in pairwise(seats):
            if one.role == other.role and one.side != other.side and one.side == Side.CUSTOMER:
                one.counterpart, other.counterpart = other, one
        Seat.objects.bulk_update(seats, ["counterpart"])
    return {key: seat for (key, *_), seat in zip(plan, seats, strict=True)}


def assemble() -> Cast:
    """Writes the whole cast; a few dozen rows in about a dozen statements."""
    organisations = cast_organisations()
    people = cast_people(organisations)
    own = found_relationship("Northwind service desk", customer=people["amara"], provider=people["jonas"])
    foreign = found_relationship(
        "Harbour payroll", customer=people["outsider"], provider=people["rival_provider"]
    )
    seats = seat_people(own, people["amara"], people, SEATS["own"])
    seats |= seat_people(foreign, people["outsider"], people, SEATS["foreign"])
    return Cast(**organisations, **people, own=own, foreign=foreign, seats=seats)
