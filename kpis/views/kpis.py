"""One KPI."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from kpis.access import load_kpi
from kpis.queries.kpi_page import get_kpi_page, moment_of
from kpis.views.drivers import driver_page
from kpis.views.goals import context_of
from relationships import queries
from relationships.access import viewer_of
from relationships.forms import CommentForm

HISTORY = 12


@login_required
@require_GET
def kpi(request: HttpRequest, kpi_id: int) -> HttpResponse:
    """The KPI as it stands, or with `on` as it was believed to stand at the end of that day.

    `until` turns to earlier periods.
    """
    found, standpoint = load_kpi(viewer_of(request), kpi_id)
    if found.is_driver:
        return driver_page(request, found, standpoint)
    moment = moment_of(standpoint.relationship, _day(request, "on"), timezone.now())
    page = get_kpi_page(found, moment, until=_day(request, "until"))
    about = f"kpi:{found.pk}"
    entries = list(queries.get_timeline(standpoint, about=about)[: HISTORY + 1])
    context = context_of(
        standpoint,
        kpi=found,
        page=page,
        about=about,
        entries=entries[:HISTORY],
        has_more=len(entries) > HISTORY,
        comment_form=CommentForm(),
        is_ours=standpoint.side == found.performing_side,
    )
    return render(request, "kpis/kpi.html", context)


def _day(request: HttpRequest, name: str) -> date | None:
    """A day of the query; None when there is none or it is not a day."""
    try:
        return parse_date(request.GET.get(name, ""))
    except ValueError:
        return None
