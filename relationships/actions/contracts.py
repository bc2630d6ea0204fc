"""Writing contracts down: master agreements, work orders under them, amendments, and their documents."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from relationships import files
from relationships.actions.agreements import VersionHasMoved
from relationships.actions.timeline import note_event
from relationships.models import Contract, ContractDocument, Relationship, Seat, Side


class ParentDoesNotFit(Exception):
    """A work order stands under a master agreement; an amendment under either; a master under nothing."""


class NotAccountable(Exception):
    """The accountable person sits on the customer's side."""


@dataclass(frozen=True)
class ContractTerms:
    """What a contract says, as far as the portal needs it."""

    title: str
    reference: str = ""
    value: Decimal | None = None
    currency: str = "GBP"
    signed_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    notice_by_on: date | None = None
    accountable: Person | None = None
    accountable_name: str = ""
    notes: str = ""


PARENTS: dict[str, set[str | None]] = {
    Contract.Kind.MASTER: {None},
    Contract.Kind.WORK_ORDER: {Contract.Kind.MASTER},
    Contract.Kind.AMENDMENT: {Contract.Kind.MASTER, Contract.Kind.WORK_ORDER},
}


@transaction.atomic
def add_contract(
    *,
    relationship: Relationship,
    kind: str,
    terms: ContractTerms,
    actor: Person | None,
    side: Side | str,
    now: datetime,
    parent: Contract | None = None,
) -> Contract:
    """Writes a contract into the tree. Raises ParentDoesNotFit or NotAccountable."""
    check_parent(relationship, kind, parent)
    _check_accountable(relationship, terms.accountable)
    contract = Contract.objects.create(
        relationship=relationship, kind=kind, parent=parent, created_at=now, created_by=actor, **vars(terms)
    )
    _tell(contract, side, actor, now, _("wrote down “%(title)s”") % {"title": contract.title})
    return contract


@transaction.atomic
def change_contract(
    *,
    contract: Contract,
    version: int,
    terms: ContractTerms,
    actor: Person | None,
    side: Side | str,
    now: datetime,
) -> Contract:
    """Changes what is written down about a contract, if nobody did since `version`.

    Raises VersionHasMoved or NotAccountable.
    """
    locked = Contract.objects.select_for_update().get(pk=contract.pk)
    if locked.version != version:
        raise VersionHasMoved(_("Somebody changed this contract while you were typing."))
    _check_accountable(contract.relationship, terms.accountable, keep=locked.accountable_id)
    for name, value in vars(terms).items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save()
    _tell(locked, side, actor, now, _("changed “%(title)s”") % {"title": locked.title})
    return locked


@transaction.atomic
def link_document(
    *, contract: Contract, name: str, url: str, actor: Person | None, side: Side | str, now: datetime
) -> ContractDocument:
    """Adds the address of a document to a contract."""
    document = ContractDocument.objects.create(
        relationship_id=contract.relationship_id,
        contract=contract,
        name=name,
        url=url,
        added_at=now,
        added_by=actor,
    )
    _tell(contract, side, actor, now, _("added “%(name)s”") % {"name": name})
    return document


@transaction.atomic
def upload_document(
    *, contract: Contract, name: str, file: "File[bytes]", actor: Person, side: Side, now: datetime
) -> ContractDocument:
    """Adds a file to a contract, if its content is of a kind we take. Raises files.FileRefused."""
    examined = files.examine(file)
    document = ContractDocument(
        relationship_id=contract.relationship_id,
        contract=contract,
        name=name,
        content_type=examined.content_type,
        size=examined.size,
        sha256=examined.sha256,
        added_at=now,
        added_by=actor,
    )
    # The name on disk is the content's own, so that nothing of what was typed reaches the file system.
    document.file.save(f"{examined.sha256}{examined.suffix}", file, save=False)
    document.save()
    _tell(contract, side, actor, now, _("added “%(name)s”") % {"name": name})
    return document


def check_parent(relationship: Relationship, kind: str, parent: Contract | None) -> None:
    """Raises ParentDoesNotFit unless a contract of this kind may stand there."""
    fits = (parent.kind if parent else None) in PARENTS[kind]
    if not fits or (parent is not None and parent.relationship_id != relationship.pk):
        raise ParentDoesNotFit(
            _("Work orders stand under a master agreement, amendments under either of the two.")
        )


def _check_accountable(relationship: Relationship, person: Person | None, *, keep: int | None = None) -> None:
    if person is None or person.pk == keep:
        return
    seated = Seat.objects.filter(
        relationship=relationship, person=person, side=Side.CUSTOMER, ended_at__isnull=True
    )
    if not seated.exists():
        raise NotAccountable(_("Choose somebody with a seat on the customer's side, or write a name."))


def _tell(contract: Contract, side: Side | str, actor: Person | None, now: datetime, text: str) -> None:
    note_event(
        relationship_id=contract.relationship_id,
        side=side,
        actor=actor,
        now=now,
        text=text,
        url=f"/contracts/{contract.pk}/",
        about=f"contract:{contract.pk}",
    )
