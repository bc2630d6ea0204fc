"""Questions about people and organisations."""

from accounts.queries.invitations import find_invitation, open_invitations
from accounts.queries.people import people_of, unread_notices

__all__ = ["find_invitation", "open_invitations", "people_of", "unread_notices"]
