"""The evidence of many relationships at once: whole-number sums, added up inside the database.

`value.domain.evidence.sum_up` is the plain twin; a differential test holds them equal. Scores as of an earlier date
use the readings of today, each judged by the band stored with it: what was corrected since is corrected there too.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from django.db import connections

from kpis.domain.periods import Frequency, Period, PeriodCalendar, calendar_for
from value.domain.evidence import (
    AGE_WEIGHTS,
    NOTHING,
    Evidence,
    Performer,
    Sums,
    expected_periods,
    month_bounds,
)

# No period of these frequencies is longer, so that a reading's first day alone tells that it is too old.
LONGEST_PERIOD: Final = {
    Frequency.DAY: 1,
    Frequency.WEEK: 7,
    Frequency.MONTH: 31,
    Frequency.CONTRACT_MONTH: 31,
    Frequency.QUARTER: 92,
    Frequency.YEAR: 366,
}
IS_JUDGED: Final = "r.attainment IS NOT NULL AND r.state <> 'DISPUTED'"

SUMS: Final = """
SELECT {key}, performed_by,
    coalesce(sum(attainment::bigint * weight) FILTER (WHERE judged), 0),
    coalesce(sum(weight) FILTER (WHERE judged), 0),
    count(*) FILTER (WHERE judged),
    count(*) FILTER (WHERE judged AND NOT due),
    count(*) FILTER (WHERE left_out AND due)
FROM (
    SELECT k.id AS kpi_id, k.relationship_id, k.performed_by, r.attainment, {judged} AS judged,
        k.weight * {age_weight} AS weight,
        r.is_not_applicable AND r.state <> 'DISPUTED' AS left_out,
        r.period_end <= %(as_of)s::date - k.due_days AS due
    FROM kpis_kpi k
    JOIN kpis_reading r ON r.kpi_id = k.id
        AND r.period_start > {too_old} AND r.period_start <= %(as_of)s::date
        AND r.period_end > %(after)s::date AND r.period_end <= %(as_of)s::date
        AND r.period_start >= k.starts_on AND (k.ends_on IS NULL OR r.period_start <= k.ends_on)
    WHERE k.relationship_id = ANY (%(ids)s) AND NOT k.is_driver
) period
GROUP BY 1, 2
"""
CALENDARS: Final = """
SELECT {key}, performed_by, frequency, contract_month_day, calendar_id, starts_on, ends_on, due_days,
    count(*)
FROM kpis_kpi WHERE relationship_id = ANY (%(ids)s) AND starts_on <= %(as_of)s AND NOT is_driver
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""
NAMED: Final = (
    "SELECT calendar_id, first_day, last_day FROM kpis_namedperiod WHERE relationship_id = ANY (%(ids)s)"
    " AND last_day > %(after)s::date - 1 ORDER BY calendar_id, first_day"
)


def evidence_of(ids: Sequence[int], as_of: date, *, using: str = "batch") -> dict[int, Evidence]:
    """The evidence of each relationship as of a date; one without KPIs has none, and is there all the same."""
    if using == "batch":
        _plan_by_index(using)
    found = _sums(ids, as_of, "relationship_id", using)
    return {
        pk: Evidence(
            *(found[pk].get(performer, NOTHING) if pk in found else NOTHING for performer in Performer)
        )
        for pk in ids
    }


def evidence_by_kpi(relationship_id: int, as_of: date, *, using: str = "default") -> dict[int, Sums]:
    """The same sums for each KPI of one relationship."""
    found = _sums([relationship_id], as_of, "kpi_id", using)
    return {kpi_id: sums for kpi_id, by_performer in found.items() for sums in by_performer.values()}


def _sums(ids: Sequence[int], as_of: date, key: str, using: str) -> dict[int, dict[str, Sums]]:
    parameters = {"ids": list(ids), "as_of": as_of, "after": month_bounds(as_of)[-1]}
    expected = _expected(parameters, key, using)
    found: dict[int, dict[str, Sums]] = defaultdict(dict)
    for pk, performer, points, weight, periods, early, left_out in _rows(
        sums_statement(as_of, key), parameters, using
    ):
        due = expected.pop((pk, performer), 0)
        found[pk][performer] = Sums(int(points), int(weight), periods, due + early - left_out)
    for (pk, performer), due in expected.items():
        found[pk][performer] = Sums(expected=due)
    return found


def sums_statement(as_of: date, key: str = "relationship_id") -> str:
    """The statement that adds up; its dates stand in it, because the planner estimates better what it can see."""
    bounds = month_bounds(as_of)
    ages = " ".join(
        f"WHEN r.period_end > date '{bounds[age + 1]}' THEN {weight}"
        for age, weight in enumerate(AGE_WEIGHTS)
    )
    frequencies = " ".join(
        f"WHEN '{name}' THEN date '{bounds[-1] - timedelta(days=days)}'"
        for name, days in LONGEST_PERIOD.items()
    )
    return SUMS.format(
        key=key,
        judged=IS_JUDGED,
        age_weight=f"(CASE {ages} END)::bigint",
        too_old=f"(CASE k.frequency {frequencies} ELSE date '-infinity' END)",
    )


def _expected(parameters: dict[str, Any], key: str, using: str) -> dict[tuple[int, str], int]:
    """How many periods should be there by performer; equal calendars are counted once."""
    as_of: date = parameters["as_of"]
    calendars = _rows(CALENDARS.format(key="id" if key == "kpi_id" else key), parameters, using)
    has_named = any(frequency == Frequency.CALENDAR for _pk, _performer, frequency, *_rest in calendars)
    named = _named_calendars(parameters, using) if has_named else {}

    @cache
    def count(
        frequency: str,
        day: int | None,
        calendar_id: int | None,
        starts: date,
        ends: date | None,
        due_days: int,
    ) -> int:
        periods = tuple(named.get(calendar_id, ())) if calendar_id is not None else ()
        calendar: PeriodCalendar = calendar_for(frequency, contract_month_day=day, named=periods)
        return expected_periods(calendar, starts_on=starts, ends_on=ends, due_days=due_days, as_of=as_of)

    found: dict[tuple[int, str], int] = defaultdict(int)
    for pk, performer, *calendar, kpis in calendars:
        found[pk, performer] += kpis * count(*calendar)
    return found


def _named_calendars(parameters: dict[str, Any], using: str) -> dict[int, list[Period]]:
    found: dict[int, list[Period]] = defaultdict(list)
    for calendar_id, first, last in _rows(NAMED, parameters, using):
        found[calendar_id].append(Period(first, last))
    return found


def _plan_by_index(using: str) -> None:
    """For the rest of the transaction: a trailing year is read through the index of its KPI, however long the history.

    The planner would rather read the whole table once a chunk is a few per cent of it, which costs more with each
    year that passes; and chunks already run side by side, so that a statement needs no helpers of its own.
    """
    settings = {"enable_seqscan": "off", "enable_memoize": "off", "max_parallel_workers_per_gather": "0"}
    with connections[using].cursor() as cursor:
        calls = ", ".join("set_config(%s, %s, true)" for _setting in settings)
        cursor.execute(f"SELECT {calls}", [part for setting in settings.items() for part in setting])


def _rows(statement: str, parameters: dict[str, Any], using: str) -> list[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
