"""Proposing a band, with what the last periods would have been under it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kpis import actions
from kpis.access import load_kpi
from kpis.actions.entries import calendars_of, today_in
from kpis.forms.bands import BandForm
from kpis.models import BandRevision, Kpi
from kpis.queries.backtest import backtest_terms
from kpis.queries.bands import band_in_force
from kpis.queries.judging import Terms
from kpis.views.goals import CONFLICT, context_of
from relationships.access import Standpoint, viewer_of
from relationships.actions import AgreementIsSettled, NotYourSide, VersionHasMoved
from relationships.policy import Right

MOVED = (AgreementIsSettled, VersionHasMoved, NotYourSide)
ANSWERS = ("counters", "revises", "answers")


@login_required
@require_http_methods(["GET", "POST"])
def band_new(request: HttpRequest, kpi_id: int) -> HttpResponse:
    """GET shows the form and, with thresholds in the query, the back-test beside it; POST proposes.

    `counters` or `revises` names the open agreement that this proposal answers or rewrites; whose proposal it is
    decides which of the two it is.
    """
    kpi, standpoint = load_kpi(viewer_of(request), kpi_id, needs=Right.PROPOSE)
    now = timezone.now()
    answered = _answered(request, kpi)
    form = _form(request, kpi, answered, now)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            proposed = _propose(kpi, form, answered, standpoint, now)
        except MOVED as moved:
            refusal = str(moved)
        else:
            messages.success(
                request,
                _("Proposed and signed for %(name)s. It waits for the other side.")
                % {"name": standpoint.organisation.name},
            )
            return redirect("agreement", agreement_id=proposed.agreement_id)
    context = context_of(
        standpoint,
        kpi=kpi,
        form=form,
        backtest=_backtest(kpi, form, now),
        answered=answered,
        is_revision=answered is not None and answered.agreement.proposed_by_side == standpoint.side,
        refusal=refusal,
    )
    if request.headers.get("HX-Request") and request.method == "GET":
        return render(request, "kpis/_backtest.html", context)
    return render(request, "kpis/band_new.html", context, status=CONFLICT if refusal else 200)


def _answered(request: HttpRequest, kpi: Kpi) -> BandRevision | None:
    """The proposal that is answered or rewritten. Raises Http404 when it is not about this KPI."""
    named = [source[name] for source in (request.GET, request.POST) for name in ANSWERS if source.get(name)]
    if not named:
        return None
    found = None
    if named[0].isdecimal() and len(named[0]) < 19:
        proposals = BandRevision.objects.select_related("agreement__proposed_by")
        found = proposals.filter(kpi=kpi, agreement_id=int(named[0])).first()
    if found is None:
        raise Http404
    return found


def _form(request: HttpRequest, kpi: Kpi, answered: BandRevision | None, now: datetime) -> BandForm:
    """Bound to what was typed, by POST or for the back-test by GET; else showing what stands or is answered."""
    if request.method == "POST":
        return BandForm(request.POST, kpi=kpi)
    if "target" in request.GET:
        return BandForm(request.GET, kpi=kpi)
    initial: dict[str, Any] = {"effective_from": _next_period(kpi, now)}
    if answered is not None:
        initial = {
            **BandForm.showing(answered),
            "effective_from": answered.effective_from,
            "answers_version": answered.agreement.version,
        }
    else:
        standing = band_in_force(kpi, today_in(kpi.relationship, now))
        initial |= BandForm.showing(standing) if standing else {"effective_from": kpi.starts_on}
    return BandForm(kpi=kpi, initial=initial)


def _next_period(kpi: Kpi, now: datetime) -> Any:
    """The first day of the period after the one that runs now; today where the calendar has ended."""
    today = today_in(kpi.relationship, now)
    calendar = calendars_of([kpi])[kpi.pk]
    running = calendar.of(max(today, kpi.starts_on))
    following = calendar.after(running) if running else None
    return following.first if following else today


def _backtest(kpi: Kpi, form: BandForm, now: datetime) -> Any:
    if not form.is_bound or not form.is_valid():
        return None
    proposed = Terms(form.cleaned_data["effective_from"], form.band())
    return backtest_terms(kpi, proposed, on=today_in(kpi.relationship, now))


def _propose(
    kpi: Kpi, form: BandForm, answered: BandRevision | None, standpoint: Standpoint, now: datetime
) -> BandRevision:
    terms: dict[str, Any] = {
        "effective_from": form.cleaned_data["effective_from"],
        "note": form.cleaned_data["note"],
        "actor": standpoint.person,
        "side": standpoint.side,
        "now": now,
        **form.thresholds(),
    }
    if answered is None:
        return actions.propose_band(kpi=kpi, **terms)
    agreement = answered.agreement
    seen = form.cleaned_data["answers_version"] or 0
    if agreement.proposed_by_side == standpoint.side:
        return actions.revise_band(agreement=agreement, version=seen, **terms)
    agreement.version = seen  # what the reader saw: the action refuses when it has moved
    return actions.propose_band(kpi=kpi, counters=agreement, **terms)
