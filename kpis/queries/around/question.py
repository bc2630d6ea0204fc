"""The one question, written once for each shape it can have: putting it together takes longer than answering it.

What stands in for the values of a call (a day, a moment, an id) are values that nobody could mean; each call puts its
own in their places.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Q

from kpis.models import Kpi
from kpis.queries.around import asked

KPI, READING, SPELLS_FROM = -101, -102, -1001
SINCE, ON = date(1, 1, 2), date(1, 1, 3)
AT: Final = datetime(1, 1, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Shape:
    """What the question asks for, whatever the values."""

    is_past: bool
    most: int | None
    spells: int | None
    has_files: bool


def ask(
    kpi_id: int,
    *,
    on: date,
    since: date,
    at: datetime | None,
    most: int | None,
    spells: Sequence[int] | None,
    reading_id: int | None,
) -> dict[str, list[Any]]:
    """The rows of each part, by its name."""
    shape = Shape(at is not None, most, None if spells is None else len(spells), reading_id is not None)
    names, sql, places = _written(shape)
    values: dict[object, Any] = {KPI: kpi_id, READING: reading_id, SINCE: since, ON: on, AT: at}
    values |= {SPELLS_FROM - place: pk for place, pk in enumerate(spells or ())}
    with connection.cursor() as cursor:
        cursor.execute(sql, [values.get(place, place) for place in places])
        found = cursor.fetchone() or [None] * len(names)
    return {name: [json.loads(row) for row in rows or ()] for name, rows in zip(names, found, strict=True)}


@lru_cache(maxsize=64)
def _written(shape: Shape) -> tuple[tuple[str, ...], str, tuple[Any, ...]]:
    """The names of the parts, the text, and what stands in the places of values."""
    at = AT if shape.is_past else None
    chosen = None
    if shape.spells is not None:
        chosen = Q(pk__in=[SPELLS_FROM - place for place in range(shape.spells)])
    parts = {
        "rows": asked.standing(SINCE, ON, at, shape.most),
        "bands": asked.bands(at),
        "rules": asked.rules(at),
        "spells": asked.spells(chosen, at),
        "rebases": asked.rebases(ON, at),
        "reviews": asked.reviews(at),
        "works": asked.works(),
    }
    if at is not None:
        parts["past"] = asked.past(SINCE, ON, at)
    if shape.has_files:
        parts["files"] = asked.files(READING)
    wanted = {f"around_{name}": ArraySubquery(rows) for name, rows in parts.items()}
    question = Kpi.objects.filter(pk=KPI).order_by().annotate(**wanted).values_list(*wanted)
    sql, places = question.query.sql_with_params()
    return tuple(parts), sql, tuple(places)
