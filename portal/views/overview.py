"""One relationship at a glance."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portal.queries.overview import get_overview
from relationships.access import load_relationship, viewer_of
from relationships.models import Side, Stage

MOST_LATE = 6


@login_required
@require_GET
def overview(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Intent, shared value and why it moved, goals with their KPIs, and what waits or is late."""
    standpoint = load_relationship(viewer_of(request), relationship_id)
    relationship = standpoint.relationship
    found = get_overview(standpoint, now=timezone.now())
    context = {
        "standpoint": standpoint,
        "relationship": relationship,
        "tab": "overview",
        "overview": found,
        "late": found.late[:MOST_LATE],
        "late_more": max(0, len(found.late) - MOST_LATE),
        "parties": [(side, relationship.organisation_of(side)) for side in Side],
        "stages": list(Stage),
        "stage_number": list(Stage).index(Stage(relationship.stage)) + 1,
    }
    return render(request, "portal/overview.html", context)
