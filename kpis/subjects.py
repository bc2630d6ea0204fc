"""Under what the timeline keeps a reading, and where it is shown."""

from datetime import date


def about_reading(kpi_id: int, period_start: date) -> str:
    """What the timeline's lines about a period of a KPI are filed under; see relationships.subjects."""
    return f"reading:{kpi_id}:{period_start.isoformat()}"


def page_of_reading(kpi_id: int, period_start: date) -> str:
    """The address of the period's page."""
    return f"/kpis/{kpi_id}/readings/{period_start.isoformat()}/"
