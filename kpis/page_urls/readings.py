"""Addresses of readings: the grid, one cell, confirming, disputing, evidence."""

from datetime import date

from django.urls import path, register_converter

from kpis.views import cells, evidence, exports, grid, newest, settling


class IsoDay:
    """A day in an address: 2026-03-01."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Raises ValueError, hence 404, for what is no day."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """The day as it stands in an address."""
        return value if isinstance(value, str) else value.isoformat()


register_converter(IsoDay, "iso_day")

urlpatterns = [
    path("relationships/<int:relationship_id>/readings/", grid.grid, name="grid"),
    path("relationships/<int:relationship_id>/readings/newest/", newest.newest, name="newest"),
    path(
        "relationships/<int:relationship_id>/readings/export/",
        exports.readings_export,
        name="readings_export",
    ),
    path(
        "relationships/<int:relationship_id>/readings/confirmations/",
        settling.confirmations,
        name="confirmations",
    ),
    path("kpis/<int:kpi_id>/readings/<iso_day:day>/", cells.reading, name="reading"),
    path("kpis/<int:kpi_id>/readings/<iso_day:day>/verdict/", cells.verdict, name="verdict"),
    path("readings/<int:reading_id>/dispute/", settling.dispute, name="dispute"),
    path("disputes/<int:dispute_id>/resolution/", settling.dispute_resolution, name="dispute_resolution"),
    path("readings/<int:reading_id>/evidence/", evidence.evidence_new, name="evidence_new"),
    path("evidence/<int:evidence_id>/", evidence.evidence, name="evidence"),
]
