"""How a KPI's wiggle room was used."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kpis.access import load_kpi
from kpis.queries.calendars import today_in
from kpis.queries.watch import get_room_page
from kpis.views.goals import context_of
from relationships.access import viewer_of


@login_required
@require_GET
def room(request: HttpRequest, kpi_id: int) -> HttpResponse:
    """The budget: what is left, what each period used, how fast, and until when it lasts."""
    kpi, standpoint = load_kpi(viewer_of(request), kpi_id)
    if kpi.is_driver:
        raise Http404
    page = get_room_page(kpi, on=today_in(standpoint.relationship, timezone.now()))
    return render(request, "kpis/room.html", context_of(standpoint, kpi=kpi, page=page))
