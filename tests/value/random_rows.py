"""Relationships with random KPIs, calendars and readings, written as the batch role; and the same as plain periods."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from kpis.domain.periods import Period, PeriodCalendar, calendar_for
from kpis.models import BandRevision, Goal, Kpi, NamedCalendar, NamedPeriod, Reading
from relationships.models import Agreement, Relationship
from tests.cast import Cast
from value.domain.evidence import KpiPeriod, Performer

MOMENT = datetime(2024, 1, 1, tzinfo=UTC)
FREQUENCIES = ("DAY", "WEEK", "MONTH", "MONTH", "QUARTER", "YEAR", "CONTRACT_MONTH", "CALENDAR")


@dataclass
class Invented:
    """A KPI with its calendar and readings."""

    kpi: Kpi
    calendar: PeriodCalendar
    readings: dict[date, Reading] = field(default_factory=dict)

    def periods(self, as_of: date) -> list[KpiPeriod]:
        """Every period of the KPI's life around the date, as the plain arithmetic sees it."""
        found = []
        for period in self.calendar.between(date(2022, 12, 1), as_of):
            if period.first < self.kpi.starts_on or (self.kpi.ends_on and period.first > self.kpi.ends_on):
                continue
            reading = self.readings.get(period.first)
            found.append(
                KpiPeriod(
                    Performer(self.kpi.performed_by),
                    period.last,
                    self.kpi.weight,
                    is_due=period.last + timedelta(days=self.kpi.due_days) <= as_of,
                    attainment=reading.attainment if reading else None,
                    is_disputed=bool(reading) and reading.state == "DISPUTED",
                    is_not_applicable=bool(reading) and reading.is_not_applicable,
                )
            )
        return found


def relationships(cast: Cast, count: int, *, time_zone: str = "Europe/London") -> list[Relationship]:
    """Accepted relationships of Northwind and Brightwater; those of the cast itself stay out of the way."""
    Relationship.objects.using("batch").filter(pk__in=[cast.own.pk, cast.foreign.pk]).update(
        accepted_at=None, accepted_by=None
    )
    return Relationship.objects.using("batch").bulk_create(
        Relationship(
            name=f"Relationship {number}", customer_id=cast.northwind.pk, provider_id=cast.brightwater.pk,
            initiated_by_side="CUSTOMER", time_zone=time_zone, created_at=MOMENT, accepted_at=MOMENT,
            accepted_by_id=cast.jonas.pk, changed_at=MOMENT,
        )
        for number in range(count)
    )  # fmt: skip


def furnish(cast: Cast, relationship: Relationship, chance: random.Random, kpis: int = 6) -> list[Invented]:
    """Random KPIs with readings from 2024 to mid 2026, some missing, disputed, not applicable or without a band."""
    goal = Goal.objects.using("batch").create(relationship=relationship, name="Goal", created_at=MOMENT)
    named = _named_calendar(relationship, chance)
    return [_kpi(cast, goal, named, chance) for _number in range(kpis)]


def _named_calendar(relationship: Relationship, chance: random.Random) -> tuple[NamedCalendar, list[Period]]:
    calendar = NamedCalendar.objects.using("batch").create(relationship=relationship, name="Rail year")
    first, periods = date(2024, 1, 3), []
    while first < date(2026, 7, 1):
        last = first + timedelta(days=chance.choice((25, 27, 27, 31)))
        periods.append(Period(first, last))
        first = last + timedelta(days=1)
    NamedPeriod.objects.using("batch").bulk_create(
        NamedPeriod(
            relationship=relationship, calendar=calendar, label="P", first_day=p.first, last_day=p.last
        )
        for p in periods
    )
    return calendar, periods


def _kpi(
    cast: Cast, goal: Goal, named: tuple[NamedCalendar, list[Period]], chance: random.Random
) -> Invented:
    frequency = chance.choice(FREQUENCIES)
    starts_on = date(2024, 1, 1) + timedelta(days=chance.randrange(700))
    day = chance.randint(1, 28) if frequency == "CONTRACT_MONTH" else None
    kpi = Kpi.objects.using("batch").create(
        relationship_id=goal.relationship_id, goal=goal, name="KPI", polarity="HIGHER", frequency=frequency,
        performed_by=chance.choice(("PROVIDER", "CUSTOMER", "JOINT")), contract_month_day=day,
        calendar=named[0] if frequency == "CALENDAR" else None, starts_on=starts_on,
        ends_on=starts_on + timedelta(days=chance.randrange(800)) if chance.random() < 0.2 else None,
        due_days=chance.choice((0, 5, 10, 45)), weight=chance.randint(1, 1000), created_at=MOMENT,
    )  # fmt: skip
    calendar = calendar_for(frequency, contract_month_day=day, named=named[1])
    invented = Invented(kpi, calendar)
    band = _band(cast, kpi)
    last = min(kpi.ends_on or date(2026, 6, 1), date(2026, 6, 1))
    for period in calendar.between(starts_on, last):
        if chance.random() < 0.8:
            invented.readings[period.first] = _reading(kpi, period, band, chance)
    Reading.objects.using("batch").bulk_create(invented.readings.values())
    return invented


def _band(cast: Cast, kpi: Kpi) -> BandRevision:
    agreement = Agreement.objects.using("batch").create(
        relationship_id=kpi.relationship_id, kind="BAND_REVISION", title="Band", digest="0" * 64,
        proposed_by_side="CUSTOMER", proposed_by=cast.amara, proposed_at=MOMENT,
    )  # fmt: skip
    return BandRevision.objects.using("batch").create(
        relationship_id=kpi.relationship_id, kpi=kpi, agreement=agreement, effective_from=date(2023, 1, 1),
        floor=60, tolerance=70, target=80, created_at=MOMENT,
    )  # fmt: skip


def _reading(kpi: Kpi, period: Period, band: BandRevision, chance: random.Random) -> Reading:
    kind = chance.random()
    reading = Reading(
        relationship_id=kpi.relationship_id, kpi=kpi, period_start=period.first, period_end=period.last,
        submitted_at=MOMENT, recorded_at=MOMENT,
        state=chance.choice(("SUBMITTED", "CONFIRMED", "CONFIRMED", "DEEMED", "DISPUTED")),
    )  # fmt: skip
    if kind < 0.1:
        reading.is_not_applicable = True
    elif kind < 0.15:
        reading.value = 1
    else:
        reading.value, reading.band_revision, reading.verdict = 75, band, 2
        reading.attainment = chance.randint(0, 1_000_000)
    return reading


__all__ = ["Invented", "furnish", "relationships"]
