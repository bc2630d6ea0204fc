"""By which reference a relationship that was taken over is recognised at the next import."""

from hashlib import sha256

from accounts.models import Organisation
from relationships.ocds.model import Deal, Process

LONGEST = 200


def register_reference(process: Process, deal: Deal) -> str:
    """The ocid, with the supplier's identifier where a process has several; "" without an ocid."""
    if not process.ocid or process.deals[:1] == (deal,):
        return process.ocid
    return _fitting(f"{process.ocid}/{deal.supplier.identifier or deal.supplier.name}")


def own_reference(process: Process, deal: Deal, own: Organisation) -> str:
    """The same for one organisation alone, so that nobody can occupy a reference before the other party comes."""
    reference = register_reference(process, deal)
    return _fitting(f"{reference}@{own.pk}") if reference else ""


def _fitting(reference: str) -> str:
    """As it is, or shortened with a digest that keeps different ones different."""
    if len(reference) <= LONGEST:
        return reference
    return f"{reference[: LONGEST - 17]}-{sha256(reference.encode()).hexdigest()[:16]}"
