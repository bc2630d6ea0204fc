"""Who may do what: the roles × rights matrix of the whole product, on one page."""

import enum
from collections.abc import Iterable
from typing import Final

from relationships.models import Role


class Right(enum.Enum):
    """Something a person may do inside one relationship."""

    READ = "read everything both sides share, and what is internal to one's own side"
    COMMENT = "write on the timeline"
    REPORT = "submit and correct readings of the own side, attach evidence, upload"
    SETTLE = "confirm or dispute readings of the other side"
    CONTRIBUTE = "draft goals, KPIs and contracts"
    PROPOSE = "propose, counter-propose and withdraw agreements"
    SIGN = "sign and decline agreements"
    SEAT = "give and end seats on the own side"


_EVERYBODY = {Right.READ, Right.COMMENT}

RIGHTS: Final[dict[str, frozenset[Right]]] = {
    Role.LEAD: frozenset(Right),
    Role.MEMBER: frozenset(_EVERYBODY | {Right.REPORT, Right.SETTLE, Right.CONTRIBUTE}),
    Role.EXECUTIVE: frozenset(_EVERYBODY),
    Role.GO_TO: frozenset(_EVERYBODY),
    # Recipients meet the partnership on the expectations page, not in its working rooms.
    Role.RECIPIENT: frozenset(),
}


def rights_of(roles: Iterable[str]) -> frozenset[Right]:
    """Everything the given roles allow together."""
    return frozenset().union(*(RIGHTS[role] for role in roles))
