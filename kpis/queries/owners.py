"""Who owns a KPI, one person on each side, and who mirrors them on the other."""

from dataclasses import dataclass

from accounts.models import Person
from kpis.models import Kpi
from relationships.models import Seat, Side


@dataclass(frozen=True)
class Owner:
    """The named owner on one side, and who mirrors that person on the other."""

    side: Side
    person: Person | None
    title: str = ""
    counterpart: Person | None = None


def owners_of(kpi: Kpi) -> list[Owner]:
    """The customer's owner and the provider's; one query."""
    seats = Seat.objects.filter(
        relationship_id=kpi.relationship_id,
        person__in=[pk for pk in (kpi.customer_owner_id, kpi.provider_owner_id) if pk],
        ended_at__isnull=True,
    ).select_related("counterpart__person")
    by_person: dict[int, Seat] = {}
    for seat in seats.order_by("started_at", "pk"):
        # Of several roles the mirrored one says more.
        if seat.counterpart is not None or seat.person_id not in by_person:
            by_person[seat.person_id] = seat
    return [
        _owner(Side.CUSTOMER, kpi.customer_owner, by_person),
        _owner(Side.PROVIDER, kpi.provider_owner, by_person),
    ]


def _owner(side: Side, person: Person | None, seats: dict[int, Seat]) -> Owner:
    seat = seats.get(person.pk) if person else None
    if seat is None:
        return Owner(side, person)
    return Owner(side, person, seat.title, seat.counterpart.person if seat.counterpart else None)
