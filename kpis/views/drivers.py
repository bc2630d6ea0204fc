"""Drivers: the series of context that conditions speak of and bands can follow."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kpis import actions
from kpis.actions.entries import today_in
from kpis.forms.drivers import DriverForm
from kpis.models import Kpi
from kpis.queries.drivers import get_driver, get_drivers
from kpis.views.goals import context_of
from relationships import queries
from relationships.access import Standpoint, load_relationship, viewer_of
from relationships.forms import CommentForm
from relationships.policy import Right

HISTORY = 12


@login_required
@require_GET
def drivers(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Every driver with its last periods and the bands that follow it."""
    standpoint = load_relationship(viewer_of(request), relationship_id)
    rows = get_drivers(standpoint.relationship, on=today_in(standpoint.relationship, timezone.now()))
    return render(request, "kpis/drivers.html", context_of(standpoint, rows=rows))


@login_required
@require_http_methods(["GET", "POST"])
def driver_new(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Adds a driver."""
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.CONTRIBUTE)
    form = DriverForm(
        request.POST or None,
        initial={"starts_on": today_in(standpoint.relationship, timezone.now()).replace(day=1)},
        relationship=standpoint.relationship,
    )
    if request.method == "POST" and form.is_valid():
        try:
            driver = actions.add_driver(
                relationship=standpoint.relationship,
                actor=standpoint.person,
                side=standpoint.side,
                now=timezone.now(),
                **form.definition(),
            )
        except actions.ReferenceIsTaken as refusal:
            form.add_error("reference", str(refusal))
        else:
            messages.success(request, _("The driver is written down; it is reported like any reading."))
            return redirect("kpis:kpi", kpi_id=driver.pk)
    return render(request, "kpis/driver_new.html", context_of(standpoint, form=form))


def driver_page(request: HttpRequest, driver: Kpi, standpoint: Standpoint) -> HttpResponse:
    """One driver, where a KPI would have its page: its values, and what they move. No verdict anywhere."""
    about = f"kpi:{driver.pk}"
    entries = list(queries.get_timeline(standpoint, about=about)[: HISTORY + 1])
    page: Any = get_driver(driver, on=today_in(standpoint.relationship, timezone.now()))
    context = context_of(
        standpoint,
        driver=driver,
        page=page,
        about=about,
        entries=entries[:HISTORY],
        has_more=len(entries) > HISTORY,
        comment_form=CommentForm(),
        is_ours=standpoint.side == driver.performing_side,
    )
    return render(request, "kpis/driver.html", context)
