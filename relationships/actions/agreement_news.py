"""Who learns of what happens to an agreement: a notice in the portal at once, a letter while a proposal waits."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from accounts.actions import notify, write_letter
from accounts.domain.words import one_line
from accounts.links import absolute
from accounts.models import Person
from relationships.models import Agreement, Relationship, Role, Seat, Side

# A letter goes out for what was proposed or revised lately; what waits longer is on the home page every day.
LETTERS_FOR = timedelta(days=2)


def leads_of(agreement: Agreement, side: str) -> list[Person]:
    """Who can turn the key of a side; nobody whose sign-in has ended."""
    seats = Seat.objects.filter(
        relationship_id=agreement.relationship_id,
        side=side,
        role=Role.LEAD,
        ended_at__isnull=True,
        person__is_active=True,
    )
    return [seat.person for seat in seats.select_related("person").order_by("pk")]


def tell_other_side(agreement: Agreement, what: str, text: str, now: datetime) -> None:
    """A notice for the leads of the side that did not propose; one for each version."""
    people = leads_of(agreement, Side(agreement.proposed_by_side).other)
    _notify(agreement, f"{what}:{agreement.version}", text, [person.pk for person in people], now)


def tell_proposer(agreement: Agreement, what: str, text: str, now: datetime) -> None:
    """A notice for the person who proposed."""
    _notify(agreement, what, text, [agreement.proposed_by_id], now)


def tell_everybody(agreement: Agreement, text: str, *, actor: Person, now: datetime) -> None:
    """A notice for the leads and members of both sides, and for who proposed; not for the one who acted."""
    seated = Seat.objects.filter(
        relationship_id=agreement.relationship_id,
        role__in=(Role.LEAD, Role.MEMBER),
        ended_at__isnull=True,
        person__is_active=True,
    )
    people = {agreement.proposed_by_id, *seated.values_list("person_id", flat=True)} - {actor.pk}
    _notify(agreement, "agreed", text, sorted(people), now)


def _notify(agreement: Agreement, what: str, text: str, people: Iterable[int], now: datetime) -> None:
    for person_id in people:
        notify(
            person_id=person_id,
            key=f"agreement:{agreement.pk}:{what}",
            text=text[:300],
            url=_page(agreement),
            now=now,
        )


def _page(agreement: Agreement) -> str:
    return f"/agreements/{agreement.pk}/"


def fresh_proposals(agreements: QuerySet[Agreement], now: datetime) -> QuerySet[Agreement]:
    """Those still open that were proposed or revised lately."""
    touched_at = Greatest("proposed_at", "customer_signed_at", "provider_signed_at")
    return (
        agreements.filter(outcome=Agreement.Outcome.OPEN)
        .alias(touched_at=touched_at)
        .filter(touched_at__gt=now - LETTERS_FOR)
    )


def write_letters_of_waiting(*, now: datetime) -> int:
    """Writes to the leads whose key is missing on what was proposed or revised lately; returns how many letters.

    Once for each person and version, however often it runs: the outbox drops a second letter of the same key.
    What was settled meanwhile needs no letter any more. Needs a scope that sees the agreements.
    """
    lately = fresh_proposals(Agreement.objects.all(), now).select_related("relationship", "proposed_by")
    written = 0
    for agreement in lately:
        for side in agreement.waits_for:
            for person in leads_of(agreement, side):
                _write(agreement, agreement.relationship, person, now)
                written += 1
    return written


def _write(agreement: Agreement, relationship: Relationship, person: Person, now: datetime) -> None:
    names = {
        "who": one_line(agreement.proposed_by.full_name),
        "title": one_line(agreement.title),
        "relationship": one_line(relationship.name),
        "url": absolute(_page(agreement)),
    }
    body = _(
        "%(who)s proposes “%(title)s” in “%(relationship)s”.\n\n"
        "It takes effect when both sides have signed, and waits for your side. Sign in and open it: you can sign, decline"
        " with a reason, or propose something else.\n\n%(url)s"
    )
    write_letter(
        key=f"agreement:{agreement.pk}:waiting:{agreement.version}:{person.pk}",
        to=person.email,
        subject=_("Waiting for your signature: %(title)s") % names,
        body=body % names,
        now=now,
    )
