"""One relationship at a glance."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from relationships import queries
from relationships.access import load_relationship, viewer_of


@login_required
@require_GET
def overview(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Intent, goals and what waits."""
    standpoint = load_relationship(viewer_of(request), relationship_id)
    context = {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "overview",
        "statement": queries.statement_in_force(standpoint.relationship),
    }
    return render(request, "portal/overview.html", context)
