"""Questions about invitations."""

from datetime import datetime

from django.db.models import QuerySet

from accounts import secrets
from accounts.models import Invitation, Organisation


def find_invitation(token: str) -> Invitation | None:
    """The invitation with this secret, whatever its state; None when there is none."""
    return (
        Invitation.objects.select_related("organisation", "invited_by")
        .filter(token_hash=secrets.hash_of(token))
        .first()
    )


def open_invitations(organisation: Organisation, *, now: datetime) -> QuerySet[Invitation]:
    """Invitations of an organisation that can still be accepted, newest first."""
    return (
        Invitation.objects.filter(
            organisation=organisation, accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now
        )
        .select_related("invited_by")
        .order_by("-invited_at", "-pk")
    )
