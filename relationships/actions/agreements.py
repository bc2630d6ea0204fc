"""Two keys: propose, sign, decline, counter, withdraw, expire.

Every verb takes the version the actor saw and locks the row first, so that a signature can only fall on the
terms it names, however many people act at once.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from relationships.actions.agreement_news import tell_everybody, tell_other_side, tell_proposer
from relationships.actions.timeline import note_event
from relationships.models import Agreement, Relationship, Side

Terms = list[dict[str, Any]]


class AgreementIsSettled(Exception):
    """The agreement is no longer open: somebody agreed, declined, withdrew or countered it, or it expired."""


class VersionHasMoved(Exception):
    """The terms changed after the actor saw them."""


class SignedByTheSamePerson(Exception):
    """One person cannot turn both keys."""


class NotYourSide(Exception):
    """Only the side that proposed may revise or withdraw; only the other side may decline or counter."""


class AnswersSomethingElse(NotYourSide):
    """A counter-proposal is of the same kind and of the same relationship as what it answers."""


class ReasonNeeded(Exception):
    """Who declines says why, so that the other side can propose something better."""


def digest_of(kind: str, content: Terms, version: int) -> str:
    """SHA-256 over the canonical form of what a signature names."""
    canonical = json.dumps(
        [kind, version, content], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


@transaction.atomic
def propose_agreement(
    *,
    relationship: Relationship,
    kind: str,
    title: str,
    content: Terms,
    actor: Person,
    side: Side,
    now: datetime,
    note: str = "",
    expires_at: datetime | None = None,
    sign: bool = True,
    counters: Agreement | None = None,
) -> Agreement:
    """Opens an agreement; the proposer's signature counts as their side's key unless `sign` is False.

    `counters` names an open proposal of the other side that this one answers; it is settled as countered.
    Raises AgreementIsSettled, VersionHasMoved, NotYourSide or AnswersSomethingElse for a proposal that cannot be
    countered.
    """
    if counters is not None:
        answered = _lock(counters.pk, version=counters.version, now=now)
        if answered.proposed_by_side == side:
            raise NotYourSide(_("Revise your own proposal instead of countering it."))
        if (answered.kind, answered.relationship_id) != (kind, relationship.pk):
            raise AnswersSomethingElse(_("A counter-proposal answers a proposal of the same kind."))
        _settle(answered, Agreement.Outcome.COUNTERED, actor=actor, now=now, reason=note)
    agreement = Agreement(
        relationship=relationship,
        kind=kind,
        title=title,
        content=content,
        digest=digest_of(kind, content, 1),
        note=note,
        proposed_by_side=side,
        proposed_by=actor,
        proposed_at=now,
        expires_at=expires_at,
        counters=counters,
    )
    if sign:
        _turn_key(agreement, side, actor, now)
    agreement.save()
    said = _("proposed “%(title)s”") if counters is None else _("answered with another proposal: “%(title)s”")
    _tell(agreement, side, actor, now, said % {"title": title})
    tell_other_side(agreement, "proposed", _say(actor, said, title), now)
    return agreement


@transaction.atomic
def sign_agreement(*, agreement_id: int, version: int, actor: Person, side: Side, now: datetime) -> Agreement:
    """Turns one side's key on the version named; with the second key the agreement is agreed.

    Signing again for a side that has already signed this version changes nothing. Raises AgreementIsSettled,
    VersionHasMoved or SignedByTheSamePerson.
    """
    agreement = _lock(agreement_id, version=version, now=now)
    if agreement.is_signed_by(side):
        return agreement
    if actor.pk in (agreement.customer_signed_by_id, agreement.provider_signed_by_id):
        raise SignedByTheSamePerson(_("The same person cannot sign for both sides."))
    _turn_key(agreement, side, actor, now)
    if agreement.is_signed_by(Side.CUSTOMER) and agreement.is_signed_by(Side.PROVIDER):
        agreement.outcome = Agreement.Outcome.AGREED
        agreement.settled_at = now
        agreement.settled_by = actor
    agreement.save()
    said = _("signed “%(title)s”; it is agreed") if not agreement.is_open else _("signed “%(title)s”")
    _tell(agreement, side, actor, now, said % {"title": agreement.title})
    if not agreement.is_open:
        tell_everybody(agreement, _say(actor, said, agreement.title), actor=actor, now=now)
    return agreement


@transaction.atomic
def revise_agreement(
    *,
    agreement_id: int,
    version: int,
    actor: Person,
    side: Side,
    now: datetime,
    title: str,
    content: Terms,
    note: str = "",
) -> Agreement:
    """Changes the terms of one's own open proposal: a new version, on which only the reviser has signed."""
    agreement = _lock(agreement_id, version=version, now=now)
    if agreement.proposed_by_side != side:
        raise NotYourSide(_("Only the side that proposed may revise; counter-propose instead."))
    agreement.version += 1
    agreement.title, agreement.content, agreement.note = title, content, note
    agreement.digest = digest_of(agreement.kind, content, agreement.version)
    for key in ("customer", "provider"):
        setattr(agreement, f"{key}_signed_by", None)
        setattr(agreement, f"{key}_signed_at", None)
        setattr(agreement, f"{key}_signed_version", None)
    _turn_key(agreement, side, actor, now)
    agreement.save()
    _tell(agreement, side, actor, now, _("revised “%(title)s”") % {"title": title})
    tell_other_side(agreement, "revised", _say(actor, _("revised “%(title)s”"), title), now)
    return agreement


@transaction.atomic
def decline_agreement(
    *, agreement_id: int, version: int, actor: Person, side: Side, now: datetime, reason: str
) -> Agreement:
    """Refuses the other side's proposal, with a reason.

    Raises ReasonNeeded, AgreementIsSettled, VersionHasMoved or NotYourSide.
    """
    if not reason.strip():
        raise ReasonNeeded(_("Say why, so that the other side can propose something better."))
    agreement = _lock(agreement_id, version=version, now=now)
    if agreement.proposed_by_side == side:
        raise NotYourSide(_("Withdraw your own proposal instead of declining it."))
    _settle(agreement, Agreement.Outcome.DECLINED, actor=actor, now=now, reason=reason.strip())
    _tell(agreement, side, actor, now, _("declined “%(title)s”") % {"title": agreement.title})
    tell_proposer(agreement, "declined", _say(actor, _("declined “%(title)s”"), agreement.title), now)
    return agreement


@transaction.atomic
def withdraw_agreement(
    *, agreement_id: int, version: int, actor: Person, side: Side, now: datetime, reason: str = ""
) -> Agreement:
    """Takes one's own open proposal back. Raises AgreementIsSettled, VersionHasMoved or NotYourSide."""
    agreement = _lock(agreement_id, version=version, now=now)
    if agreement.proposed_by_side != side:
        raise NotYourSide(_("Only the side that proposed may withdraw."))
    _settle(agreement, Agreement.Outcome.WITHDRAWN, actor=actor, now=now, reason=reason.strip())
    _tell(agreement, side, actor, now, _("withdrew “%(title)s”") % {"title": agreement.title})
    tell_other_side(agreement, "withdrawn", _say(actor, _("withdrew “%(title)s”"), agreement.title), now)
    return agreement


def expire_agreements(*, now: datetime) -> int:
    """Settles every open agreement whose time ran out; returns how many. Needs a scope that sees them."""
    due = Agreement.objects.open().filter(expires_at__lte=now).values_list("pk", flat=True)
    expired = 0
    for agreement_id in list(due):
        with transaction.atomic():
            agreement = Agreement.objects.select_for_update().get(pk=agreement_id)
            if agreement.is_open:
                _settle(agreement, Agreement.Outcome.EXPIRED, actor=None, now=now, reason="")
                said = _("“%(title)s” expired") % {"title": agreement.title}
                _tell(agreement, "", None, now, said)
                tell_proposer(agreement, "expired", said, now)
                tell_other_side(agreement, "expired", said, now)
                expired += 1
    return expired


def _lock(agreement_id: int, *, version: int, now: datetime | None = None) -> Agreement:
    agreement = Agreement.objects.select_for_update().get(pk=agreement_id)
    if not agreement.is_open:
        raise AgreementIsSettled(
            _("This is already settled: %(outcome)s.") % {"outcome": agreement.get_outcome_display()}
        )
    if now is not None and agreement.expires_at is not None and agreement.expires_at <= now:
        raise AgreementIsSettled(_("This proposal has expired."))
    if agreement.version != version:
        raise VersionHasMoved(_("The terms changed while you were reading. Look again before you sign."))
    return agreement


def _say(actor: Person, said: str, title: str) -> str:
    return f"{actor.full_name} {said % {'title': title}}"


def _turn_key(agreement: Agreement, side: Side, actor: Person, now: datetime) -> None:
    key = "customer" if side == Side.CUSTOMER else "provider"
    setattr(agreement, f"{key}_signed_by", actor)
    setattr(agreement, f"{key}_signed_at", now)
    setattr(agreement, f"{key}_signed_version", agreement.version)


def _settle(agreement: Agreement, outcome: str, *, actor: Person | None, now: datetime, reason: str) -> None:
    agreement.outcome, agreement.settled_at, agreement.settled_by, agreement.reason = (
        outcome,
        now,
        actor,
        reason,
    )
    agreement.save()


def _tell(agreement: Agreement, side: Side | str, actor: Person | None, now: datetime, text: str) -> None:
    note_event(
        relationship_id=agreement.relationship_id,
        side=side,
        actor=actor,
        now=now,
        text=text,
        url=f"/agreements/{agreement.pk}/",
        about=f"agreement:{agreement.pk}",
    )
