"""Finding relationships by name."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from relationships import queries
from relationships.access import viewer_of


@login_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Relationships whose name, service or parties contain the words."""
    words = request.GET.get("q", "").strip()
    found = queries.list_relationships(viewer_of(request), search=words)[:20] if words else []
    return render(request, "portal/search.html", {"words": words, "found": found})
