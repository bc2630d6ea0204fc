"""How far the computation of scores is: numbers of relationships, never their content."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import load_own_organisation
from accounts.views.profile import me
from value.models import ScoreRun

RUNS_PER_PAGE = 25


@login_required
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """Runs, newest first; while one is under way the list fetches itself again every few seconds."""
    load_own_organisation(me(request))
    page = Paginator(ScoreRun.objects.all(), RUNS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "is_running": any(run.finished_at is None for run in page)}
    template = "value/_runs.html" if request.headers.get("HX-Request") else "value/runs.html"
    return render(request, template, context)
