"""Readings that are judged anew in the background, with how far it is."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kpis.access import load_rejudging
from kpis.views.goals import context_of
from relationships.access import viewer_of

STOP_POLLING = 286  # htmx: nothing will change any more


@login_required
@require_GET
def rejudging(request: HttpRequest, rejudging_id: int) -> HttpResponse:
    """Why it is done and how far it is; the part with the bar alone for htmx."""
    found, standpoint = load_rejudging(viewer_of(request), rejudging_id)
    context = context_of(standpoint, work=found)
    if request.headers.get("HX-Request"):
        status = 200 if found.finished_at is None else STOP_POLLING
        return render(request, "kpis/_rejudging.html", context, status=status)
    return render(request, "kpis/rejudging.html", context)
