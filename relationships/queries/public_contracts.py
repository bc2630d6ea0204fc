"""What an import of public contracts would do, before anybody decides."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Organisation
from relationships.models import Relationship, Side
from relationships.ocds.model import Deal, Party, Process, PublicContract, Remark
from relationships.ocds.parties import is_same_party
from relationships.ocds.references import own_reference, register_reference


@dataclass(frozen=True)
class Candidate:
    """One deal the organisation is a party to, and the relationship that is here already, if it is."""

    process: Process
    deal: Deal
    side: Side
    reference: str
    known: Relationship | None

    @property
    def other(self) -> Party | None:
        """The other party."""
        return self.deal.supplier if self.side == Side.CUSTOMER else self.process.buyer

    @property
    def contracts(self) -> list[PublicContract]:
        """Every contract and work order of the deal."""
        return [one for top in self.deal.contracts for one in (top, *top.work_orders)]

    @property
    def amendments(self) -> int:
        return sum(len(contract.amendments) for contract in self.contracts)

    @property
    def documents(self) -> int:
        return sum(len(contract.documents) for contract in self.contracts)


@dataclass(frozen=True)
class Plan:
    """What would be taken over, what is here already, what is left out with the reason, what was not understood."""

    new: Sequence[Candidate]
    known: Sequence[Candidate]
    left_out: Sequence[Remark]
    remarks: Sequence[Remark]


def plan_import(processes: Sequence[Process], own: Organisation) -> Plan:
    """Sorts the deals of a package by what an import for one organisation does with them, in one query."""
    candidates = [
        (process, deal, side)
        for process in processes
        for deal in process.deals
        if (side := side_in(process, deal, own)) is not None
    ]
    here = _already_here(candidates, own)
    found = [
        Candidate(
            process,
            deal,
            side,
            own_reference(process, deal, own),
            here.get(own_reference(process, deal, own)) or here.get(register_reference(process, deal)),
        )
        for process, deal, side in candidates
        if process.ocid
    ]
    ours = {process.ocid for process, _deal, _side in candidates if process.ocid}
    return Plan(
        new=[one for one in found if one.known is None],
        known=[one for one in found if one.known is not None],
        left_out=[_left_out(process) for process in processes if process.ocid not in ours],
        remarks=[remark for process in processes if process.ocid in ours for remark in process.remarks],
    )


def side_in(process: Process, deal: Deal, own: Organisation) -> Side | None:
    """The side on which an organisation stands in a deal, by identifier or name; None when it is no party."""
    if process.buyer is not None and is_same_party(process.buyer, own.name, own.reference):
        return Side.CUSTOMER
    return Side.PROVIDER if is_same_party(deal.supplier, own.name, own.reference) else None


def _already_here(
    candidates: Sequence[tuple[Process, Deal, Side]], own: Organisation
) -> dict[str, Relationship]:
    references = {
        reference
        for process, deal, _side in candidates
        for reference in (own_reference(process, deal, own), register_reference(process, deal))
        if reference
    }
    return {found.reference: found for found in Relationship.objects.filter(reference__in=references)}


def _left_out(process: Process) -> Remark:
    if not process.ocid:
        return Remark(
            process.title[:150], _("It has no ocid, so that a second import could not recognise it.")
        )
    if not process.deals:
        return Remark(process.ocid, _("Nobody has been awarded a contract yet."))
    buyer = process.buyer.name if process.buyer else "–"
    names = {"buyer": buyer, "supplier": process.deals[0].supplier.name}
    return Remark(
        process.ocid,
        _("Your organisation is no party: %(buyer)s buys from %(supplier)s.") % names,
    )
