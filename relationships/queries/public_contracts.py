"""What an import of public contracts would do, before anybody decides."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from accounts.models import Organisation
from relationships.models import Contract, Relationship, Side
from relationships.ocds.model import Deal, Party, Process, PublicContract, Remark
from relationships.ocds.parties import is_same_party
from relationships.ocds.references import is_of_process
from relationships.queries.register import Comparison, compare, recorded_contracts
from relationships.queries.register.placing import look_up, placed, references_of
from relationships.queries.register.unnamed import NOBODY, names_of

MOST_COMPARED: Final = 500  # relationships in one step


@dataclass(frozen=True)
class Candidate:
    """One deal the organisation is a party to.

    `known` is the relationship that is here already, if it is; `comparison` what would change in it.
    """

    process: Process
    deal: Deal
    side: Side
    reference: str
    known: Relationship | None
    comparison: Comparison | None = None
    may_change: bool = False

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

    @property
    def is_newer(self) -> bool:
        """Whether the relationship is here and the package says something new about it."""
        return self.comparison is not None and not self.comparison.is_nothing


@dataclass(frozen=True)
class Plan:
    """What would be taken over, what would be brought up to date, what stays, what is left out with the reason, what
    was not understood."""

    new: Sequence[Candidate]
    updates: Sequence[Candidate]
    known: Sequence[Candidate]
    left_out: Sequence[Remark]
    remarks: Sequence[Remark]

    @property
    def kept(self) -> list[Candidate]:
        """Where the package says something else and what is written down stays."""
        return [one for one in (*self.updates, *self.known) if one.comparison and one.comparison.kept]


def plan_import(
    processes: Sequence[Process], own: Organisation, may_change: Collection[int] = frozenset()
) -> Plan:
    """Sorts the deals of a package by what an import for one organisation does with them.

    `may_change` are the relationships whose contracts the reader may change. As many questions for a long package
    as for a short one.
    """
    candidates = [
        (process, deal, side)
        for process in processes
        if process.ocid
        for deal in process.deals
        if (side := side_in(process, deal, own)) is not None
    ]
    here = look_up(
        {name for process, deal, _side in candidates for name in references_of(process, deal, own)}
    )
    found = [
        Candidate(process, deal, side, *placed(process, deal, own, here))
        for process, deal, side in candidates
    ]
    found += _of_unnamed_parties(processes, own)
    ours = {one.process.ocid for one in found}
    standing = _compared([one for one in found if one.known is not None], may_change)
    return Plan(
        new=[one for one in found if one.known is None],
        updates=[one for one in standing if one.is_newer and one.may_change],
        known=[one for one in standing if not (one.is_newer and one.may_change)],
        left_out=[_left_out(process) for process in processes if process.ocid not in ours],
        remarks=_remarks(processes, found),
    )


def side_in(process: Process, deal: Deal, own: Organisation) -> Side | None:
    """The side on which an organisation stands in a deal, by identifier or name; None when it is no party."""
    if process.buyer is not None and is_same_party(process.buyer, own.name, own.reference):
        return Side.CUSTOMER
    return Side.PROVIDER if is_same_party(deal.supplier, own.name, own.reference) else None


def _of_unnamed_parties(processes: Sequence[Process], own: Organisation) -> list[Candidate]:
    """Contracts whose supplier a newer release does not repeat, where they are here already."""
    asked: dict[str, list[Process]] = {}
    for process in processes:
        for name in names_of(process):
            asked.setdefault(name, []).append(process)
    if not asked:
        return []
    parties = ("relationship__customer", "relationship__provider")
    found: dict[tuple[str, int], Candidate] = {}
    for contract in Contract.objects.filter(reference__in=asked).select_related(*parties).order_by("pk"):
        relationship = contract.relationship
        side = relationship.side_of(own.pk)
        for process in asked[contract.reference]:
            if side is not None and is_of_process(relationship.reference, process.ocid):
                deal = Deal(NOBODY, process.unplaced)
                one = Candidate(process, deal, side, relationship.reference, relationship)
                found.setdefault((process.ocid, relationship.pk), one)
    return list(found.values())


def _compared(standing: list[Candidate], may_change: Collection[int]) -> list[Candidate]:
    recorded = recorded_contracts([one.known.pk for one in standing if one.known][:MOST_COMPARED])
    return [
        replace(
            one,
            comparison=compare(recorded[one.known.pk], one.deal.contracts, by_hand_stays=False),
            may_change=one.known.pk in may_change,
        )
        if one.known and one.known.pk in recorded
        else one
        for one in standing
    ]


def _remarks(processes: Sequence[Process], found: Sequence[Candidate]) -> list[Remark]:
    """What was not understood; that nobody is named does not matter where the contract is here already."""
    ours = {one.process.ocid: one.deal.supplier != NOBODY for one in found}
    return [
        remark
        for process in processes
        if process.ocid in ours
        for remark in process.remarks
        if ours[process.ocid] or not remark.about_parties
    ]


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
