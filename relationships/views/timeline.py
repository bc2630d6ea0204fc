"""The timeline both sides read."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from relationships import queries
from relationships.access import load_relationship, viewer_of


@login_required
@require_GET
def timeline(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """What happened and what was said, newest first."""
    standpoint = load_relationship(viewer_of(request), relationship_id)
    page = Paginator(queries.get_timeline(standpoint), 50).get_page(request.GET.get("page"))
    context = {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "timeline",
        "page": page,
    }
    return render(request, "relationships/timeline.html", context)
