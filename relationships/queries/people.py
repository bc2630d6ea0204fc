"""Two in a box: every role with its counterpart, the empty half shown."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import Person
from relationships.models import Relationship, Role, Seat, Side

# Roles that each side should fill; a member or recipient without a counterpart is no gap.
MIRRORED = (Role.LEAD, Role.EXECUTIVE, Role.GO_TO)


@dataclass(frozen=True)
class Pair:
    """One line of the table: a seat on each side, or None where nobody mirrors the other."""

    role: Role
    customer: Seat | None
    provider: Seat | None

    @property
    def label(self) -> str:
        return str(self.role.label)

    @property
    def is_gap(self) -> bool:
        """Whether a half is empty that should be filled."""
        return (self.customer is None or self.provider is None) and self.role != Role.RECIPIENT


def two_in_a_box(relationship: Relationship) -> list[Pair]:
    """Current seats paired with their counterparts, by role, in one query.

    Leads, executive sponsors and go-to persons have a line even when nobody holds the role on either side.
    """
    seats = list(
        Seat.objects.filter(relationship=relationship, ended_at__isnull=True)
        .select_related("person")
        .order_by("started_at", "pk")
    )
    by_id = {seat.pk: seat for seat in seats}
    pairs: list[Pair] = []
    for role in Role:
        of_role = [seat for seat in seats if seat.role == role]
        pairs += _paired(role, of_role, by_id)
        if not of_role and role in MIRRORED:
            pairs.append(Pair(role, None, None))
    return pairs


def _paired(role: Role, seats: list[Seat], by_id: dict[int, Seat]) -> list[Pair]:
    pairs = []
    for seat in seats:
        other = by_id.get(seat.counterpart_id or 0)
        if seat.side == Side.CUSTOMER:
            pairs.append(Pair(role, seat, other))
        elif other is None:
            pairs.append(Pair(role, None, seat))
    return pairs


def seatable_people(relationship: Relationship, side: Side) -> QuerySet[Person]:
    """Active people of the organisation on a side, by name."""
    return Person.objects.filter(
        organisation=relationship.organisation_of(side), organisation__isnull=False, is_active=True
    ).order_by("full_name", "pk")


def free_counterparts(relationship: Relationship, side: Side, *, role: str = "") -> QuerySet[Seat]:
    """Current seats of the other side that nobody mirrors yet; of one role or of all."""
    seats = Seat.objects.filter(
        relationship=relationship, side=side.other, ended_at__isnull=True, counterpart__isnull=True
    )
    if role:
        seats = seats.filter(role=role)
    return seats.select_related("person").order_by("role", "person__full_name")


def customer_people(relationship: Relationship) -> QuerySet[Person]:
    """People with a current seat on the customer's side: who can be accountable for a contract."""
    roles = [role for role in Role if role != Role.RECIPIENT]
    seats = Seat.objects.filter(
        relationship=relationship, side=Side.CUSTOMER, role__in=roles, ended_at__isnull=True
    )
    return Person.objects.filter(pk__in=seats.values("person")).order_by("full_name", "pk")
