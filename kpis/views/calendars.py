"""Calendars of explicit periods."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kpis import actions
from kpis.forms.calendars import CalendarForm
from kpis.models import NamedCalendar
from kpis.views.goals import context_of
from relationships.access import load_relationship, viewer_of
from relationships.policy import Right


@login_required
@require_http_methods(["GET", "POST"])
def calendars(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """GET lists the calendars; POST adds one from pasted rows."""
    needs = Right.READ if request.method == "GET" else Right.CONTRIBUTE
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=needs)
    form = CalendarForm(request.POST or None, relationship=standpoint.relationship)
    if request.method == "POST" and form.is_valid():
        try:
            calendar = actions.add_calendar(
                relationship=standpoint.relationship,
                name=form.cleaned_data["name"],
                periods=form.cleaned_data["rows"],
                actor=standpoint.person,
                side=standpoint.side,
                now=timezone.now(),
            )
        except actions.CalendarNameIsTaken as refusal:
            form.add_error("name", str(refusal))
        except actions.PeriodsDoNotTile as refusal:
            form.add_error("rows", str(refusal))
        else:
            messages.success(request, _("“%(name)s” is added.") % {"name": calendar.name})
            return redirect("kpis:calendars", relationship_id=standpoint.relationship.pk)
    found = NamedCalendar.objects.filter(relationship=standpoint.relationship).order_by("name")
    annotated = found.annotate(
        count=Count("periods"), first=Min("periods__first_day"), last=Max("periods__last_day")
    )
    context = context_of(standpoint, form=form, calendars=list(annotated))
    return render(request, "kpis/calendars.html", context)
