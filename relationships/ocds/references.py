"""By which reference a relationship that was taken over is recognised at the next import."""

from hashlib import sha256

from accounts.models import Organisation
from relationships.ocds.model import Deal, Process

LONGEST = 200


def register_reference(process: Process, deal: Deal) -> str:
    """The ocid, with the supplier's identifier where a process has several; "" without an ocid."""
    if not process.ocid or process.deals[:1] == (deal,):
        return process.ocid
    return named_reference(process, deal)


def named_reference(process: Process, deal: Deal) -> str:
    """The ocid with the supplier's identifier, whichever supplier comes first in the package; "" without an ocid."""
    if not process.ocid:
        return ""
    return _fitting(f"{process.ocid}/{deal.supplier.identifier or deal.supplier.name}")


def own_reference(process: Process, deal: Deal, own: Organisation) -> str:
    """The same for one organisation alone, so that nobody can occupy a reference before the other party comes."""
    return owned_by(own, register_reference(process, deal))


def owned_by(own: Organisation, reference: str) -> str:
    """A register's reference as one organisation keeps it for itself."""
    return _fitting(f"{reference}@{own.pk}") if reference else ""


def is_of_process(reference: str, ocid: str) -> bool:
    """Whether a relationship's reference is one of this process, with whatever supplier and organisation."""
    return bool(ocid) and (reference == ocid or reference.startswith((f"{ocid}/", f"{ocid}@")))


def _fitting(reference: str) -> str:
    """As it is, or shortened with a digest that keeps different ones different."""
    if len(reference) <= LONGEST:
        return reference
    return f"{reference[: LONGEST - 17]}-{sha256(reference.encode()).hexdigest()[:16]}"
