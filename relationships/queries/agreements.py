"""What waits for whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from relationships.access import Viewer
from relationships.models import Agreement


@dataclass(frozen=True)
class Waiting:
    """Open agreements split by whose key is missing, oldest first."""

    for_you: Sequence[Agreement]
    for_them: Sequence[Agreement]


def waiting_agreements(viewer: Viewer, *, relationship_id: int | None = None, most: int = 200) -> Waiting:
    """Open agreements of the viewer's relationships, in one query on the partial index of open ones."""
    ids = viewer.relationship_ids if relationship_id is None else (relationship_id,)
    open_ones = (
        Agreement.objects.open()
        .filter(relationship_id__in=ids)
        .select_related("relationship__customer", "relationship__provider", "proposed_by")
        .order_by("proposed_at", "pk")[:most]
    )
    for_you: list[Agreement] = []
    for_them: list[Agreement] = []
    for agreement in open_ones:
        side = agreement.relationship.side_of(viewer.person.organisation_id)
        (for_you if side in agreement.waits_for else for_them).append(agreement)
    return Waiting(for_you, for_them)
