"""Contracts of a package, written down as they stand there."""

from datetime import datetime

from accounts.models import Person
from relationships.models import Contract, ContractDocument, Relationship
from relationships.ocds.model import PublicAmendment, PublicContract


def write_contract(
    relationship: Relationship,
    given: PublicContract,
    kind: str,
    parent: Contract | None,
    actor: Person | None,
    now: datetime,
) -> Contract:
    """Writes a contract with its documents, amendments and work orders; says nothing on the timeline."""
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
        write_contract(relationship, order, Contract.Kind.WORK_ORDER, contract, actor, now)
    return contract


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
