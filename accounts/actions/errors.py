"""What actions on people and organisations refuse."""


class InvitationIsSpent(Exception):
    """The invitation was used or revoked, or its time ran out."""


class EmailIsTaken(Exception):
    """Somebody with this e-mail address has a sign-in already."""


class NotYourInvitation(Exception):
    """The invitation names another e-mail address, or the person already belongs to an organisation."""


class LastAdministrator(Exception):
    """Without this administrator nobody could administer the organisation any more."""
