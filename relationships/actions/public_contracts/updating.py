"""Newer public data about contracts that are here: what is new is taken over, what was agreed stays."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from relationships.actions.contracts import ContractTerms, add_contract, change_contract, link_document
from relationships.actions.public_contracts.writing import write_contract
from relationships.actions.timeline import note_event
from relationships.models import Contract, Relationship, Side
from relationships.ocds.model import Deal, PublicAmendment, PublicContract
from relationships.queries.register import Comparison, Revision, compare, recorded_contracts


@transaction.atomic
def update_from_register(
    *, relationship: Relationship, deal: Deal, actor: Person | None, side: Side | str, now: datetime
) -> Comparison:
    """Brings contracts up to what a newer release says; returns what was changed and what was left as it is.

    Without an actor (the operator's command, where nobody looks first) what a person wrote by hand stays too. The
    same data twice change nothing and say nothing.
    """
    Relationship.objects.select_for_update(no_key=True, of=("self",)).get(pk=relationship.pk)
    recorded = recorded_contracts([relationship.pk], lock=True)[relationship.pk]
    found = compare(recorded, deal.contracts, by_hand_stays=actor is None)
    if found.is_nothing:
        return found
    acting: dict[str, Any] = {"actor": actor, "side": side, "now": now}
    for revision in found.revisions:
        _revise(relationship, revision, acting)
    for contract in found.new:
        _add(relationship, contract, Contract.Kind.MASTER, None, acting)
    note_event(
        relationship_id=relationship.pk,
        text=_summary(found),
        url=f"/relationships/{relationship.pk}/contracts/",
        **acting,
    )
    return found


def _revise(relationship: Relationship, revision: Revision, acting: dict[str, Any]) -> None:
    contract = revision.contract
    if revision.changes:
        change_contract(contract=contract, version=contract.version, terms=_terms(revision), **acting)
    for document in revision.documents:
        link_document(contract=contract, name=document.name, url=document.url, **acting)
    for amendment in revision.amendments:
        add_contract(
            relationship=relationship,
            kind=Contract.Kind.AMENDMENT,
            parent=contract,
            terms=_amended(contract, amendment),
            **acting,
        )
    for order in revision.work_orders:
        _add(relationship, order, Contract.Kind.WORK_ORDER, contract, acting)


def _terms(revision: Revision) -> ContractTerms:
    """What is written down, with what the register says instead."""
    terms = {name: getattr(revision.contract, name) for name in ContractTerms.__dataclass_fields__}
    for change in revision.changes:
        terms[change.name] = change.after
        if change.is_money:
            terms["currency"] = change.after_currency
    return ContractTerms(**terms)


def _amended(contract: Contract, given: PublicAmendment) -> ContractTerms:
    return ContractTerms(
        title=given.title,
        reference=given.reference,
        currency=contract.currency,
        signed_on=given.signed_on,
        notes=given.notes,
    )


def _add(
    relationship: Relationship,
    given: PublicContract,
    kind: str,
    parent: Contract | None,
    acting: dict[str, Any],
) -> None:
    contract = write_contract(relationship, given, kind, parent, acting["actor"], acting["now"])
    note_event(
        relationship_id=relationship.pk,
        text=_("wrote down “%(title)s”") % {"title": contract.title},
        url=f"/contracts/{contract.pk}/",
        about=f"contract:{contract.pk}",
        **acting,
    )


def _summary(found: Comparison) -> str:
    counts = {
        "changed": found.changed,
        "contracts": found.new_contracts,
        "amendments": found.new_amendments,
        "documents": found.new_documents,
    }
    return (
        _(
            "Newer public contracting data taken over; contracts changed: %(changed)d, new contracts: %(contracts)d,"
            " new amendments: %(amendments)d, new documents: %(documents)d"
        )
        % counts
    )
