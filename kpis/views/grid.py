"""The readings grid."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kpis.models import Kpi
from relationships.access import load_relationship, viewer_of


@login_required
@require_GET
def grid(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """KPIs as rows, periods as columns."""
    standpoint = load_relationship(viewer_of(request), relationship_id)
    context = {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "readings",
        "kpis": Kpi.objects.filter(relationship=standpoint.relationship),
    }
    return render(request, "kpis/grid.html", context)
