"""All relationships of an organisation on one page."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from relationships import queries
from relationships.access import viewer_of


@login_required
@require_GET
def portfolio(request: HttpRequest) -> HttpResponse:
    """Every relationship one may read with its shared value."""
    found = queries.readable_relationships(viewer_of(request)).select_related(
        "customer", "provider", "standing"
    )
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "portal/portfolio.html", {"page": page})
