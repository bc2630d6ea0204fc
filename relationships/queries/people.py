"""Two in a box: every role with its counterpart, the empty half shown."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Person
from relationships.models import Relationship, Role, Seat, Side
from relationships.policy import Right, rights_of

# Roles that each side should fill for everybody on the other side; recipients have no counterpart.
MIRRORED = (Role.LEAD, Role.MEMBER, Role.EXECUTIVE, Role.GO_TO)
# Roles with a line of their own even when nobody holds them.
EXPECTED = (Role.LEAD, Role.EXECUTIVE, Role.GO_TO)


@dataclass(frozen=True)
class Half:
    """One side's half of a line: who sits there, else whether somebody should, mirroring `opposite`."""

    side: Side
    seat: Seat | None
    opposite: Seat | None
    is_gap: bool

    @property
    def missing(self) -> str:
        """The gap in words."""
        if self.opposite is None:
            return _("Nobody yet")
        return _("Nobody mirrors %(name)s yet") % {"name": self.opposite.person.full_name}


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
        return any(half.is_gap for half in self.halves)

    @property
    def halves(self) -> tuple[Half, Half]:
        """The customer's half and the provider's."""
        needed = self.role in MIRRORED
        return (
            Half(Side.CUSTOMER, self.customer, self.provider, needed and self.customer is None),
            Half(Side.PROVIDER, self.provider, self.customer, needed and self.provider is None),
        )


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
        if not of_role and role in EXPECTED:
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


def former_seats(relationship: Relationship) -> QuerySet[Seat]:
    """Seats that have ended, the latest first."""
    ended = Seat.objects.filter(relationship=relationship, ended_at__isnull=False)
    return ended.select_related("person").order_by("-ended_at", "-pk")


def readers(relationship: Relationship, side: Side | None = None) -> QuerySet[Person]:
    """Active people with a seat that reads the relationship (on one side or both): who can be spoken to there."""
    reading = [role for role in Role if Right.READ in rights_of([role])]
    seats = Seat.objects.filter(relationship=relationship, role__in=reading, ended_at__isnull=True)
    if side is not None:
        seats = seats.filter(side=side)
    return Person.objects.filter(pk__in=seats.values("person"), is_active=True).order_by("full_name", "pk")


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
