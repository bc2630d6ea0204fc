"""Which relationship a deal of a package belongs to, however the package orders its suppliers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from accounts.models import Organisation
from relationships.models import Contract, Relationship
from relationships.ocds.model import Deal, Process
from relationships.ocds.parties import is_same_party
from relationships.ocds.references import named_reference, owned_by, register_reference


def place(process: Process, deal: Deal, own: Organisation | None) -> tuple[str, Relationship | None]:
    """The reference of a deal's relationship, and the relationship where it is here already.

    `own` is the organisation that takes it over for itself; None for the operator.
    """
    return placed(process, deal, own, look_up(references_of(process, deal, own)))


@dataclass(frozen=True)
class Here:
    """The relationships that are here, by reference, and what their contracts are called in the register."""

    by_reference: Mapping[str, Relationship]
    contracts: Mapping[int, set[str]]


def placed(
    process: Process, deal: Deal, own: Organisation | None, here: Here
) -> tuple[str, Relationship | None]:
    """Which supplier comes first differs from package to package: a bare ocid counts only for the same supplier."""
    for reference in _variants(named_reference(process, deal), own):
        if reference in here.by_reference:
            return reference, here.by_reference[reference]
    standing = [ref for ref in _variants(process.ocid, own) if ref in here.by_reference]
    for reference in standing:
        known = here.by_reference[reference]
        if _is_with(known, deal) or (len(process.deals) == 1 and _shares_a_contract(known, deal, here)):
            return reference, known
    given = named_reference(process, deal) if standing else register_reference(process, deal)
    return (owned_by(own, given) if own else given), None


def _variants(reference: str, own: Organisation | None) -> list[str]:
    return [owned_by(own, reference), reference] if own else [reference]


def references_of(process: Process, deal: Deal, own: Organisation | None) -> set[str]:
    """Every reference under which the relationship of a deal may stand."""
    return {*_variants(process.ocid, own), *_variants(named_reference(process, deal), own)}


def look_up(references: Collection[str]) -> Here:
    """The relationships under these references, in two questions."""
    found = Relationship.objects.filter(reference__in=references).select_related("customer", "provider")
    by_reference = {one.reference: one for one in found}
    contracts: dict[int, set[str]] = {one.pk: set() for one in by_reference.values()}
    if contracts:
        named = Contract.objects.filter(relationship__in=contracts).exclude(reference="").order_by()
        for number, reference in named.values_list("relationship_id", "reference"):
            contracts[number].add(reference)
    return Here(by_reference, contracts)


def _is_with(relationship: Relationship, deal: Deal) -> bool:
    """Whether a relationship names this supplier: as its provider, or in its own name while nobody has joined."""
    provider = relationship.provider
    if provider is None:
        return bool(deal.supplier.name) and relationship.name.endswith(f"({deal.supplier.name[:80]})")
    return is_same_party(deal.supplier, provider.name, provider.reference)


def _shares_a_contract(relationship: Relationship, deal: Deal, here: Here) -> bool:
    named = {
        name
        for top in deal.contracts
        for one in (top, *top.work_orders)
        for name in (one.reference, one.award)
    }
    return bool((named - {""}) & here.contracts[relationship.pk])
