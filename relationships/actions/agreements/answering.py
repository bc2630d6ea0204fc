"""Signing, declining, withdrawing, and what ends by itself."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from relationships.actions.agreement_news import tell_everybody, tell_other_side, tell_proposer
from relationships.actions.agreements.keys import lock, say, settle, tell, turn_key
from relationships.actions.agreements.refusals import NotYourSide, ReasonNeeded, SignedByTheSamePerson
from relationships.models import Agreement, Side


@transaction.atomic
def sign_agreement(*, agreement_id: int, version: int, actor: Person, side: Side, now: datetime) -> Agreement:
    """Turns one side's key on the version named; with the second key the agreement is agreed.

    Signing again for a side that has already signed this version changes nothing. Raises AgreementIsSettled,
    VersionHasMoved or SignedByTheSamePerson.
    """
    agreement = lock(agreement_id, version=version, now=now)
    if agreement.is_signed_by(side):
        return agreement
    if actor.pk in (agreement.customer_signed_by_id, agreement.provider_signed_by_id):
        raise SignedByTheSamePerson(_("The same person cannot sign for both sides."))
    turn_key(agreement, side, actor, now)
    if agreement.is_signed_by(Side.CUSTOMER) and agreement.is_signed_by(Side.PROVIDER):
        agreement.outcome = Agreement.Outcome.AGREED
        agreement.settled_at = now
        agreement.settled_by = actor
    agreement.save()
    said = _("signed “%(title)s”; it is agreed") if not agreement.is_open else _("signed “%(title)s”")
    tell(agreement, side, actor, now, said % {"title": agreement.title})
    if not agreement.is_open:
        tell_everybody(agreement, say(actor, said, agreement.title), actor=actor, now=now)
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
    agreement = lock(agreement_id, version=version, now=now)
    if agreement.proposed_by_side == side:
        raise NotYourSide(_("Withdraw your own proposal instead of declining it."))
    settle(agreement, Agreement.Outcome.DECLINED, actor=actor, now=now, reason=reason.strip())
    tell(agreement, side, actor, now, _("declined “%(title)s”") % {"title": agreement.title})
    tell_proposer(agreement, "declined", say(actor, _("declined “%(title)s”"), agreement.title), now)
    return agreement


@transaction.atomic
def withdraw_agreement(
    *, agreement_id: int, version: int, actor: Person, side: Side, now: datetime, reason: str = ""
) -> Agreement:
    """Takes one's own open proposal back. Raises AgreementIsSettled, VersionHasMoved or NotYourSide."""
    agreement = lock(agreement_id, version=version, now=now)
    if agreement.proposed_by_side != side:
        raise NotYourSide(_("Only the side that proposed may withdraw."))
    settle(agreement, Agreement.Outcome.WITHDRAWN, actor=actor, now=now, reason=reason.strip())
    tell(agreement, side, actor, now, _("withdrew “%(title)s”") % {"title": agreement.title})
    tell_other_side(agreement, "withdrawn", say(actor, _("withdrew “%(title)s”"), agreement.title), now)
    return agreement


def expire_agreements(*, now: datetime) -> int:
    """Settles every open agreement whose time ran out; returns how many. Needs a scope that sees them."""
    due = Agreement.objects.open().filter(expires_at__lte=now).values_list("pk", flat=True)
    expired = 0
    for agreement_id in list(due):
        with transaction.atomic():
            agreement = Agreement.objects.select_for_update().get(pk=agreement_id)
            if agreement.is_open:
                settle(agreement, Agreement.Outcome.EXPIRED, actor=None, now=now, reason="")
                said = _("“%(title)s” expired") % {"title": agreement.title}
                tell(agreement, "", None, now, said)
                tell_proposer(agreement, "expired", said, now)
                tell_other_side(agreement, "expired", said, now)
                expired += 1
    return expired
