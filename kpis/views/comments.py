"""What is said about one reading, for the part of a page that shows comments."""

from typing import Any

from kpis.domain.periods import Period
from kpis.models import Kpi
from relationships import queries
from relationships.access import Standpoint


def about_reading(kpi: Kpi, period: Period) -> str:
    """Under what the timeline keeps what is said about a period of a KPI."""
    return f"reading:{kpi.pk}:{period.first.isoformat()}"


def comments_about(standpoint: Standpoint, kpi: Kpi, period: Period) -> dict[str, Any]:
    """What a page with comments about a reading needs."""
    about = about_reading(kpi, period)
    return {"about": about, "entries": list(queries.get_timeline(standpoint, about=about)[:50])}
