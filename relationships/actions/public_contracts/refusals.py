"""Why public data are not taken over."""

from relationships.models import Relationship


class NotAParty(Exception):
    """Somebody takes over only what their own organisation bought or supplied."""


class IsHereAlready(Exception):
    """The relationship was taken over before; `relationship` where the actor may know which."""

    def __init__(self, said: str, relationship: Relationship | None = None) -> None:
        super().__init__(said)
        self.relationship = relationship


class SameOrganisationTwice(Exception):
    """Buyer and supplier are one organisation, so that there is no relationship between two."""
