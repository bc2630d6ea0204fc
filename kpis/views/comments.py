"""What is said and done about one reading, for the part of a page that shows comments."""

from typing import Any

from kpis.domain.periods import Period
from kpis.models import Kpi
from kpis.subjects import about_reading
from relationships import queries
from relationships.access import Standpoint
from relationships.models import TimelineEntry

MOST_ENTRIES = 50


def comments_about(standpoint: Standpoint, kpi: Kpi, period: Period) -> dict[str, Any]:
    """What a page with comments and events about a reading needs."""
    about = about_reading(kpi.pk, period.first)
    entries = list(queries.get_timeline(standpoint, about=about)[:MOST_ENTRIES])
    comments = sum(entry.kind == TimelineEntry.Kind.COMMENT for entry in entries)
    return {"about": about, "entries": entries, "comment_count": comments}
