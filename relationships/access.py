"""The only door from a request to a relationship: 404 to outsiders, 403 to insiders without the right."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import CharField, Value
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from accounts.models import Organisation, Person
from portal.lib import scope
from relationships.models import (
    Agreement,
    Contract,
    ContractDocument,
    Pulse,
    Relationship,
    Role,
    Seat,
    Side,
)
from relationships.policy import Right, rights_of

WITH_PARTIES: Final = ("relationship__customer", "relationship__provider")


@dataclass(frozen=True)
class Viewer:
    """A signed-in person with the roles they hold now; read afresh for each request."""

    person: Person
    roles: dict[int, frozenset[str]] = field(default_factory=dict)

    @property
    def relationship_ids(self) -> tuple[int, ...]:
        return tuple(self.roles)


@dataclass(frozen=True)
class Standpoint:
    """A viewer inside one relationship: on which side they stand and what they may do there."""

    viewer: Viewer
    relationship: Relationship
    side: Side
    rights: frozenset[Right]

    @property
    def person(self) -> Person:
        return self.viewer.person

    @property
    def organisation(self) -> Organisation:
        organisation = self.relationship.organisation_of(self.side)
        if organisation is None:  # a standpoint exists only on a side that is filled
            raise Http404
        return organisation

    @property
    def other_side(self) -> Side:
        return self.side.other

    def can(self, right: Right) -> bool:
        return right in self.rights

    def demand(self, right: Right) -> None:
        """Raises PermissionDenied (403) unless the right is held."""
        if right not in self.rights:
            raise PermissionDenied(_("Your role in this relationship does not include this."))

    # One property per right, so that templates can ask without arguments.
    @property
    def can_report(self) -> bool:
        return self.can(Right.REPORT)

    @property
    def can_settle(self) -> bool:
        return self.can(Right.SETTLE)

    @property
    def can_contribute(self) -> bool:
        return self.can(Right.CONTRIBUTE)

    @property
    def can_propose(self) -> bool:
        return self.can(Right.PROPOSE)

    @property
    def can_sign(self) -> bool:
        return self.can(Right.SIGN)

    @property
    def can_seat(self) -> bool:
        return self.can(Right.SEAT)

    @property
    def can_comment(self) -> bool:
        return self.can(Right.COMMENT)


def look_up_viewer(person: Person) -> Viewer:
    """The roles `person` holds at this moment, in one query."""
    with (
        scope.acting_as(person_id=person.pk, organisation_id=person.organisation_id or 0),
        transaction.atomic(savepoint=False),
    ):
        seats = Seat.objects.filter(person=person, ended_at__isnull=True).order_by()
        held = seats.values_list("relationship_id", "role")
        if person.is_executive and person.organisation_id:
            rank = Value(Role.EXECUTIVE.value, output_field=CharField())
            parties = Relationship.objects.order_by().values_list("pk", rank)
            own = person.organisation_id
            held = held.union(parties.filter(customer=own), parties.filter(provider=own), all=True)
        return Viewer(person, _gathered(held))


def _gathered(held: Iterable[tuple[int, str]]) -> dict[int, frozenset[str]]:
    """Roles by relationship. Equal sets are one object: an executive's ten thousand would keep the garbage collector
    busy for longer than everything else on the page."""
    roles: dict[int, frozenset[str]] = {}
    known: dict[tuple[frozenset[str], str], frozenset[str]] = {}
    nothing: frozenset[str] = frozenset()
    for relationship_id, role in held:
        so_far = (roles.get(relationship_id, nothing), role)
        if so_far not in known:
            known[so_far] = so_far[0] | {role}
        roles[relationship_id] = known[so_far]
    return roles


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer that the middleware attached to a signed-in request."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def load_relationship(
    viewer: Viewer, relationship_id: int, *, needs: Right = Right.READ, known: Relationship | None = None
) -> Standpoint:
    """The viewer's standpoint in a relationship; `known` is the same one with its parties, where it is read already.

    Raises Http404 to outsiders, PermissionDenied to insiders without the right.
    """
    if relationship_id not in viewer.roles:
        raise Http404
    parties = Relationship.objects.select_related("customer", "provider")
    relationship = known or parties.filter(pk=relationship_id).first()
    if relationship is None:
        raise Http404
    side = relationship.side_of(viewer.person.organisation_id)
    if side is None:
        raise Http404
    standpoint = Standpoint(viewer, relationship, side, rights_of(viewer.roles[relationship_id]))
    standpoint.demand(needs)
    return standpoint


def load_agreement(
    viewer: Viewer, agreement_id: int, *, needs: Right = Right.READ
) -> tuple[Agreement, Standpoint]:
    """An agreement and the standpoint from which it is seen; errors as in load_relationship."""
    agreement = (
        Agreement.objects.select_related(
            *WITH_PARTIES, "proposed_by", "customer_signed_by", "provider_signed_by", "settled_by"
        )
        .filter(pk=agreement_id)
        .first()
    )
    if agreement is None or agreement.relationship_id not in viewer.roles:
        raise Http404
    return agreement, load_relationship(
        viewer, agreement.relationship_id, needs=needs, known=agreement.relationship
    )


def load_contract(
    viewer: Viewer, contract_id: int, *, needs: Right = Right.READ
) -> tuple[Contract, Standpoint]:
    """A contract and the standpoint from which it is seen; errors as in load_relationship."""
    contract = (
        Contract.objects.select_related(*WITH_PARTIES, "accountable", "parent").filter(pk=contract_id).first()
    )
    if contract is None or contract.relationship_id not in viewer.roles:
        raise Http404
    return contract, load_relationship(
        viewer, contract.relationship_id, needs=needs, known=contract.relationship
    )


def load_seat(viewer: Viewer, seat_id: int, *, needs: Right = Right.READ) -> tuple[Seat, Standpoint]:
    """A seat and the standpoint from which it is seen; errors as in load_relationship."""
    seat = (
        Seat.objects.select_related(*WITH_PARTIES, "person", "counterpart__person").filter(pk=seat_id).first()
    )
    if seat is None or seat.relationship_id not in viewer.roles:
        raise Http404
    return seat, load_relationship(viewer, seat.relationship_id, needs=needs, known=seat.relationship)


def load_document(
    viewer: Viewer, document_id: int, *, needs: Right = Right.READ
) -> tuple[ContractDocument, Standpoint]:
    """A contract's document and the standpoint from which it is seen; errors as in load_relationship."""
    document = ContractDocument.objects.select_related(*WITH_PARTIES).filter(pk=document_id).first()
    if document is None or document.relationship_id not in viewer.roles:
        raise Http404
    return document, load_relationship(
        viewer, document.relationship_id, needs=needs, known=document.relationship
    )


def load_pulse(viewer: Viewer, pulse_id: int, *, needs: Right = Right.READ) -> tuple[Pulse, Standpoint]:
    """A pulse and the standpoint from which it is seen; errors as in load_relationship."""
    pulse = Pulse.objects.select_related(*WITH_PARTIES).filter(pk=pulse_id).first()
    if pulse is None or pulse.relationship_id not in viewer.roles:
        raise Http404
    return pulse, load_relationship(viewer, pulse.relationship_id, needs=needs, known=pulse.relationship)
