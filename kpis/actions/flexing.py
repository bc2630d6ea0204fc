"""What the world around a service does to its bands: drivers that are reported, and what they touch."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from kpis.actions.rejudging import Outcome, Touched, judge_anew
from kpis.models import FlexRule
from kpis.queries.bands import kpis_moved_by

__all__ = ["follow_drivers", "kpis_moved_by"]

# What conditions of automatic spells may speak of is looked at after the commit, by `kpis.propose_spells`.
REMEMBER: Final = """
INSERT INTO kpis_conditioncheck (relationship_id, driver_id, first_day, last_day, created_at)
SELECT %(relationship)s, d.id, r.first_day, r.last_day, %(now)s
FROM unnest(%(ids)s::bigint[], %(firsts)s::date[], %(lasts)s::date[]) AS r(id, first_day, last_day)
JOIN kpis_kpi d ON d.id = r.id AND d.is_driver
WHERE EXISTS (SELECT FROM kpis_environmentrevision e
    WHERE e.relationship_id = %(relationship)s AND e.agreed_at IS NOT NULL AND e.condition <> '')
"""


def follow_drivers(
    reported: Iterable[tuple[int, date, date]], *, relationship_id: int, now: datetime
) -> Outcome:
    """Judges anew what follows the drivers among the reported (KPI, first day, last day); most reports drive nothing."""
    spans: dict[int, tuple[date, date]] = {}
    for kpi_id, first, last in reported:
        earliest, latest = spans.get(kpi_id, (first, last))
        spans[kpi_id] = (min(earliest, first), max(latest, last))
    if not spans:
        return Outcome()
    _remember_to_look(spans, relationship_id, now)
    driven = (
        FlexRule.objects.filter(driver_id__in=list(spans), band_revision__agreed_at__isnull=False)
        .order_by()
        .values_list("band_revision__kpi_id", "driver_id")
        .distinct()
    )
    touched = [
        Touched(kpi_id, first=spans[driver_id][0], last=spans[driver_id][1])
        for kpi_id, driver_id in driven
        if driver_id is not None
    ]
    if not touched:
        return Outcome()
    return judge_anew(
        touched, relationship_id=relationship_id, now=now, cause=_("A driver was reported or corrected")
    )


def _remember_to_look(spans: dict[int, tuple[date, date]], relationship_id: int, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            REMEMBER,
            {
                "relationship": relationship_id,
                "now": now,
                "ids": list(spans),
                "firsts": [first for first, _last in spans.values()],
                "lasts": [last for _first, last in spans.values()],
            },
        )
