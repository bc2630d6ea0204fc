"""What is read out of a package: plain records, no database."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


class NotOcds(ValueError):
    """The file is no JSON, too large or deep, or neither a release package nor a record package; the text says which."""


@dataclass(frozen=True)
class Remark:
    """Something of a process that was not understood or not taken over, in the reader's words.

    `about_parties`: only that nobody is named, which does not matter where the contract is known already.
    """

    ocid: str
    text: str
    about_parties: bool = False


@dataclass(frozen=True)
class Party:
    """A buyer or supplier; `identifier` is its id in the package, usually of a public register."""

    name: str
    identifier: str = ""


@dataclass(frozen=True)
class PublicDocument:
    """A document by its address."""

    name: str
    url: str


@dataclass(frozen=True)
class PublicAmendment:
    """A change of a contract after it was signed."""

    title: str
    reference: str
    signed_on: date | None = None
    notes: str = ""


@dataclass(frozen=True)
class PublicContract:
    """A contract or, where there is none, the award it rests on. `value` in units of `currency`.

    `award` is the id of the award under it, by which a contract is recognised that was only an award before.
    """

    reference: str
    title: str
    value: Decimal | None = None
    currency: str = "GBP"
    signed_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    notes: str = ""
    documents: tuple[PublicDocument, ...] = ()
    amendments: tuple[PublicAmendment, ...] = ()
    work_orders: tuple["PublicContract", ...] = ()
    award: str = ""


@dataclass(frozen=True)
class Deal:
    """Everything between the buyer and one supplier within a process."""

    supplier: Party
    contracts: tuple[PublicContract, ...]


@dataclass(frozen=True)
class Process:
    """One contracting process, as known after its newest release.

    `unplaced` are contracts whose supplier is not named, as in a release that tells only of an amendment.
    """

    ocid: str
    title: str
    description: str
    buyer: Party | None
    deals: tuple[Deal, ...] = ()
    remarks: tuple[Remark, ...] = field(default=())
    unplaced: tuple[PublicContract, ...] = ()
