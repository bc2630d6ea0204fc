"""The tree of contracts of a relationship."""

from dataclasses import dataclass, field
from datetime import date

from relationships.models import Contract, Relationship


@dataclass
class Branch:
    """One contract with what stands under it; `depth` 0 is a master agreement."""

    contract: Contract
    depth: int
    days_to_notice: int | None = None
    children: list["Branch"] = field(default_factory=list)

    @property
    def lacks_accountable(self) -> bool:
        """Whether nobody on the customer's side is accountable, by person or by name."""
        return self.contract.accountable_id is None and not self.contract.accountable_name

    @property
    def notice_is_near(self) -> bool:
        """Whether notice is due within 90 days."""
        return self.days_to_notice is not None and 0 <= self.days_to_notice <= 90


def contract_tree(relationship: Relationship, *, on: date) -> list[Branch]:
    """Every contract in reading order (a parent before its children), with days until notice counted from `on`.

    Two queries: the contracts and their documents.
    """
    contracts = (
        Contract.objects.filter(relationship=relationship)
        .select_related("accountable")
        .prefetch_related("documents")
        .order_by("starts_on", "pk")
    )
    by_parent: dict[int | None, list[Contract]] = {}
    for contract in contracts:
        by_parent.setdefault(contract.parent_id, []).append(contract)
    return [line for top in by_parent.get(None, []) for line in _lines(top, by_parent, 0, on)]


def _lines(
    contract: Contract, by_parent: dict[int | None, list[Contract]], depth: int, on: date
) -> list[Branch]:
    notice = contract.notice_by_on
    branch = Branch(contract, depth, (notice - on).days if notice else None)
    lines = [branch]
    for child in by_parent.get(contract.pk, []):
        below = _lines(child, by_parent, depth + 1, on)
        branch.children.append(below[0])
        lines += below
    return lines
