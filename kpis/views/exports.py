"""Taking the grid's readings away."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kpis.actions.entries import today_in
from kpis.forms.grid import FilterForm
from kpis.queries.export import readings_table
from kpis.queries.export_terms import bands_table, environments_table
from kpis.spreadsheets.writing import as_csv, as_workbook
from relationships.access import load_relationship, viewer_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_GET
def readings_export(request: HttpRequest, relationship_id: int) -> HttpResponseBase:
    """The readings that the grid shows, one a row, in the columns that an upload understands.

    A workbook has the bands with their rules, and the environments with their spells, on sheets of their own.
    """
    standpoint = load_relationship(viewer_of(request), relationship_id)
    today = today_in(standpoint.relationship, timezone.now())
    filters = FilterForm(request.GET).filters(today)
    rows = readings_table(standpoint, filters)
    name = f"{slugify(standpoint.relationship.name) or 'relationship'}-readings-{today.isoformat()}"
    response: HttpResponseBase
    if request.GET.get("format") == "xlsx":
        sheets = [
            (_("Readings"), rows),
            (_("Bands and rules"), bands_table(standpoint, filters)),
            (_("Environments and spells"), environments_table(standpoint)),
        ]
        response = HttpResponse(as_workbook(sheets), content_type=XLSX)
        name = f"{name}.xlsx"
    else:
        pieces: Iterator[bytes] = as_csv(rows)
        response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
        name = f"{name}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
