"""What the world around a service does to its bands: drivers that are reported, and what they touch."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _

from kpis.actions.rejudging import Outcome, Touched, judge_anew
from kpis.models import FlexRule
from kpis.queries.bands import kpis_moved_by

__all__ = ["follow_drivers", "kpis_moved_by"]


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
