"""The readings grid, and saving a block of its cells."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kpis.actions.entries import calendars_of, today_in
from kpis.forms.grid import FilterForm
from kpis.models import Kpi, Reading
from kpis.queries.cells import cell_of, typed
from kpis.queries.grid import get_grid
from kpis.queries.reading_page import may_report
from kpis.queries.waiting import waiting_of
from kpis.views.many import CONFLICT, SavedMany, save_many
from relationships.access import Standpoint, load_relationship, viewer_of
from relationships.policy import Right


@login_required
@require_http_methods(["GET", "POST"])
def grid(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """KPIs as rows, periods as columns; POST saves a block of cells and answers for each of them."""
    needs = Right.REPORT if request.method == "POST" else Right.READ
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=needs)
    now = timezone.now()
    if request.method == "POST":
        return _save(request, standpoint, now)
    today = today_in(standpoint.relationship, now)
    form = FilterForm(request.GET)
    filters = form.filters(today)
    query = request.GET.copy()
    query.pop("until", None)
    context = {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "readings",
        "form": form,
        "filters": filters,
        "is_filtered": bool(filters.search or filters.only_mine or filters.only_missing),
        "grid": get_grid(standpoint, filters, on=today),
        "to_confirm": waiting_of(standpoint).count() if standpoint.can_settle else 0,
        "page_query": query.urlencode(),
        "export_query": urlencode({**query.dict(), "until": filters.until.isoformat()}),
    }
    return render(request, "kpis/grid.html", context)


def _save(request: HttpRequest, standpoint: Standpoint, now: datetime) -> HttpResponse:
    kpis = {kpi.pk: kpi for kpi in Kpi.objects.filter(relationship=standpoint.relationship)}
    saved = save_many(standpoint, kpis, request.POST, now=now)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("kpis:grid", relationship_id=standpoint.relationship.pk)
    return JsonResponse(
        {"cells": _fragments(standpoint, kpis, saved, today_in(standpoint.relationship, now))}
    )


def _fragments(
    standpoint: Standpoint, kpis: dict[int, Kpi], saved: SavedMany, today: date
) -> dict[str, dict[str, Any]]:
    """Status and markup of each cell by its key."""
    calendars = calendars_of(kpis.values())
    standing = {
        (reading.kpi_id, reading.period_start): reading
        for reading in Reading.objects.filter(
            kpi_id__in={kpi_id for kpi_id, _day in saved.cells},
            relationship=standpoint.relationship,
            period_start__in={day for _kpi_id, day in saved.cells},
        ).select_related("submitted_by")
    }
    found: dict[str, dict[str, Any]] = {}
    for (kpi_id, day), outcome in saved.cells.items():
        answer: dict[str, Any] = {"status": outcome.status, "problem": outcome.problem}
        kpi = kpis.get(kpi_id)
        period = calendars[kpi_id].starting(day) if kpi else None
        if kpi is not None and period is not None:
            reading = standing.get((kpi_id, day))
            theirs = reading if outcome.status == CONFLICT else None
            context = {
                "kpi": kpi,
                "cell": cell_of(kpi, period, reading, on=today, is_editable=may_report(standpoint, kpi)),
                "is_open": bool(outcome.problem),
                "said": outcome.said,
                "problem": outcome.problem,
                "theirs": theirs,
                "theirs_typed": typed(theirs) if theirs else "",
            }
            answer["html"] = render_to_string("kpis/_cell.html", context)
        found[f"{kpi_id}-{day.isoformat()}"] = answer
    return found
