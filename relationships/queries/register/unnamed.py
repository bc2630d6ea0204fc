"""Newer releases that do not repeat who the parties are, as one that tells only of an amendment."""

from typing import Final

from relationships.models import Contract
from relationships.ocds.model import Party, Process
from relationships.ocds.references import is_of_process

NOBODY: Final = Party("")


def register_relationships(process: Process) -> list[tuple[int, int]]:
    """The relationships (with their customer) that hold contracts of a process whose release names no supplier.

    Only those the operator took over from the register. Asked with the eyes of the batch role: without parties in the
    release nobody's scope can be named.
    """
    names = names_of(process)
    if not process.ocid or process.deals or not names:
        return []
    standing = Contract.objects.using("batch").filter(
        reference__in=names, relationship__customer__isnull=False
    )
    found = standing.order_by("relationship").values_list(
        "relationship", "relationship__customer", "relationship__reference"
    )
    return list(
        dict.fromkeys(
            (number, customer)
            for number, customer, reference in found
            if "@" not in reference and is_of_process(reference, process.ocid)
        )
    )


def names_of(process: Process) -> set[str]:
    """What the contracts that name no supplier are called, and the awards they rest on."""
    return {name for top in process.unplaced for name in (top.reference, top.award)} - {""}
