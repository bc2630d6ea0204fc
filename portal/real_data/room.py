"""A relationship of two real organisations, and the people who act in it for the import.

The organisations and figures are real; the people are placeholders. They cannot sign in, except that on a
developer's machine one executive of each customer organisation has the password of the demonstration.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import Organisation, Person
from kpis import actions as kpi_actions
from kpis.actions.upload_application import apply_upload
from kpis.actions.uploads import name_columns, receive_upload, start_application
from kpis.models import Reading, Upload
from kpis.spreadsheets.mapping import Mapping
from portal.demo.story import PASSWORD
from portal.lib import scope
from relationships.models import Relationship, Role, Seat, Side, Stage

DOMAIN = "real-data.example"


@dataclass(frozen=True)
class Party:
    """An organisation of public record; `key` names it in references and addresses."""

    key: str
    name: str
    time_zone: str = "Europe/London"
    country: str = "GB"
    region: str = "ENG"
    currency: str = "GBP"


@dataclass(frozen=True)
class Plan:
    """What a relationship is called and about, and what its figures' licence asks to be shown."""

    reference: str
    name: str
    service: str
    attribution: str
    customer: Party
    provider: Party


@dataclass
class Room:
    """A founded relationship with a lead on each side and a member who reports for the provider."""

    relationship: Relationship
    customer_lead: Person
    provider_lead: Person
    reporter: Person

    @contextmanager
    def acting(self, person: Person) -> Iterator[None]:
        """Acts with the eyes and keys of one person."""
        with scope.acting_as(
            person_id=person.pk,
            organisation_id=person.organisation_id or 0,
            relationship_ids=(self.relationship.pk,),
        ):
            yield


def organisation_of(party: Party, side: Side, now: datetime) -> Organisation:
    """The organisation of public record, made at its first mention."""
    found, _made = Organisation.objects.get_or_create(
        reference=f"real-data:{party.key}",
        defaults={
            "name": party.name,
            "is_customer": side == Side.CUSTOMER,
            "is_provider": side == Side.PROVIDER,
            "time_zone": party.time_zone,
            "holiday_country": party.country,
            "holiday_subdivision": party.region,
            "currency": party.currency,
            "created_at": now,
        },
    )
    return found


def person_of(organisation: Organisation, key: str, role: str, now: datetime, **more: Any) -> Person:
    """A placeholder for somebody of the organisation; made at the first mention."""
    email = f"{role.lower().replace(' ', '-')}.{key}@{DOMAIN}"
    found = Person.objects.filter(email=email).first()
    if found is not None:
        return found
    name = f"{role}, {organisation.name}"[:150]
    return Person.objects.create_user(
        email, more.pop("password", None), full_name=name, organisation=organisation, joined_at=now, **more
    )


def is_here(plan: Plan) -> bool:
    """Whether the relationship was made before."""
    customer = Organisation.objects.filter(reference=f"real-data:{plan.customer.key}").first()
    if customer is None:
        return False
    # In a transaction: the scope is announced at its start, and a statement by itself has none.
    with scope.acting_as(organisation_id=customer.pk), transaction.atomic():
        return Relationship.objects.filter(reference=plan.reference).exists()


def found(plan: Plan, now: datetime) -> Room:
    """Makes the relationship as both organisations agreed on it, with its placeholders seated."""
    customer = organisation_of(plan.customer, Side.CUSTOMER, now)
    provider = organisation_of(plan.provider, Side.PROVIDER, now)
    ours = person_of(customer, plan.customer.key, "Relationship manager", now)
    theirs = person_of(provider, plan.provider.key, "Provider lead", now)
    reporter = person_of(provider, plan.provider.key, "Performance analyst", now)
    known = PASSWORD if settings.DEVELOPMENT else None  # a password everybody knows opens no real door
    person_of(customer, plan.customer.key, "Executive", now, is_executive=True, password=known)
    with scope.acting_as(person_id=ours.pk, organisation_id=customer.pk):
        relationship = Relationship.objects.create(
            name=plan.name[:200],
            service=plan.service[:300],
            reference=plan.reference,
            attribution=plan.attribution[:500],
            customer=customer,
            provider=provider,
            initiated_by_side=Side.CUSTOMER,
            stage=Stage.WORKING_TOGETHER,
            currency=plan.customer.currency,
            time_zone=plan.customer.time_zone,
            created_by=ours,
            created_at=now,
            accepted_by=theirs,
            accepted_at=now,
            changed_at=now,
        )
    room = Room(relationship, ours, theirs, reporter)
    for person, side, role, title in (
        (ours, Side.CUSTOMER, Role.LEAD, "Relationship manager"),
        (theirs, Side.PROVIDER, Role.LEAD, "Provider lead"),
        (reporter, Side.PROVIDER, Role.MEMBER, "Performance analyst"),
    ):
        with room.acting(person):
            Seat.objects.create(
                relationship=relationship, person=person, side=side, role=role, title=title, started_at=now
            )
    return room


def upload(room: Room, *, name: str, content: bytes, mapping: Mapping | None, now: datetime) -> Upload:
    """Sends a file as the provider's analyst would, names its columns where the guess does not do, takes good rows."""
    with room.acting(room.reporter), transaction.atomic():
        sent = receive_upload(
            relationship=room.relationship,
            name=name,
            content=content,
            actor=room.reporter,
            side=Side.PROVIDER,
            now=now,
        )
        if mapping is not None:
            sent = name_columns(upload=sent, mapping=mapping, actor=room.reporter, now=now)
        start_application(upload=sent, only_good_rows=True, actor=room.reporter, now=now)
        apply_upload(upload_id=sent.pk, now=now)
        return Upload.objects.defer("content").get(pk=sent.pk)


def confirm_everything(room: Room, now: datetime) -> int:
    """The customer confirms what waits; returns how many readings."""
    with room.acting(room.customer_lead), transaction.atomic():
        waiting = Reading.objects.filter(relationship=room.relationship, state=Reading.State.SUBMITTED)
        return kpi_actions.confirm_readings(
            relationship=room.relationship,
            readings=dict(waiting.values_list("pk", "version")),
            actor=room.customer_lead,
            side=Side.CUSTOMER,
            now=now,
        )
