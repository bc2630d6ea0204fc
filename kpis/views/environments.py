"""Environments: what both sides agreed they mean, when they hold, and proposing one."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kpis import actions
from kpis.access import load_environment
from kpis.actions.entries import today_in
from kpis.actions.environments import known_variables
from kpis.forms.conditions import ROWS, ConditionForm
from kpis.forms.environments import EnvironmentForm
from kpis.models import Environment, EnvironmentRevision
from kpis.queries.automatic import Outlook, get_outlook
from kpis.queries.condition_words import condition_in_words
from kpis.queries.drivers import get_drivers
from kpis.queries.environments import get_environment, get_environments
from kpis.views.goals import CONFLICT, context_of
from relationships import queries
from relationships.access import Standpoint, load_relationship, viewer_of
from relationships.actions import AgreementIsSettled, AnswersSomethingElse, NotYourSide, VersionHasMoved
from relationships.forms import CommentForm
from relationships.models import Relationship
from relationships.policy import Right

MOVED = (AgreementIsSettled, VersionHasMoved, NotYourSide, AnswersSomethingElse)
ANSWERS = ("counters", "revises", "answers")
HISTORY = 12


@login_required
@require_GET
def environments(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Every environment with its meaning, its condition in words and how it stands."""
    standpoint = load_relationship(viewer_of(request), relationship_id)
    rows = get_environments(standpoint.relationship, on=today_in(standpoint.relationship, timezone.now()))
    return render(request, "kpis/environments.html", context_of(standpoint, rows=rows))


@login_required
@require_GET
def environment(request: HttpRequest, environment_id: int) -> HttpResponse:
    """One environment: meaning, condition, spells on two years, and the bands that move with it."""
    found, standpoint = load_environment(viewer_of(request), environment_id)
    today = today_in(standpoint.relationship, timezone.now())
    about = f"environment:{found.pk}"
    entries = list(queries.get_timeline(standpoint, about=about)[: HISTORY + 1])
    context = context_of(
        standpoint,
        environment=found,
        page=get_environment(found, on=today),
        today=today,
        about=about,
        entries=entries[:HISTORY],
        has_more=len(entries) > HISTORY,
        comment_form=CommentForm(),
    )
    return render(request, "kpis/environment.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def environment_new(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """GET shows the form and what the condition says of the last periods; POST proposes.

    `environment` names one that exists and gets another meaning or condition. `counters` or `revises` names the open
    agreement that is answered or rewritten; whose proposal it is decides which of the two it is.
    """
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.PROPOSE)
    relationship, now = standpoint.relationship, timezone.now()
    answered = _answered(request, relationship)
    known = answered.environment if answered else _known(request, relationship)
    form, condition = _forms(request, relationship, known, answered, now)
    refusal = ""
    if request.method == "POST" and form.is_valid() & condition.is_valid():
        try:
            proposed = _propose(form, condition, standpoint, known, answered, now)
        except actions.EnvironmentNameIsTaken as taken:
            form.add_error("name", str(taken))
        except MOVED as moved:
            refusal = str(moved)
        else:
            said = _("Proposed and signed for %(name)s. It waits for the other side.")
            messages.success(request, said % {"name": standpoint.organisation.name})
            return redirect("agreement", agreement_id=proposed.agreement_id)
    context = context_of(
        standpoint,
        form=form,
        condition=condition,
        environment=known,
        answered=answered,
        is_revision=answered is not None and answered.agreement.proposed_by_side == standpoint.side,
        refusal=refusal,
        **_outlook(condition, relationship, now),
    )
    if request.headers.get("HX-Request") and request.method == "GET":
        return render(request, "kpis/_environment_outlook.html", context)
    context["drivers"] = get_drivers(relationship, on=today_in(relationship, now))
    return render(request, "kpis/environment_new.html", context, status=CONFLICT if refusal else 200)


def _known(request: HttpRequest, relationship: Relationship) -> Environment | None:
    named = request.GET.get("environment") or request.POST.get("environment")
    if not named:
        return None
    found = None
    if named.isascii() and named.isdecimal() and len(named) < 19:
        found = Environment.objects.filter(relationship=relationship, pk=int(named)).first()
    if found is None:
        raise Http404
    return found


def _answered(request: HttpRequest, relationship: Relationship) -> EnvironmentRevision | None:
    """The proposal that is answered or rewritten. Raises Http404 when it is none of this relationship."""
    named = [source[name] for source in (request.GET, request.POST) for name in ANSWERS if source.get(name)]
    if not named:
        return None
    found = None
    if named[0].isascii() and named[0].isdecimal() and len(named[0]) < 19:
        proposals = EnvironmentRevision.objects.select_related("agreement__proposed_by", "environment")
        found = proposals.filter(relationship=relationship, agreement_id=int(named[0])).first()
    if found is None:
        raise Http404
    return found


def _forms(
    request: HttpRequest,
    relationship: Relationship,
    known: Environment | None,
    answered: EnvironmentRevision | None,
    now: datetime,
) -> tuple[EnvironmentForm, ConditionForm]:
    """Bound to what was typed. By GET only the condition is judged; the rest is kept as it stands."""
    variables = known_variables(relationship.pk, known)
    if request.method == "POST":
        condition = ConditionForm(request.POST, variables=variables, lines=_lines(request))
        return EnvironmentForm(request.POST, environment=known), condition
    if "how" in request.GET:
        condition = ConditionForm(request.GET, variables=variables, lines=_lines(request))
        return EnvironmentForm(initial=request.GET.dict(), environment=known), condition
    initial: dict[str, Any] = {"effective_from": today_in(relationship, now)}
    shown = answered or _newest_of(known)
    text = ""
    if shown is not None:
        initial, text = initial | EnvironmentForm.showing(shown), shown.condition
    if answered is not None:
        initial |= {"effective_from": answered.effective_from, "answers_version": answered.agreement.version}
    said = ConditionForm.showing(text)
    if not text and known is None and variables:
        said = {"how": ROWS}
    condition = ConditionForm(initial=said, variables=variables, lines=said.get("lines", 1))
    return EnvironmentForm(initial=initial, environment=known), condition


def _newest_of(environment: Environment | None) -> EnvironmentRevision | None:
    return None if environment is None else actions.environments.newest_agreed(environment)


def _lines(request: HttpRequest) -> int:
    source = request.POST if request.method == "POST" else request.GET
    said = source.get("lines", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 4 else 1


def _outlook(condition: ConditionForm, relationship: Relationship, now: datetime) -> dict[str, Any]:
    """What the condition says of the last periods, once it can be understood."""
    if not condition.is_bound or not condition.is_valid() or condition.compiled is None:
        return {"outlook": None}
    drivers = {name: condition.variables[name] for name in condition.compiled.variables}
    found: Outlook = get_outlook(condition.compiled, drivers, on=today_in(relationship, now))
    names = {name: driver.name for name, driver in drivers.items()}
    return {"outlook": found, "condition_words": condition_in_words(condition.text(), names)}


def _propose(
    form: EnvironmentForm,
    condition: ConditionForm,
    standpoint: Standpoint,
    known: Environment | None,
    answered: EnvironmentRevision | None,
    now: datetime,
) -> EnvironmentRevision:
    given = form.cleaned_data
    terms: dict[str, Any] = {
        "meaning": given["meaning"],
        "condition": condition.text(),
        "effective_from": given["effective_from"],
        "note": given["note"],
        "actor": standpoint.person,
        "side": standpoint.side,
        "now": now,
    }
    counters = None
    if answered is not None:
        agreement, seen = answered.agreement, given["answers_version"] or 0
        if agreement.proposed_by_side == standpoint.side:
            return actions.revise_environment(agreement=agreement, version=seen, **terms)
        agreement.version = seen  # what the reader saw: the action refuses when it has moved
        counters = agreement
    name = "" if known is not None else given["name"]
    return actions.propose_environment(
        relationship=standpoint.relationship, name=name, environment=known, counters=counters, **terms
    )
