"""What waits, and what changed."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from relationships import queries
from relationships.access import viewer_of


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the viewer and for the other side."""
    waiting = queries.waiting_agreements(viewer_of(request))
    return render(request, "portal/home.html", {"waiting": waiting})
