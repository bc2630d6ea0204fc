"""How far a viewer reaches: as a list of ids for one statement, however many they are."""

from collections.abc import Iterable

from relationships.access import Viewer
from relationships.policy import Right, rights_of


def ids_with(viewer: Viewer, *rights: Right) -> list[int]:
    """The relationships in which the viewer holds all of these rights."""
    wanted = frozenset(rights)
    known: dict[frozenset[str], bool] = {}
    found = []
    for relationship_id, roles in viewer.roles.items():
        if roles not in known:
            known[roles] = wanted <= rights_of(roles)
        if known[roles]:
            found.append(relationship_id)
    return found


def as_array(ids: Iterable[int]) -> str:
    """The ids as PostgreSQL writes an array: one parameter, read faster than a list of ten thousand numbers."""
    return "{" + ",".join(map(str, ids)) + "}"
