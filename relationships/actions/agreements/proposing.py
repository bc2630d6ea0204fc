"""Proposing, answering with another proposal, and revising one's own."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from relationships.actions.agreement_news import tell_other_side
from relationships.actions.agreements.keys import lock, say, settle, tell, turn_key
from relationships.actions.agreements.refusals import (
    AnswersSomethingElse,
    NotYourSide,
)
from relationships.models import Agreement, Relationship, Side

Terms = list[dict[str, Any]]


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
        answered = lock(counters.pk, version=counters.version, now=now)
        if answered.proposed_by_side == side:
            raise NotYourSide(_("Revise your own proposal instead of countering it."))
        if (answered.kind, answered.relationship_id) != (kind, relationship.pk):
            raise AnswersSomethingElse(_("A counter-proposal answers a proposal of the same kind."))
        settle(answered, Agreement.Outcome.COUNTERED, actor=actor, now=now, reason=note)
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
        turn_key(agreement, side, actor, now)
    agreement.save()
    said = _("proposed “%(title)s”") if counters is None else _("answered with another proposal: “%(title)s”")
    tell(agreement, side, actor, now, said % {"title": title})
    tell_other_side(agreement, "proposed", say(actor, said, title), now)
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
    agreement = lock(agreement_id, version=version, now=now)
    if agreement.proposed_by_side != side:
        raise NotYourSide(_("Only the side that proposed may revise; counter-propose instead."))
    agreement.version += 1
    agreement.title, agreement.content, agreement.note = title, content, note
    agreement.digest = digest_of(agreement.kind, content, agreement.version)
    for key in ("customer", "provider"):
        setattr(agreement, f"{key}_signed_by", None)
        setattr(agreement, f"{key}_signed_at", None)
        setattr(agreement, f"{key}_signed_version", None)
    turn_key(agreement, side, actor, now)
    agreement.save()
    tell(agreement, side, actor, now, _("revised “%(title)s”") % {"title": title})
    tell_other_side(agreement, "revised", say(actor, _("revised “%(title)s”"), title), now)
    return agreement
