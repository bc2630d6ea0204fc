"""What the arithmetic of flex needs to know of the world: spells, drivers and trust, loaded for many KPIs at once."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from kpis.domain.flex import PLACES, mutual_trust, quarter_start
from kpis.domain.periods import Period
from kpis.models import Reading, Spell
from portal.lib.rounding import half_even
from relationships.models import Pulse

NO_TRUST: Final = Decimal(0)
UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Span:
    """Days in which an environment holds, both included; `spell_id` is None for one that is only proposed."""

    spell_id: int | None
    first: date
    last: date

    def days_in(self, period: Period) -> int:
        """How many days of the period it covers."""
        return max(0, (min(self.last, period.last) - max(self.first, period.first)).days + 1)


@dataclass(frozen=True, slots=True)
class Measured:
    """A driver's value over some days, both included."""

    first: date
    last: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Trust:
    """Mutual trust, 0 to 1, as of a quarter, and the pulse that says so; nothing and None while there is none."""

    index: Decimal = NO_TRUST
    pulse_id: int | None = None


@dataclass(frozen=True)
class Surroundings:
    """Spells by environment, readings of drivers by KPI (oldest first), closed pulses by closing time (oldest first)."""

    spells: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    drivers: Mapping[int, Sequence[Measured]] = field(default_factory=dict)
    pulses: Sequence[tuple[datetime, Trust]] = ()
    zone: ZoneInfo = UTC

    def covering(self, period: Period) -> dict[int, list[Span]]:
        """The spells that cover a day of the period, by environment."""
        found = {
            environment: [span for span in spans if span.days_in(period)]
            for environment, spans in self.spells.items()
        }
        return {environment: spans for environment, spans in found.items() if spans}

    def driver_value(self, driver_id: int, period: Period) -> Decimal | None:
        """The driver's mean over the days of the period that it was measured for; None while there is none.

        With the same calendar that is its reading; daily readings are averaged over a month, and a quarter's reading
        holds for each of its months.
        """
        total, days = Fraction(0), 0
        every = self.drivers.get(driver_id, ())
        begins = bisect_left(every, period.first, key=lambda one: one.last)
        for measured in islice(every, begins, None):
            if measured.first > period.last:
                break
            shared = Span(None, measured.first, measured.last).days_in(period)
            total += shared * Fraction(measured.value)
            days += shared
        return half_even(total / days, PLACES) if days else None

    def trust(self, day: date) -> Trust:
        """What the last pulse said that was closed before the quarter of `day` began."""
        begins = datetime.combine(quarter_start(day), time(), self.zone)
        place = bisect_left(self.pulses, begins, key=lambda closed: closed[0])
        return self.pulses[place - 1][1] if place else Trust()

    def with_spell(self, environment_id: int, span: Span, *, instead_of: int | None = None) -> "Surroundings":
        """The same world, had this spell been signed (in place of another)."""
        kept = [one for one in self.spells.get(environment_id, ()) if one.spell_id != instead_of]
        return Surroundings(
            {**self.spells, environment_id: [*kept, span]}, self.drivers, self.pulses, self.zone
        )


def surroundings_of(
    *, environment_ids: Iterable[int], driver_ids: Iterable[int], relationship_id: int | None
) -> Surroundings:
    """The world around some KPIs; at most three queries, none for what is not asked for.

    `relationship_id` asks for the pulses of a relationship, None for none.
    """
    environments, drivers = list(environment_ids), list(driver_ids)
    spells: dict[int, list[Span]] = defaultdict(list)
    if environments:
        for spell in spells_in_force().filter(environment_id__in=environments):
            spells[spell.environment_id].append(span_of(spell))
    measured: dict[int, list[Measured]] = defaultdict(list)
    if drivers:
        rows = Reading.objects.filter(
            ~Q(state=Reading.State.DISPUTED), kpi_id__in=drivers, value__isnull=False
        )
        columns = ("kpi_id", "period_start", "period_end", "value")
        for kpi_id, first, last, value in rows.order_by("period_start").values_list(*columns):
            measured[kpi_id].append(Measured(first, last, value or Decimal(0)))
    pulses, zone = _pulses(relationship_id) if relationship_id is not None else ([], UTC)
    return Surroundings(dict(spells), dict(measured), pulses, zone)


def spells_in_force() -> QuerySet[Spell]:
    """Spells that both sides signed and that no later one took the place of."""
    return Spell.objects.filter(agreed_at__isnull=False, superseded_at__isnull=True, is_void=False).order_by(
        "first_day", "pk"
    )


def span_of(spell: Spell) -> Span:
    """A spell's days; one without an end goes on."""
    return Span(spell.pk, spell.first_day, spell.last_day or date.max)


def _pulses(relationship_id: int) -> tuple[list[tuple[datetime, Trust]], ZoneInfo]:
    rows = (
        Pulse.objects.filter(relationship_id=relationship_id, closed_at__isnull=False)
        .order_by("closed_at", "pk")
        .values_list("closed_at", "customer_trust", "provider_trust", "pk", "relationship__time_zone")
    )
    found: list[tuple[datetime, Trust]] = []
    zone = ZoneInfo("UTC")
    for closed_at, customer, provider, pk, name in rows:
        zone = ZoneInfo(name)
        if closed_at is not None:
            found.append((closed_at, Trust(mutual_trust(customer, provider), pk)))
    return found, zone
