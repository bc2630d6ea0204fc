"""Joint goals with their KPIs."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kpis import actions
from kpis.access import load_goal
from kpis.actions.entries import today_in
from kpis.forms.fields import differences
from kpis.forms.goals import GoalForm
from kpis.models import Goal
from kpis.queries.goals import get_goals
from relationships.access import Standpoint, load_relationship, viewer_of
from relationships.policy import Right

CONFLICT = 409


def context_of(standpoint: Standpoint, **more: Any) -> dict[str, Any]:
    """What every page under "Goals & KPIs" needs."""
    return {"standpoint": standpoint, "relationship": standpoint.relationship, "tab": "goals", **more}


@login_required
@require_GET
def goals(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Every goal with what it is worth to each side and the KPIs that show it."""
    standpoint = load_relationship(viewer_of(request), relationship_id)
    page = get_goals(standpoint.relationship, on=today_in(standpoint.relationship, timezone.now()))
    return render(request, "kpis/goals.html", context_of(standpoint, page=page))


@login_required
@require_http_methods(["GET", "POST"])
def goal_new(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Writes a goal down."""
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.CONTRIBUTE)
    form = GoalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        goal = actions.add_goal(
            relationship=standpoint.relationship,
            actor=standpoint.person,
            side=standpoint.side,
            now=timezone.now(),
            **form.texts(),
        )
        messages.success(request, _("The goal is written down. Both sides see it."))
        return _to_goal(goal)
    return render(request, "kpis/goal_new.html", context_of(standpoint, form=form))


@login_required
@require_http_methods(["GET", "POST"])
def goal(request: HttpRequest, goal_id: int) -> HttpResponse:
    """GET leads readers to the goal and gives contributors its form; POST rewrites or (`retire`) retires it."""
    needs = Right.READ if request.method == "GET" else Right.CONTRIBUTE
    found, standpoint = load_goal(viewer_of(request), goal_id, needs=needs)
    if not standpoint.can_contribute:
        return _to_goal(found)
    if "retire" in request.POST:
        return _retire(request, found, standpoint)
    form = GoalForm(request.POST or None, initial=GoalForm.showing(found))
    conflict: Goal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_goal(
                goal=found,
                version=form.cleaned_data["version"] or 0,
                actor=standpoint.person,
                side=standpoint.side,
                now=timezone.now(),
                **form.texts(),
            )
        except actions.ChangedMeanwhile:
            conflict = load_goal(viewer_of(request), goal_id)[0]
        else:
            messages.success(request, _("The goal is changed. Both sides see it."))
            return _to_goal(found)
    context = context_of(
        standpoint,
        form=form,
        goal=found,
        changed_meanwhile=conflict is not None,
        differences=differences(form, GoalForm.showing(conflict)) if conflict else [],
        version=version_shown(request, (conflict or found).version, conflict=conflict is not None),
    )
    return render(request, "kpis/goal.html", context, status=CONFLICT if conflict else 200)


def version_shown(request: HttpRequest, current: int, *, conflict: bool) -> str:
    """The version the reader has seen: what they posted, until they were shown a newer one."""
    posted = request.POST.get("version", "")
    return posted if posted and not conflict else str(current)


def _retire(request: HttpRequest, found: Goal, standpoint: Standpoint) -> HttpResponse:
    posted = request.POST.get("version", "")
    try:
        actions.retire_goal(
            goal=found,
            version=int(posted) if posted.isdecimal() and len(posted) < 10 else 0,
            actor=standpoint.person,
            side=standpoint.side,
            now=timezone.now(),
        )
    except (actions.ChangedMeanwhile, actions.GoalHasActiveKpis) as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("kpis:goal", args=[found.pk]))
    messages.success(
        request, _("“%(name)s” is retired. Its KPIs and their history stay.") % {"name": found.name}
    )
    return HttpResponseRedirect(reverse("kpis:goals", args=[standpoint.relationship.pk]))


def _to_goal(goal: Goal) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('kpis:goals', args=[goal.relationship_id])}#goal-{goal.pk}")
