"""The tree of contracts of a relationship."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch

from relationships.models import Contract, ContractDocument, Relationship

NEAR = 90  # days


@dataclass
class Branch:
    """One contract with what stands under it; `depth` 0 is a master agreement."""

    contract: Contract
    depth: int
    days_to_notice: int | None = None
    parent: "Branch | None" = None
    children: list["Branch"] = field(default_factory=list)

    @property
    def parent_title(self) -> str:
        return self.parent.contract.title if self.parent else ""

    @property
    def ancestors(self) -> list[Contract]:
        """What it stands under, the master agreement first."""
        return [*self.parent.ancestors, self.parent.contract] if self.parent else []

    @property
    def documents(self) -> int:
        """How many documents belong to it."""
        return len(self.contract.documents.all())

    @property
    def lacks_accountable(self) -> bool:
        """Whether nobody on the customer's side is accountable, by person or by name."""
        return self.contract.accountable_id is None and not self.contract.accountable_name

    @property
    def notice_is_near(self) -> bool:
        """Whether notice is due within 90 days."""
        return self.days_to_notice is not None and 0 <= self.days_to_notice <= NEAR

    @property
    def notice_has_passed(self) -> bool:
        """Whether the day for giving notice is over."""
        return self.days_to_notice is not None and self.days_to_notice < 0


def contract_tree(relationship: Relationship, *, on: date) -> list[Branch]:
    """Every contract in reading order (a parent before its children), with days until notice counted from `on`.

    Two queries: the contracts and their documents.
    """
    contracts = (
        Contract.objects.filter(relationship=relationship)
        .select_related("accountable")
        .prefetch_related(Prefetch("documents", ContractDocument.objects.select_related("added_by")))
        .order_by("starts_on", "pk")
    )
    by_parent: dict[int | None, list[Contract]] = {}
    for contract in contracts:
        by_parent.setdefault(contract.parent_id, []).append(contract)
    return [line for top in by_parent.get(None, []) for line in _lines(top, by_parent, None, on)]


def _lines(
    contract: Contract, by_parent: dict[int | None, list[Contract]], parent: Branch | None, on: date
) -> list[Branch]:
    notice = contract.notice_by_on
    depth = parent.depth + 1 if parent else 0
    branch = Branch(contract, depth, (notice - on).days if notice else None, parent)
    lines = [branch]
    for child in by_parent.get(contract.pk, []):
        below = _lines(child, by_parent, branch, on)
        branch.children.append(below[0])
        lines += below
    return lines
