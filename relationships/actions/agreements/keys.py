"""What every verb of an agreement does: lock the row first, turn a key, settle, tell."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Person
from relationships.actions.agreements.refusals import AgreementIsSettled, VersionHasMoved
from relationships.actions.timeline import note_event
from relationships.models import Agreement, Side


def lock(agreement_id: int, *, version: int, now: datetime | None = None) -> Agreement:
    """The open agreement of this version, locked. Raises AgreementIsSettled or VersionHasMoved."""
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


def say(actor: Person, said: str, title: str) -> str:
    """What somebody did, with their name before it."""
    return f"{actor.full_name} {said % {'title': title}}"


def turn_key(agreement: Agreement, side: Side, actor: Person, now: datetime) -> None:
    """One side's signature on the present version; the caller saves."""
    key = "customer" if side == Side.CUSTOMER else "provider"
    setattr(agreement, f"{key}_signed_by", actor)
    setattr(agreement, f"{key}_signed_at", now)
    setattr(agreement, f"{key}_signed_version", agreement.version)


def settle(agreement: Agreement, outcome: str, *, actor: Person | None, now: datetime, reason: str) -> None:
    """How an agreement ends without both signatures."""
    agreement.outcome, agreement.settled_at, agreement.settled_by, agreement.reason = (
        outcome,
        now,
        actor,
        reason,
    )
    agreement.save()


def tell(agreement: Agreement, side: Side | str, actor: Person | None, now: datetime, text: str) -> None:
    """One line on the timeline, with the way to the agreement."""
    note_event(
        relationship_id=agreement.relationship_id,
        side=side,
        actor=actor,
        now=now,
        text=text,
        url=f"/agreements/{agreement.pk}/",
        about=f"agreement:{agreement.pk}",
    )
