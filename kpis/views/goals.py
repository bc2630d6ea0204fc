"""Joint goals with their KPIs."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kpis.models import Goal
from relationships.access import load_relationship, viewer_of


@login_required
@require_GET
def goals(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Every goal with the KPIs that show it."""
    standpoint = load_relationship(viewer_of(request), relationship_id)
    found = Goal.objects.filter(
        relationship=standpoint.relationship, retired_at__isnull=True
    ).prefetch_related("kpis")
    context = {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "goals",
        "goals": found,
    }
    return render(request, "kpis/goals.html", context)
