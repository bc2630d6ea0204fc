"""The two implementations a client can talk to: the product's verbs, and a deliberately naive one as control."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from portal.signing import sign
from relationships import actions
from relationships.models import Agreement, Side
from tests import plugin
from tests.cast import Cast
from tests.two_keys.model import ANYTHING, PROPOSER, SIDES, Answer, Operation, State

REFUSALS = (
    actions.AgreementIsSettled,
    actions.VersionHasMoved,
    actions.NotYourSide,
    actions.SignedByTheSamePerson,
)
Implementation = Callable[[Cast, int, Operation], Answer]


def seen(cast: Cast, agreement: Agreement) -> State:
    """An agreement's row as the model's state."""
    names = {None: "", **{cast.person(name).pk: name for name in SIDES}}
    return State(
        agreement.content[0]["after"],
        agreement.version,
        names[agreement.customer_signed_by_id],
        names[agreement.provider_signed_by_id],
        agreement.outcome,
    )


def product(cast: Cast, agreement_id: int, asked: Operation) -> Answer:
    """Asks through the product's own verbs, each one transaction as in a request."""
    actor, side = cast.person(asked.client), Side(SIDES[asked.client])
    named = {
        "agreement_id": agreement_id,
        "version": asked.version,
        "actor": actor,
        "side": side,
        "now": timezone.now(),
    }
    try:
        with transaction.atomic():
            if asked.kind == "read":
                found = Agreement.objects.get(pk=agreement_id)
            elif asked.kind == "approve":
                found = sign(**named)
            elif asked.kind == "withdraw":
                found = actions.withdraw_agreement(**named)
            else:
                content = [{"label": "Terms", "before": None, "after": asked.terms}]
                found = actions.revise_agreement(**named, title="Terms", content=content)
            return seen(cast, found)
    except REFUSALS as refusal:
        return type(refusal).__name__


def naive(cast: Cast, agreement_id: int, asked: Operation) -> Answer:
    """Reads, changes and saves the row in a transaction, as many a web application does: no lock, no version.

    What the database's own constraints turn away counts as not having happened.
    """
    try:
        with transaction.atomic():
            return _read_modify_save(cast, Agreement.objects.get(pk=agreement_id), asked)
    except DatabaseError:
        return ANYTHING


def _read_modify_save(cast: Cast, agreement: Agreement, asked: Operation) -> Answer:
    if asked.kind == "read":
        return seen(cast, agreement)
    if not agreement.is_open:
        return "AgreementIsSettled"
    side = SIDES[asked.client]
    if asked.kind != "approve" and side != PROPOSER:
        return "NotYourSide"
    _change(cast, agreement, asked, side)
    agreement.save()
    return seen(cast, agreement)


def _change(cast: Cast, agreement: Agreement, asked: Operation, side: str) -> None:
    now = timezone.now()
    if asked.kind == "withdraw":
        agreement.outcome, agreement.settled_at = "WITHDRAWN", now
        return
    if asked.kind == "revise":
        agreement.version += 1
        agreement.content = [{"label": "Terms", "before": None, "after": asked.terms}]
        agreement.customer_signed_by = agreement.provider_signed_by = None
        agreement.customer_signed_at = agreement.provider_signed_at = None
        agreement.customer_signed_version = agreement.provider_signed_version = None
    if not agreement.is_signed_by(side):
        setattr(agreement, f"{side.lower()}_signed_by", cast.person(asked.client))
        setattr(agreement, f"{side.lower()}_signed_at", now)
        setattr(agreement, f"{side.lower()}_signed_version", agreement.version)
    if agreement.customer_signed_by_id and agreement.provider_signed_by_id:
        agreement.outcome, agreement.settled_at = "AGREED", now


@contextmanager
def without_walls() -> Iterator[None]:
    """Takes the trigger down that refuses other terms without another version and changes of what is settled."""
    with plugin._admin(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("ALTER TABLE relationships_agreement DISABLE TRIGGER agreement_keys")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE relationships_agreement ENABLE TRIGGER agreement_keys")
