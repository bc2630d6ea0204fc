"""What a pulse shows: who is still asked while it is open, what whole sides said once it is closed, and what follows.

Nothing can be found out by subtraction: a pulse publishes two figures, once, of two sides that share nobody, and
nothing before. There is no part of a side, no filter and no second moment that could be taken from another.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from portal.lib.rounding import half_even
from relationships.access import Standpoint, Viewer
from relationships.domain.pulses import counts_from, mean_of
from relationships.models import Pulse, PulseParticipation, Relationship, Seat, Side
from relationships.policy import Right
from relationships.queries.people import readers
from relationships.reach import among, ids_with


@dataclass(frozen=True)
class SideOfPulse:
    """One side: how many were asked and have answered, and its index (0 to 1), None where too few answered."""

    side: Side
    organisation: str
    about: str
    asked: int
    answered: int
    index: Decimal | None

    @property
    def mean(self) -> Decimal | None:
        """The mean answer, 1 to 7, with one decimal."""
        return None if self.index is None else half_even(mean_of(self.index), 1)

    @property
    def percent(self) -> str:
        """The index as a length of 100."""
        return f"{(self.index or Decimal(0)) * 100:.2f}"


@dataclass(frozen=True)
class EarnedRoom:
    """A KPI whose tolerance trust widens, by which share of the way from target to tolerance."""

    kpi_id: int
    name: str
    max_earned: Decimal
    widens_by: Decimal

    @property
    def agreed_percent(self) -> Decimal:
        return self.max_earned * 100

    @property
    def percent(self) -> Decimal:
        return self.widens_by * 100


@dataclass(frozen=True)
class PulsePage:
    """A pulse as one person sees it; `trust` is the mutual index that earns room from `counts_from` on."""

    pulse: Pulse
    sides: tuple[SideOfPulse, ...]
    is_asked: bool
    has_answered: bool
    is_over: bool
    trust: Decimal
    counts_from: date
    earned: list[EarnedRoom]

    @property
    def is_open(self) -> bool:
        """Whether it still takes answers."""
        return self.pulse.closed_at is None and not self.is_over

    @property
    def everybody_has_answered(self) -> bool:
        return all(side.answered >= side.asked for side in self.sides)


def get_pulse(standpoint: Standpoint, pulse: Pulse, *, now: datetime) -> PulsePage:
    """The pulse with what may be seen of it now; about five queries."""
    relationship = standpoint.relationship
    is_closed = pulse.closed_at is not None
    trust = min(pulse.customer_trust or Decimal(0), pulse.provider_trust or Decimal(0))
    ended = (pulse.closed_at or pulse.closes_at).astimezone(ZoneInfo(relationship.time_zone))
    begins = counts_from(ended.date())
    person = standpoint.person
    asked = set(readers(relationship, standpoint.side).values_list("pk", flat=True))
    participations = PulseParticipation.objects.filter(pulse=pulse)
    return PulsePage(
        pulse,
        _sides(relationship, pulse, is_closed=is_closed),
        person.pk in asked,
        participations.filter(person=person).exists(),
        pulse.closes_at <= now,
        trust,
        begins,
        earned_room(relationship, trust, begins) if is_closed else [],
    )


def _sides(relationship: Relationship, pulse: Pulse, *, is_closed: bool) -> tuple[SideOfPulse, ...]:
    if is_closed:
        answered = {Side.CUSTOMER: pulse.customer_answers, Side.PROVIDER: pulse.provider_answers}
        asked = answered
    else:
        answered, asked = _answered(pulse), _asked(relationship)
    indices = {Side.CUSTOMER: pulse.customer_trust, Side.PROVIDER: pulse.provider_trust}
    return tuple(
        SideOfPulse(
            side,
            str(relationship.organisation_of(side) or ""),
            str(relationship.organisation_of(side.other) or ""),
            asked.get(side, 0),
            answered.get(side, 0),
            indices[side],
        )
        for side in Side
    )


def _answered(pulse: Pulse) -> dict[Side, int]:
    """Of those who are asked now, how many have answered, by side."""
    asked = readers(pulse.relationship).values("pk")
    rows = PulseParticipation.objects.filter(pulse=pulse, person__in=asked).order_by().values_list("side")
    return {Side(side): count for side, count in rows.annotate(count=Count("pk"))}


def _asked(relationship: Relationship) -> dict[Side, int]:
    people = readers(relationship).values_list("organisation_id", flat=True)
    found = {Side.CUSTOMER: 0, Side.PROVIDER: 0}
    for organisation_id in people:
        side = relationship.side_of(organisation_id)
        if side is not None:
            found[side] += 1
    return found


def earned_room(relationship: Relationship, trust: Decimal, on: date) -> list[EarnedRoom]:
    """The KPIs whose band in force on a day lets trust widen its tolerance; one query."""
    kpis = relationship.kpis.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), is_driver=False)
    agreed = kpis.filter(band_revisions__agreed_at__isnull=False, band_revisions__effective_from__lte=on)
    columns = ("pk", "name", "band_revisions__max_earned")
    order = ("position", "pk", "band_revisions__effective_from", "band_revisions__agreed_at")
    last: dict[int, tuple[str, Decimal]] = {}
    for pk, name, max_earned in agreed.order_by(*order).values_list(*columns):
        last[pk] = (name, max_earned)
    return [
        EarnedRoom(pk, name, max_earned, max_earned * trust)
        for pk, (name, max_earned) in last.items()
        if max_earned
    ]


def list_pulses(relationship: Relationship) -> QuerySet[Pulse]:
    """The pulses of a relationship, newest first."""
    return Pulse.objects.filter(relationship=relationship)


def due_pulses(pulses: QuerySet[Pulse], now: datetime) -> QuerySet[Pulse]:
    """Open pulses whose time has run out."""
    return pulses.filter(closed_at__isnull=True, closes_at__lte=now)


def pulses_to_answer(viewer: Viewer, *, now: datetime) -> QuerySet[Pulse]:
    """Open pulses that ask the viewer and that they have not answered yet, the first to close first; one query."""
    person = viewer.person
    held = Seat.objects.filter(person=person, ended_at__isnull=True).values("relationship_id")
    answered = PulseParticipation.objects.filter(person=person).values("pulse_id")
    waiting = Pulse.objects.filter(
        among("relationship_id", ids_with(viewer, Right.READ)), closed_at__isnull=True, closes_at__gt=now,
        relationship_id__in=held,
    )  # fmt: skip
    return waiting.exclude(pk__in=answered).select_related("relationship").order_by("closes_at", "pk")
