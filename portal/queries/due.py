"""Readings that one's own side owes: which periods have ended without one, and since when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection

from kpis.domain.periods import Frequency, Period, calendar_for
from relationships.reach import as_array

LOOKS_BACK: Final = timedelta(days=366)
LOOKS_BACK_FOR_YEARS: Final = 3 * LOOKS_BACK
# People work in a handful of relationships. Of more than this many, those are looked at that changed least recently:
# where nobody has done anything for longest, something is most likely to be missing.
MOST_RELATIONSHIPS: Final = 60

# One line per KPI of the own side, with the readings of the last year that are there: of periods already late, and of
# periods that have ended but still have time. Periods of named calendars are counted here, all others by arithmetic.
QUESTION: Final = """
WITH looked_at AS MATERIALIZED (
  SELECT r.id, r.name, r.customer_id = %(own)s AS is_customer, (%(now)s AT TIME ZONE r.time_zone)::date AS today
  FROM relationships_relationship r WHERE r.id = ANY(%(ids)s::bigint[]) ORDER BY r.changed_at, r.id LIMIT %(most)s
), kpi AS (
  SELECT l.id AS relationship_id, l.name, l.today, k.id, k.frequency, k.contract_month_day, k.calendar_id, k.due_days,
    greatest(k.starts_on, l.today - CASE k.frequency WHEN 'YEAR' THEN %(years)s ELSE %(days)s END) AS since, least(k.ends_on, l.today) AS until
  FROM looked_at l JOIN kpis_kpi k ON k.relationship_id = l.id AND (k.performed_by = 'CUSTOMER') = l.is_customer
)
SELECT kpi.relationship_id, kpi.name, kpi.today, kpi.frequency, kpi.contract_month_day, kpi.since, kpi.until,
  kpi.due_days, there.starts,
  CASE WHEN kpi.calendar_id IS NOT NULL THEN (
    SELECT array_agg(ARRAY[p.first_day, p.last_day] ORDER BY p.first_day) FROM kpis_namedperiod p
    WHERE p.calendar_id = kpi.calendar_id AND p.first_day BETWEEN kpi.since AND kpi.until AND p.last_day < kpi.today)
  END
FROM kpi CROSS JOIN LATERAL (
  SELECT string_agg(d.period_start::text, ',') AS starts FROM kpis_reading d
  WHERE d.kpi_id = kpi.id AND d.period_start BETWEEN kpi.since AND kpi.until
) there
ORDER BY kpi.relationship_id
"""


@dataclass(frozen=True)
class DueReadings:
    """What one side owes in one relationship: how many readings are late, how many are due and by when."""

    relationship_id: int
    relationship_name: str
    late: int
    due: int
    late_since: date | None
    due_on: date | None

    @property
    def since(self) -> date:
        """The first day that is missed or at stake."""
        return self.late_since or self.due_on or date.max


def due_readings(relationship_ids: list[int], organisation_id: int, *, now: datetime) -> list[DueReadings]:
    """The readings of the last year (of yearly KPIs: three) that the organisation's side owes on the local day of `now`, by relationship.

    A period is due from the day after it ended, and late once its due days have passed as well. One query.
    """
    owed: dict[int, list[tuple[date, date]]] = {}
    names: dict[int, str] = {}
    periods: dict[Any, list[tuple[str, date]]] = {}
    for row in _ask(relationship_ids, organisation_id, now):
        relationship_id, name, today, frequency, contract_day, since, until, due_days, starts, named = row
        # Most KPIs share their calendar and the days looked at: each such stretch is counted once.
        key = (today, frequency, contract_day, since, until, str(named))
        if key not in periods:
            ended = _ended(today, frequency, contract_day, since, until, named)
            periods[key] = [(period.first.isoformat(), period.last) for period in ended]
        there = starts or ""  # as text: ten thousand dates would be read one by one, only to be compared
        missing = [last + timedelta(due_days) for first, last in periods[key] if first not in there]
        if missing:
            names[relationship_id] = name
            owed.setdefault(relationship_id, []).extend((due_on, today) for due_on in missing)
    return [_sum(relationship_id, names[relationship_id], lines) for relationship_id, lines in owed.items()]


def _ask(relationship_ids: list[int], organisation_id: int, now: datetime) -> list[tuple[Any, ...]]:
    parameters: dict[str, str | int | datetime] = {
        "own": organisation_id,
        "now": now,
        "ids": as_array(relationship_ids),
        "most": MOST_RELATIONSHIPS,
        "days": LOOKS_BACK.days,
        "years": LOOKS_BACK_FOR_YEARS.days,
    }
    with connection.cursor() as cursor:
        cursor.execute(QUESTION, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _ended(
    today: date,
    frequency: str,
    contract_month_day: int | None,
    since: date,
    until: date,
    named: list[list[date]] | None,
) -> list[Period]:
    """The periods of a KPI that lie in the time looked at and have ended."""
    if frequency == Frequency.CALENDAR:
        return [Period(first, last) for first, last in named or ()]
    calendar = calendar_for(frequency, contract_month_day=contract_month_day)
    return [period for period in calendar.between(since, until) if period.last < today]


def _sum(relationship_id: int, name: str, lines: list[tuple[date, date]]) -> DueReadings:
    late = [due_on for due_on, today in lines if due_on < today]
    due = [due_on for due_on, today in lines if due_on >= today]
    return DueReadings(
        relationship_id,
        name,
        late=len(late),
        due=len(due),
        late_since=min(late) + timedelta(days=1) if late else None,
        due_on=min(due) if due else None,
    )
