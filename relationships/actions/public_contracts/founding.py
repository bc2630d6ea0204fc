"""Relationships that begin with public contracting data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from portal.lib import scope
from relationships.actions.public_contracts.organisations import organisation_named
from relationships.actions.public_contracts.refusals import IsHereAlready, NotAParty, SameOrganisationTwice
from relationships.actions.public_contracts.writing import write_contract
from relationships.actions.timeline import note_event
from relationships.models import Contract, Relationship, Role, Seat, Side, Stage
from relationships.ocds.model import Deal, Party, Process
from relationships.queries.public_contracts import side_in
from relationships.queries.register.placing import place

NO_OCID = gettext_lazy("It has no ocid, so that a second import could not recognise it.")


@dataclass(frozen=True)
class Provenance:
    """Where public data come from: the licence's attribution, and whether the publisher invented them."""

    attribution: str = ""
    is_invented: bool = False


@transaction.atomic
def import_own_deal(
    *, process: Process, deal: Deal, actor: Person, now: datetime, provenance: Provenance | None = None
) -> Relationship:
    """Founds a relationship for the actor's organisation with the contracts of a deal it is a party to.

    The actor becomes its first lead; the other side stays open until that organisation accepts an invitation.
    Raises NotAParty or IsHereAlready.
    """
    own = actor.organisation
    side = None if own is None else side_in(process, deal, own)
    if own is None or side is None:
        raise NotAParty(_("Your organisation is neither the buyer nor the supplier."))
    if not process.ocid:
        raise NotAParty(NO_OCID)
    reference, known = place(process, deal, own)
    if known is not None:
        raise IsHereAlready(_("It is here already."), known)
    other = deal.supplier if side == Side.CUSTOMER else process.buyer
    relationship = _found(
        process, deal, now, provenance or Provenance(),
        name=_named_with(process.title, other),
        reference=reference,
        initiated_by_side=side,
        customer=own if side == Side.CUSTOMER else None,
        provider=own if side == Side.PROVIDER else None,
        created_by=actor,
        time_zone=own.time_zone,
    )  # fmt: skip
    Seat.objects.create(relationship=relationship, side=side, person=actor, role=Role.LEAD, started_at=now)
    _write_contracts(relationship, deal, side=side, actor=actor, now=now)
    return relationship


def import_public_deal(
    *, process: Process, deal: Deal, operator: Person, now: datetime, provenance: Provenance | None = None
) -> Relationship:
    """Takes a deal over with both organisations, as the public register names them, on behalf of the operator.

    Organisations are found by their identifier, else by name among those that came from a register, else made.
    Raises IsHereAlready, SameOrganisationTwice, or NotAParty when the process names no buyer.
    """
    if process.buyer is None:
        raise NotAParty(_("It names no buyer."))
    if not process.ocid:
        raise NotAParty(NO_OCID)
    given = provenance or Provenance()
    with transaction.atomic():
        invented = given.is_invented
        customer = organisation_named(process.buyer, Side.CUSTOMER, is_invented=invented, now=now)
        provider = organisation_named(deal.supplier, Side.PROVIDER, is_invented=invented, now=now)
        if customer == provider:
            raise SameOrganisationTwice(_("Buyer and supplier are one organisation."))
        with scope.acting_as(organisation_id=customer.pk):
            reference, known = place(process, deal, None)
            if known is not None:
                raise IsHereAlready(_("It is here already."), known)
            relationship = _found(
                process, deal, now, given,
                name=process.title[:200],
                reference=reference,
                initiated_by_side=Side.CUSTOMER,
                customer=customer,
                provider=provider,
                stage=Stage.WORKING_TOGETHER,
                created_by=operator,
                accepted_by=operator,
                accepted_at=now,
                time_zone=customer.time_zone,
            )  # fmt: skip
            _write_contracts(relationship, deal, side="", actor=None, now=now)
    return relationship


def _found(
    process: Process, deal: Deal, now: datetime, provenance: Provenance, **fields: Any
) -> Relationship:
    first = deal.contracts[0] if deal.contracts else None
    try:
        with transaction.atomic():
            return Relationship.objects.create(
                service=process.description[:300],
                currency=first.currency if first else "GBP",
                is_invented=provenance.is_invented,
                attribution=provenance.attribution[:500],
                created_at=now,
                changed_at=now,
                **fields,
            )
    except IntegrityError as error:  # somebody took it over at the same moment
        raise IsHereAlready(_("It is here already.")) from error


def _named_with(title: str, other: Party | None) -> str:
    """The title with the other party, who is not in yet."""
    name = other.name[:80] if other else ""
    return f"{title[:110]} ({name})" if name else title[:200]


def _write_contracts(
    relationship: Relationship, deal: Deal, *, side: Side | str, actor: Person | None, now: datetime
) -> None:
    for contract in deal.contracts:
        write_contract(relationship, contract, Contract.Kind.MASTER, None, actor, now)
    count = Contract.objects.filter(relationship=relationship).count()
    note_event(
        relationship_id=relationship.pk,
        side=side,
        actor=actor,
        now=now,
        text=_("Taken over from public contracting data; contracts: %(count)d") % {"count": count},
        url=f"/relationships/{relationship.pk}/contracts/",
    )
