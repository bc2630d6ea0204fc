"""Taking over relationships from public contracting data.

Two doors lead here. Somebody of a party takes over what their own organisation bought or supplied: the
relationship is then founded for their side alone, and the other organisation is invited like any other. The
operator of the portal takes over everything: both organisations are then named as the public register names them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Person
from portal.lib import scope
from relationships.actions.timeline import note_event
from relationships.models import Contract, ContractDocument, Relationship, Role, Seat, Side, Stage
from relationships.ocds.model import Deal, Party, Process, PublicAmendment, PublicContract
from relationships.ocds.references import own_reference, register_reference
from relationships.queries.public_contracts import side_in

UNNAMED_ZONE = "Europe/London"
NO_OCID = gettext_lazy("It has no ocid, so that a second import could not recognise it.")


class NotAParty(Exception):
    """Somebody takes over only what their own organisation bought or supplied."""


class IsHereAlready(Exception):
    """The relationship was taken over before."""


class SameOrganisationTwice(Exception):
    """Buyer and supplier are one organisation, so that there is no relationship between two."""


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
    reference = own_reference(process, deal, own)
    if not reference:
        raise NotAParty(NO_OCID)
    if Relationship.objects.filter(reference__in=[reference, register_reference(process, deal)]).exists():
        raise IsHereAlready(_("It is here already."))
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
        customer = _organisation(process.buyer, Side.CUSTOMER, given, now)
        provider = _organisation(deal.supplier, Side.PROVIDER, given, now)
        if customer == provider:
            raise SameOrganisationTwice(_("Buyer and supplier are one organisation."))
        with scope.acting_as(organisation_id=customer.pk):
            reference = register_reference(process, deal)
            if Relationship.objects.filter(reference=reference).exists():
                raise IsHereAlready(_("It is here already."))
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


def _organisation(party: Party, side: Side, provenance: Provenance, now: datetime) -> Organisation:
    found = Organisation.objects.filter(reference=party.identifier).first() if party.identifier else None
    found = found or (
        Organisation.objects.filter(name__iexact=party.name).exclude(reference="").order_by("pk").first()
    )
    takes_part = "is_customer" if side == Side.CUSTOMER else "is_provider"
    if found is None:
        return Organisation.objects.create(
            name=party.name,
            reference=party.identifier or _self_made_reference(party),
            is_customer=side == Side.CUSTOMER,
            is_provider=side == Side.PROVIDER,
            time_zone=UNNAMED_ZONE,
            is_invented=provenance.is_invented,
            created_at=now,
        )
    if not getattr(found, takes_part):
        setattr(found, takes_part, True)
        found.save(update_fields=[takes_part])
    return found


def _self_made_reference(party: Party) -> str:
    """Marks an organisation without an identifier as one that came from a register, so that it is found again."""
    return f"name:{party.name.casefold()}"[:200]


def _write_contracts(
    relationship: Relationship, deal: Deal, *, side: Side | str, actor: Person | None, now: datetime
) -> None:
    for contract in deal.contracts:
        _write_contract(relationship, contract, Contract.Kind.MASTER, None, actor, now)
    count = Contract.objects.filter(relationship=relationship).count()
    note_event(
        relationship_id=relationship.pk,
        side=side,
        actor=actor,
        now=now,
        text=_("Taken over from public contracting data; contracts: %(count)d") % {"count": count},
        url=f"/relationships/{relationship.pk}/contracts/",
    )


def _write_contract(
    relationship: Relationship,
    given: PublicContract,
    kind: str,
    parent: Contract | None,
    actor: Person | None,
    now: datetime,
) -> None:
    contract = Contract.objects.create(
        kind=kind,
        parent=parent,
        title=given.title,
        reference=given.reference,
        value=given.value,
        currency=given.currency,
        signed_on=given.signed_on,
        starts_on=given.starts_on,
        ends_on=given.ends_on,
        notes=given.notes,
        relationship=relationship,
        created_at=now,
        created_by=actor,
    )
    _write_parts(contract, given, actor, now)
    for order in given.work_orders:
        _write_contract(relationship, order, Contract.Kind.WORK_ORDER, contract, actor, now)


def _write_parts(contract: Contract, given: PublicContract, actor: Person | None, now: datetime) -> None:
    """The documents of a contract, by address, and its amendments."""
    ContractDocument.objects.bulk_create(
        ContractDocument(
            relationship_id=contract.relationship_id,
            contract=contract,
            name=document.name,
            url=document.url,
            added_at=now,
            added_by=actor,
        )
        for document in given.documents
    )
    Contract.objects.bulk_create(
        _amendment(contract, amendment, actor, now) for amendment in given.amendments
    )


def _amendment(contract: Contract, given: PublicAmendment, actor: Person | None, now: datetime) -> Contract:
    return Contract(
        relationship_id=contract.relationship_id,
        parent=contract,
        kind=Contract.Kind.AMENDMENT,
        title=given.title,
        reference=given.reference,
        currency=contract.currency,
        signed_on=given.signed_on,
        notes=given.notes,
        created_at=now,
        created_by=actor,
    )
