"""Verbs of people and organisations: atomic, keyword-only, told who acts and when."""

from accounts.actions.errors import (
    EmailIsTaken,
    InvitationIsSpent,
    LastAdministrator,
    NotYourInvitation,
)
from accounts.actions.invitations import (
    accept_invitation,
    invite_person,
    join_organisation,
    revoke_invitation,
)
from accounts.actions.letters import deliver_next_letter, replay_letter, write_letter
from accounts.actions.notices import mark_notices_read, notify
from accounts.actions.organisations import change_organisation, found_organisation
from accounts.actions.people import change_profile, change_rank, create_person, deactivate, reactivate
from accounts.actions.visits import note_visit

__all__ = [
    "EmailIsTaken",
    "InvitationIsSpent",
    "LastAdministrator",
    "NotYourInvitation",
    "accept_invitation",
    "change_organisation",
    "change_profile",
    "change_rank",
    "create_person",
    "deactivate",
    "deliver_next_letter",
    "found_organisation",
    "invite_person",
    "join_organisation",
    "mark_notices_read",
    "note_visit",
    "notify",
    "reactivate",
    "replay_letter",
    "revoke_invitation",
    "write_letter",
]
