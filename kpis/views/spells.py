"""Declaring a spell, changing a signed one, answering an open one."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kpis import actions
from kpis.actions.entries import today_in
from kpis.forms.spells import SpellForm, agreed_environments
from kpis.models import Environment, Spell
from kpis.queries.backtest import SpellBacktest, backtest_spell
from kpis.queries.backtest.words import warnings_of
from kpis.queries.spell_words import spell_title
from kpis.views.environments import ANSWERS, MOVED
from kpis.views.goals import CONFLICT, context_of
from relationships.access import Standpoint, load_relationship, viewer_of
from relationships.policy import Right


@login_required
@require_http_methods(["GET", "POST"])
def spell_new(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """GET shows the form and, with days in the query, what the spell would touch; POST proposes.

    `replaces` names a signed spell that is ended, moved or taken back; `counters` or `revises` the open agreement that
    is answered or rewritten. Whose proposal it is decides which of the two it is.
    """
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.PROPOSE)
    now = timezone.now()
    spells = Spell.objects.filter(relationship=standpoint.relationship).select_related(
        "environment__relationship", "agreement__proposed_by", "replaces__environment"
    )
    answered = _named(request, spells, ANSWERS, by="agreement_id")
    replaced = answered.replaces if answered else _named(request, spells, ("replaces",))
    form = _form(request, standpoint, answered, replaced)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            proposed = _propose(form, standpoint, answered, now)
        except actions.SpellRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        except MOVED as moved:
            refusal = str(moved)
        else:
            said = _("Proposed and signed for %(name)s. It waits for the other side.")
            messages.success(request, said % {"name": standpoint.organisation.name})
            return redirect("agreement", agreement_id=proposed.agreement_id)
    context = context_of(
        standpoint,
        form=form,
        answered=answered,
        replaced=replaced,
        replaced_title=spell_title(replaced) if replaced else "",
        is_revision=answered is not None and answered.agreement.proposed_by_side == standpoint.side,
        refusal=refusal,
        **_backtest(form, standpoint, now),
    )
    if request.headers.get("HX-Request") and request.method == "GET":
        return render(request, "kpis/_spell_backtest.html", context)
    context["has_environments"] = agreed_environments(standpoint.relationship).exists()
    return render(request, "kpis/spell_new.html", context, status=CONFLICT if refusal else 200)


def _named(
    request: HttpRequest, rows: QuerySet[Spell], names: tuple[str, ...], *, by: str = "pk"
) -> Spell | None:
    """The row that the address or the form names. Raises Http404 when it is none of this relationship."""
    named = [source[name] for source in (request.GET, request.POST) for name in names if source.get(name)]
    if not named:
        return None
    found = None
    if named[0].isascii() and named[0].isdecimal() and len(named[0]) < 19:
        found = rows.filter(**{by: int(named[0])}).first()
    if found is None:
        raise Http404
    return found


def _form(
    request: HttpRequest, standpoint: Standpoint, answered: Spell | None, replaced: Spell | None
) -> SpellForm:
    shared: dict[str, Any] = {"relationship": standpoint.relationship, "replaced": replaced}
    initial: dict[str, Any] = {"environment": request.GET.get("environment", "")}
    if replaced is not None:
        initial = SpellForm.showing(replaced) | {"reason": ""}
    if answered is not None:
        initial = SpellForm.showing(answered) | {"answers_version": answered.agreement.version}
    if request.method == "POST":
        return SpellForm(request.POST, initial=initial, **shared)
    if "first_day" in request.GET:
        return SpellForm(request.GET, initial=initial, **shared)
    return SpellForm(initial=initial, **shared)


def _backtest(form: SpellForm, standpoint: Standpoint, now: datetime) -> dict[str, Any]:
    """What the spell would touch, once its days can be understood."""
    if not form.is_bound or not form.is_valid():
        return {"backtest": None}
    environment: Environment = form.cleaned_data["environment"]
    environment.relationship = standpoint.relationship
    span = form.span()
    replaced = form.replaced
    found: SpellBacktest = backtest_spell(
        environment,
        span,
        on=today_in(standpoint.relationship, now),
        instead_of=None if replaced is None else replaced.pk,
    )
    return {"backtest": found, "touched": [(one, warnings_of(one)) for one in found.kpis]}


def _propose(form: SpellForm, standpoint: Standpoint, answered: Spell | None, now: datetime) -> Spell:
    given = form.cleaned_data
    terms: dict[str, Any] = {
        "first_day": given["first_day"],
        "last_day": given["last_day"],
        "reason": given["reason"],
        "is_void": bool(given.get("is_void")),
        "note": given["note"],
        "actor": standpoint.person,
        "side": standpoint.side,
        "now": now,
    }
    counters = None
    if answered is not None:
        agreement, seen = answered.agreement, given["answers_version"] or 0
        if agreement.proposed_by_side == standpoint.side:
            return actions.revise_spell(agreement=agreement, version=seen, **terms)
        agreement.version = seen  # what the reader saw: the action refuses when it has moved
        counters = agreement
    environment: Environment = given["environment"]
    environment.relationship = standpoint.relationship
    return actions.propose_spell(environment=environment, replaces=form.replaced, counters=counters, **terms)
