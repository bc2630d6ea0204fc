"""The list of relationships."""

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable

from relationships.access import Viewer
from relationships.models import Relationship, RelationshipInvitation
from relationships.policy import Right
from relationships.reach import among, ids_with

SORTS = {
    "name": "name",
    "customer": "customer__name",
    "provider": "provider__name",
    "stage": "stage",
    "changed": "changed_at",
}
DEFAULT_SORT = "-changed"


def readable_relationships(viewer: Viewer) -> QuerySet[Relationship]:
    """Every relationship the viewer may read.

    For an executive that is everything their organisation is a party to: two indexed comparisons instead of a
    list of ten thousand numbers.
    """
    if viewer.person.is_executive and viewer.person.organisation_id:
        own = viewer.person.organisation_id
        return Relationship.objects.filter(Q(customer=own) | Q(provider=own))
    return Relationship.objects.filter(among("id", ids_with(viewer, Right.READ)))


def list_relationships(
    viewer: Viewer, *, search: str = "", stage: str = "", sort: str = DEFAULT_SORT
) -> QuerySet[Relationship]:
    """The viewer's relationships, searched by name, service and party, of one stage or all, in the order asked for."""
    found = readable_relationships(viewer).select_related("customer", "provider")
    if search:
        found = found.filter(
            Q(name__icontains=search)
            | Q(service__icontains=search)
            | Q(customer__name__icontains=search)
            | Q(provider__name__icontains=search)
        )
    if stage:
        found = found.filter(stage=stage)
    return found.order_by(*_order(sort))


def _order(sort: str) -> list[str | Combinable]:
    name = sort.removeprefix("-")
    if name not in SORTS:
        return _order(DEFAULT_SORT)
    column = F(SORTS[name])
    backwards = sort.startswith("-")
    ordered: Combinable = column.desc(nulls_last=True) if backwards else column.asc(nulls_last=True)
    return [ordered, "pk"]


def open_invitation(relationship: Relationship) -> RelationshipInvitation | None:
    """The invitation the other organisation has not answered, also when its time ran out; None once accepted."""
    if relationship.accepted_at is not None:
        return None
    return (
        RelationshipInvitation.objects.filter(relationship=relationship, settled_at__isnull=True)
        .select_related("invited_by")
        .first()
    )
