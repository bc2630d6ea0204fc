"""What newer public data would change about contracts, in records that a page and a command can show."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from relationships.models import Contract
from relationships.ocds.model import PublicAmendment, PublicContract, PublicDocument

Fact = Decimal | date | str | None
FIELDS: Final[dict[str, Promise]] = {
    "reference": _("Reference"),
    "value": _("Value"),
    "signed_on": _("Signed on"),
    "starts_on": _("Starts on"),
    "ends_on": _("Ends on"),
}


@dataclass(frozen=True)
class Difference:
    """One fact as it is written down and as the register says it; `kept` says why it stays as it is."""

    contract: Contract
    name: str
    before: Fact
    after: Fact
    before_currency: str = ""
    after_currency: str = ""
    kept: Promise | None = None

    @property
    def label(self) -> Promise:
        return FIELDS[self.name]

    @property
    def is_money(self) -> bool:
        return self.name == "value"

    @property
    def before_text(self) -> str:
        return _as_text(self.before, self.before_currency)

    @property
    def after_text(self) -> str:
        return _as_text(self.after, self.after_currency)


@dataclass(frozen=True)
class Revision:
    """A contract that is here, with what is new about it."""

    contract: Contract
    changes: tuple[Difference, ...]
    kept: tuple[Difference, ...]
    documents: tuple[PublicDocument, ...]
    amendments: tuple[PublicAmendment, ...]
    work_orders: tuple[PublicContract, ...]

    @property
    def is_nothing(self) -> bool:
        return not (self.changes or self.documents or self.amendments or self.work_orders)


@dataclass(frozen=True)
class Comparison:
    """Everything that newer data would do to the contracts of one relationship."""

    revisions: tuple[Revision, ...]
    new: tuple[PublicContract, ...]

    @property
    def is_nothing(self) -> bool:
        return not self.new and all(revision.is_nothing for revision in self.revisions)

    @property
    def changes(self) -> list[Difference]:
        return [change for revision in self.revisions for change in revision.changes]

    @property
    def kept(self) -> list[Difference]:
        return [difference for revision in self.revisions for difference in revision.kept]

    @property
    def changed(self) -> int:
        """How many contracts say something else."""
        return sum(bool(revision.changes) for revision in self.revisions)

    @property
    def new_contracts(self) -> int:
        """How many master agreements and work orders are new."""
        orders = sum(len(revision.work_orders) for revision in self.revisions)
        return orders + sum(1 + len(top.work_orders) for top in self.new)

    @property
    def new_amendments(self) -> int:
        return sum(len(revision.amendments) for revision in self.revisions)

    @property
    def new_documents(self) -> int:
        return sum(len(revision.documents) for revision in self.revisions)


def _as_text(fact: Fact, currency: str) -> str:
    """A fact outside a page: amounts with thousands separators, days as in ISO 8601, "–" for nothing."""
    if fact is None or fact == "":
        return "–"
    if isinstance(fact, Decimal):
        return f"{fact:,.2f} {currency}"
    return fact.isoformat() if isinstance(fact, date) else str(fact)
