"""How much each KPI counts."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kpis import actions
from kpis.domain.weights import shares
from kpis.forms.weights import WeightsForm, field_of
from kpis.models import Kpi
from kpis.views.bands import ANSWERS, MOVED
from kpis.views.goals import CONFLICT, context_of
from relationships.access import Standpoint, load_relationship, viewer_of
from relationships.models import Agreement
from relationships.policy import Right


@dataclass(frozen=True)
class Row:
    """One KPI: what it weighs now and what is typed."""

    kpi: Kpi
    share: Decimal
    field: forms.BoundField
    proposed: Decimal | None


@login_required
@require_http_methods(["GET", "POST"])
def weights(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """GET shows weights and shares, with weights in the query those that they would give; POST proposes them."""
    needs = Right.READ if request.method == "GET" else Right.PROPOSE
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=needs)
    measured = Kpi.objects.scored().filter(relationship=standpoint.relationship).select_related("goal")
    kpis = list(measured.order_by("goal__position", "goal_id", "position", "pk"))
    answered = _answered(request, standpoint)
    form = _form(request, kpis, answered)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            agreement = _propose(form, answered, standpoint, timezone.now())
        except (*MOVED, actions.WeightsIncomplete) as moved:
            refusal = str(moved)
        else:
            messages.success(request, _("Proposed and signed. It waits for the other side."))
            return redirect("agreement", agreement_id=agreement.pk)
    proposed = form.shown_shares()
    now = shares({kpi.pk: kpi.weight for kpi in kpis})
    context = context_of(
        standpoint,
        form=form,
        rows=[Row(kpi, now[kpi.pk], form[field_of(kpi)], proposed.get(kpi.pk)) for kpi in kpis],
        total=sum(now.values(), Decimal(0)),
        proposed_total=sum(proposed.values(), Decimal(0)) if proposed else None,
        open_proposal=_open_proposal(standpoint),
        answered=answered,
        is_revision=answered is not None and answered.proposed_by_side == standpoint.side,
        refusal=refusal,
    )
    if request.headers.get("HX-Request") and request.method == "GET":
        return render(request, "kpis/_weights_shares.html", context)
    return render(request, "kpis/weights.html", context, status=CONFLICT if refusal else 200)


def _answered(request: HttpRequest, standpoint: Standpoint) -> Agreement | None:
    """The proposal that is answered or rewritten. Raises Http404 when it is none of weights here."""
    named = [source[name] for source in (request.GET, request.POST) for name in ANSWERS if source.get(name)]
    if not named:
        return None
    found = None
    if named[0].isdecimal() and len(named[0]) < 19:
        proposals = Agreement.objects.filter(
            relationship=standpoint.relationship, kind=Agreement.Kind.WEIGHTS
        ).select_related("proposed_by")
        found = proposals.filter(pk=int(named[0])).first()
    if found is None:
        raise Http404
    return found


def _form(request: HttpRequest, kpis: list[Kpi], answered: Agreement | None) -> WeightsForm:
    if request.method == "POST":
        return WeightsForm(request.POST, kpis=kpis)
    if any(field_of(kpi) in request.GET for kpi in kpis):
        return WeightsForm(request.GET, kpis=kpis)
    initial: dict[str, object] = {}
    if answered is not None:
        offered = {row.get("kpi"): row.get("after") for row in answered.content}
        initial = {field_of(kpi): offered[kpi.pk] for kpi in kpis if kpi.pk in offered}
        initial["answers_version"] = answered.version
    return WeightsForm(kpis=kpis, initial=initial)


def _open_proposal(standpoint: Standpoint) -> Agreement | None:
    return (
        Agreement.objects.open()
        .filter(relationship=standpoint.relationship, kind=Agreement.Kind.WEIGHTS)
        .select_related("proposed_by")
        .order_by("-proposed_at")
        .first()
    )


def _propose(
    form: WeightsForm, answered: Agreement | None, standpoint: Standpoint, now: datetime
) -> Agreement:
    note, seen = form.cleaned_data["note"], form.cleaned_data["answers_version"] or 0
    actor, side = standpoint.person, standpoint.side
    if answered is not None and answered.proposed_by_side == standpoint.side:
        return actions.revise_weights(
            agreement=answered,
            version=seen,
            weights=form.weights(),
            actor=actor,
            side=side,
            now=now,
            note=note,
        )
    if answered is not None:
        answered.version = seen  # what the reader saw: the action refuses when it has moved
    return actions.propose_weights(
        relationship=standpoint.relationship,
        weights=form.weights(),
        actor=actor,
        side=side,
        now=now,
        note=note,
        counters=answered,
    )
