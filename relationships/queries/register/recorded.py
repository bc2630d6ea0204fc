"""What is written down about contracts, and what was: the other half of a comparison with newer public data."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Max
from django.db.models.fields.json import KT

from relationships.models import Agreement, AuditEntry, Contract, ContractDocument
from relationships.queries.register.differences import FIELDS


@dataclass
class Recorded:
    """What is written down about the contracts of one relationship, and what was before."""

    contracts: list[Contract] = field(default_factory=list)
    addresses: dict[int, set[str]] = field(default_factory=dict)
    agreed_at: datetime | None = None
    said: set[tuple[int, str, str | None]] = field(default_factory=set)
    by_hand: set[tuple[int, str]] = field(default_factory=set)

    def amendments_of(self, contract: Contract) -> list[Contract]:
        return [
            one
            for one in self.contracts
            if one.kind == Contract.Kind.AMENDMENT and one.parent_id == contract.pk
        ]


def recorded_contracts(relationship_ids: Collection[int], *, lock: bool = False) -> dict[int, Recorded]:
    """The contracts of relationships with their documents, signatures and history: four questions, however many.

    `lock` keeps them as they are until the transaction ends.
    """
    found = {number: Recorded() for number in relationship_ids}
    contracts = Contract.objects.filter(relationship__in=relationship_ids).order_by("pk")
    for contract in contracts.select_for_update() if lock else contracts:
        found[contract.relationship_id].contracts.append(contract)
    links = ContractDocument.objects.filter(relationship__in=relationship_ids).exclude(url="").order_by()
    for number, contract_id, url in links.values_list("relationship_id", "contract_id", "url"):
        found[number].addresses.setdefault(contract_id, set()).add(url)
    agreed = Agreement.objects.filter(
        relationship__in=relationship_ids, kind=Agreement.Kind.CONTRACT, outcome=Agreement.Outcome.AGREED
    )
    for number, moment in agreed.order_by().values_list("relationship_id").annotate(Max("settled_at")):
        found[number].agreed_at = moment
    _remember(found)
    return found


def _remember(found: dict[int, Recorded]) -> None:
    """Reads out of the audit trail what each contract said before, and which facts a person wrote last."""
    owners = {contract.pk: recorded for recorded in found.values() for contract in recorded.contracts}
    names = [*FIELDS, "currency"]
    trail = (
        AuditEntry.objects.filter(
            table_name="relationships_contract", row_id__in=owners, operation__in=["I", "U"]
        )
        .order_by("seq")
        .values_list(
            "row_id", "person_id", *(KT(f"{when}__{name}") for when in ("before", "after") for name in names)
        )
    )
    for row_id, person_id, *facts in trail:
        before = _paired(dict(zip(names, facts[: len(names)], strict=True)))
        after = _paired(dict(zip(names, facts[len(names) :], strict=True)))
        recorded = owners[row_id]
        for name in FIELDS:
            if before[name] == after[name]:
                continue
            recorded.said.add((row_id, name, before[name]))
            (recorded.by_hand.add if person_id else recorded.by_hand.discard)((row_id, name))


def _paired(facts: dict[str, str | None]) -> dict[str, str | None]:
    """An amount means nothing without its currency: the two are one fact."""
    value = facts["value"]
    return {**facts, "value": None if value is None else f"{Decimal(value):.2f} {facts['currency']}"}
