"""Finding things by name: a page of results, and the same results as a fragment for the palette."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from portal.queries import search as questions
from relationships.access import viewer_of

MOST_ON_PAGE = 20
MOST_IN_PALETTE = 5


@login_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What the viewer may read and whose name contains `q`; as a bare list when htmx or the palette asks."""
    words = questions.clean(request.GET.get("q", ""))
    is_fragment = request.headers.get("HX-Request") == "true"
    most = MOST_IN_PALETTE if is_fragment else MOST_ON_PAGE
    viewer = viewer_of(request)
    groups = questions.search(viewer, words, most=most) if words else questions.lately(viewer, most=most)
    context = {
        "words": words,
        "groups": groups,
        "count": sum(len(group.found) for group in groups),
        "is_too_short": 0 < len(words) < questions.SHORTEST,
    }
    template = "portal/_found.html" if is_fragment else "portal/search.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
