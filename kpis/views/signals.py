"""What a KPI's values signal."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kpis.access import load_kpi
from kpis.queries.calendars import today_in
from kpis.queries.watch import get_signals_page
from kpis.views.goals import context_of
from relationships.access import viewer_of


@login_required
@require_GET
def signals(request: HttpRequest, kpi_id: int) -> HttpResponse:
    """The limits of ordinary variation, each value with the rule that fired, and the rebases."""
    kpi, standpoint = load_kpi(viewer_of(request), kpi_id)
    page = get_signals_page(kpi, on=today_in(standpoint.relationship, timezone.now()))
    return render(request, "kpis/signals.html", context_of(standpoint, kpi=kpi, page=page))
