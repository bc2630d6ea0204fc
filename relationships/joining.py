"""The door for somebody invited into a relationship, who by definition cannot see it yet.

Row-level security hides the invitation and the relationship from them. Two functions of the database, owned by
the role that migrates, open exactly this door: one tells what the holder of the secret link may know, the other
binds their organisation to the free side, in one locked step, so that two racing acceptances cannot both
succeed.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from accounts.models import Person


class InvitationIsSpent(Exception):
    """The invitation is unknown, settled or expired, or the person's organisation already is a party."""


@dataclass(frozen=True)
class FoundInvitation:
    """What the holder of an invitation's secret may know before they accept."""

    invitation_id: int
    relationship_id: int
    relationship_name: str
    organisation_name: str
    email: str
    inviting_side: str
    inviting_organisation_id: int
    inviting_organisation_name: str
    invited_by_name: str
    expires_at: datetime
    settled_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        return self.settled_at is None and now < self.expires_at


def find_invitation(token_hash: str) -> FoundInvitation | None:
    """The invitation whose secret has this hash, whatever its state; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM find_relationship_invitation(%s)", [token_hash])
        row = cursor.fetchone()
    return FoundInvitation(*row) if row else None


@transaction.atomic
def join_relationship(*, token_hash: str, actor: Person, now: datetime) -> int:
    """Binds the actor's organisation to the free side and settles the invitation; returns the relationship's id.

    For the rest of the transaction the relationship belongs to the scope, so that the actor can be seated in it.
    Raises InvitationIsSpent, and a database error (SQLSTATE 42501) for an actor other than the one in scope.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT accept_relationship_invitation(%s, %s, %s, %s)",
            [token_hash, actor.organisation_id, actor.pk, now],
        )
        (relationship_id,) = cursor.fetchone()
    if relationship_id is None:
        raise InvitationIsSpent
    return int(relationship_id)
