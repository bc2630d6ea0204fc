"""Putting goals and KPIs into the order in which both sides read them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kpis import actions
from kpis.forms.order import MoveForm
from kpis.queries.order import get_order, goals_moved, kpis_moved
from kpis.views.goals import context_of
from relationships.access import Standpoint, load_relationship, viewer_of
from relationships.policy import Right


@login_required
@require_http_methods(["GET", "POST"])
def order(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """GET shows goals and KPIs with buttons that move them; POST moves one by one place."""
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.CONTRIBUTE)
    if request.method == "POST":
        return _move(request, standpoint)
    goals, moved = get_order(standpoint.relationship), _moved(request.GET.get("moved", ""))
    context = context_of(standpoint, goals=goals, moved=moved)
    return render(request, "kpis/order.html", context)


def _moved(said: str) -> tuple[str, int, str] | None:
    """What was moved just now, whose button keeps the focus: "kpi-12-up"."""
    field, _hyphen, rest = said.partition("-")
    number, _hyphen, way = rest.partition("-")
    return (field, int(number), way) if number.isdecimal() and len(number) < 19 else None


def _move(request: HttpRequest, standpoint: Standpoint) -> HttpResponse:
    form = MoveForm(request.POST, relationship=standpoint.relationship)
    if not form.is_valid():
        raise Http404
    relationship, way = standpoint.relationship, form.cleaned_data["to"]
    goal, kpi = form.cleaned_data["goal"], form.cleaned_data["kpi"]
    told: dict[str, Any] = {"actor": standpoint.person, "side": standpoint.side, "now": timezone.now()}
    try:
        if goal is not None:
            wanted = goals_moved(relationship, goal, way)
            actions.reorder_goals(relationship=relationship, order=wanted, **told)
        else:
            wanted = kpis_moved(relationship, kpi, way)
            actions.reorder_kpis(relationship=relationship, order=wanted, **told)
    except actions.OrderIncomplete as refusal:
        messages.error(request, str(refusal))
    name = f"goal-{goal.pk}" if goal is not None else f"kpi-{kpi.pk}"
    there = reverse("kpis:order", args=[relationship.pk])
    return HttpResponseRedirect(f"{there}?moved={name}-{way}#{name}")
