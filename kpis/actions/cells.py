"""Writing readings by the thousand: two statements, whatever their number, and never over somebody's change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from kpis.actions.entries import Entry
from kpis.actions.judging import StoredJudgement
from kpis.models import Flexing

AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One reading as it shall be. `reading_id` and `version` name the row it replaces; None for an empty cell."""

    kpi_id: int
    period_start: date
    period_end: date
    entry: Entry
    judgement: StoredJudgement
    reading_id: int | None = None
    version: int | None = None


COLUMNS: Final = {
    "value": "numeric[]",
    "numerator": "numeric[]",
    "denominator": "numeric[]",
    "is_not_applicable": "boolean[]",
    "note": "text[]",
    "band_revision_id": "bigint[]",
    "verdict": "smallint[]",
    "attainment": "int[]",
    "flexing_id": "bigint[]",
}
OF_ENTRY: Final = ("value", "numerator", "denominator", "is_not_applicable", "note")
OF_JUDGEMENT: Final = ("band_revision_id", "verdict", "attainment")
FLEXING: Final = "flexing_id"
_CASTS = ", ".join(f"%({name})s::{kind}" for name, kind in COLUMNS.items())
_NAMES = ", ".join(COLUMNS)

INSERT: Final = f"""
INSERT INTO kpis_reading (relationship_id, kpi_id, period_start, period_end, {_NAMES}, state, submitted_by_id,
    submitted_at, clock_id, recorded_at, version)
SELECT %(relationship)s, n.kpi_id, n.period_start, n.period_end, {", ".join(f"n.{name}" for name in COLUMNS)},
    'SUBMITTED', %(actor)s, %(now)s, %(clock)s, %(now)s, 1
FROM unnest(%(kpi_id)s::bigint[], %(period_start)s::date[], %(period_end)s::date[], {_CASTS})
    AS n(kpi_id, period_start, period_end, {_NAMES})
ON CONFLICT (kpi_id, period_start) DO NOTHING
RETURNING id, kpi_id, period_start
"""  # noqa: S608  only names written above enter the text

UPDATE: Final = f"""
UPDATE kpis_reading AS r SET {", ".join(f"{name} = n.{name}" for name in COLUMNS)}, state = 'SUBMITTED',
    submitted_by_id = %(actor)s, submitted_at = %(now)s, settled_by_id = NULL, settled_at = NULL,
    clock_id = %(clock)s, recorded_at = %(now)s, version = r.version + 1
FROM unnest(%(reading_id)s::bigint[], %(version)s::int[], {_CASTS}) AS n(reading_id, seen, {_NAMES})
WHERE r.id = n.reading_id AND r.version = n.seen AND r.relationship_id = %(relationship)s
RETURNING r.id, r.kpi_id, r.period_start
"""  # noqa: S608

Written = dict[tuple[int, date], int]


def array_of(values: Iterable[object]) -> str:
    """The values as one literal of a PostgreSQL array: parsed many times faster than thousands of constants."""
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return str(value)


def write_cells(
    cells: Sequence[Cell], *, relationship_id: int, actor_id: int, clock_id: int | None, now: datetime
) -> Written:
    """Writes the cells as submitted; returns the reading's id by (KPI, first day) for those that were written.

    A cell that is missing from the answer was filled or changed by somebody faster; nothing was overwritten.
    """
    shared: dict[str, Any] = {
        "relationship": relationship_id,
        "actor": actor_id,
        "clock": clock_id,
        "now": now,
    }
    record_flexings((cell.judgement.flexing for cell in cells), now)
    fresh = [cell for cell in cells if cell.reading_id is None]
    corrected = [cell for cell in cells if cell.reading_id is not None]
    written: Written = {}
    for statement, chosen, keys in (
        (INSERT, fresh, ("kpi_id", "period_start", "period_end")),
        (UPDATE, corrected, ("reading_id", "version")),
    ):
        for start in range(0, len(chosen), AT_ONCE):
            part = chosen[start : start + AT_ONCE]
            arrays = {key: array_of(getattr(cell, key) for cell in part) for key in keys}
            arrays |= {name: array_of(getattr(cell.entry, name) for cell in part) for name in OF_ENTRY}
            arrays |= {
                name: array_of(getattr(cell.judgement, name) for cell in part) for name in OF_JUDGEMENT
            }
            arrays[FLEXING] = array_of(_key(cell.judgement.flexing) for cell in part)
            with connection.cursor() as cursor:
                cursor.execute(statement, shared | arrays)
                written |= {(kpi_id, first): pk for pk, kpi_id, first in cursor.fetchall()}
    return written


def _key(flexing: Flexing | None) -> int | None:
    return None if flexing is None else flexing.pk


def record_flexings(flexings: Iterable[Flexing | None], now: datetime) -> None:
    """Saves the records of moved bands, so that the readings judged by them can name them."""
    made = [flexing for flexing in flexings if flexing is not None]
    for flexing in made:
        flexing.created_at = now
    Flexing.objects.bulk_create(made, batch_size=AT_ONCE)
