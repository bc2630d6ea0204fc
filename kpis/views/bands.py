"""Proposing all that judges a KPI, with what the last periods would have been under it."""

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
from kpis.forms.band_draft import REFUSED, BandDraft
from kpis.forms.bands import BandForm
from kpis.forms.flex_rules import Choices
from kpis.models import BandRevision, FlexRule, Kpi
from kpis.queries.backtest import Backtest, backtest_terms, meanings_of, warnings_of
from kpis.queries.bands import band_in_force
from kpis.queries.calendars import calendars_of, today_in
from kpis.queries.rule_choices import drivers_for_rules, environments_for_rules
from kpis.views.goals import CONFLICT, context_of
from relationships.access import Standpoint, viewer_of
from relationships.actions import AgreementIsSettled, NotYourSide, VersionHasMoved
from relationships.policy import Right

MOVED = (AgreementIsSettled, VersionHasMoved, NotYourSide)
ANSWERS = ("counters", "revises", "answers")
RULES, BACKTEST = "kpis/_flex_rules.html", "kpis/_backtest.html"


@login_required
@require_http_methods(["GET", "POST"])
def band_new(request: HttpRequest, kpi_id: int) -> HttpResponse:
    """GET shows the form and, with thresholds in the query, the back-test beside it; POST proposes.

    `counters` or `revises` names the open agreement that this proposal answers or rewrites; whose proposal it is
    decides which of the two it is. `add` and `remove` give the form one flex rule more or less.
    """
    kpi, standpoint = load_kpi(viewer_of(request), kpi_id, needs=Right.PROPOSE)
    if kpi.is_driver:
        raise Http404
    now = timezone.now()
    answered = _answered(request, kpi)
    draft = _draft(request, kpi, answered, now)
    refusal = ""
    if request.method == "POST" and draft.is_ready:
        try:
            proposed = _propose(kpi, draft, answered, standpoint, now)
        except MOVED as moved:
            refusal = str(moved)
        except REFUSED as refused:
            draft.refuse(refused)
        else:
            messages.success(
                request,
                _("Proposed and signed for %(name)s. It waits for the other side.")
                % {"name": standpoint.organisation.name},
            )
            return redirect("agreement", agreement_id=proposed.agreement_id)
    part = _part(request)
    context = context_of(
        standpoint,
        kpi=kpi,
        draft=draft,
        form=draft.form,
        rules=draft.rules,
        answered=answered,
        is_revision=answered is not None and answered.agreement.proposed_by_side == standpoint.side,
        refusal=refusal,
        is_part=part is not None,
        **({} if part == RULES else _tested(kpi, draft, now)),
    )
    if part is not None:
        return render(request, part, context)
    return render(request, "kpis/band_new.html", context, status=CONFLICT if refusal else 200)


def _part(request: HttpRequest) -> str | None:
    """The part of the page that a script asks for, by the id of its target; the rules then ask for the comparison."""
    if request.method != "GET" or not request.headers.get("HX-Request"):
        return None
    return RULES if request.headers.get("HX-Target") == "rules" else BACKTEST


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


def _draft(request: HttpRequest, kpi: Kpi, answered: BandRevision | None, now: datetime) -> BandDraft:
    """What was typed, by POST or for the back-test by GET; else all of what stands or is answered."""
    shown = answered or band_in_force(kpi, today_in(kpi.relationship, now))
    kept: list[FlexRule] = []
    if shown is not None:
        kept = list(shown.flex_rules.select_related("environment", "driver"))
    choices = Choices(environments_for_rules(kpi, kept), drivers_for_rules(kpi, kept))
    typed = request.POST if request.method == "POST" else request.GET if "target" in request.GET else None
    if typed is not None:
        return BandDraft(kpi, choices, now=now, data=typed)
    initial: dict[str, Any] = {"effective_from": _next_period(kpi, now) if shown else kpi.starts_on}
    if shown is not None:
        initial |= BandForm.showing(shown)
    if answered is not None:
        initial |= {"effective_from": answered.effective_from, "answers_version": answered.agreement.version}
    return BandDraft(kpi, choices, now=now, initial=initial, rules=kept)


def _next_period(kpi: Kpi, now: datetime) -> Any:
    """The first day of the period after the one that runs now; today where the calendar has ended."""
    today = today_in(kpi.relationship, now)
    calendar = calendars_of([kpi])[kpi.pk]
    running = calendar.of(max(today, kpi.starts_on))
    following = calendar.after(running) if running else None
    return following.first if following else today


def _tested(kpi: Kpi, draft: BandDraft, now: datetime) -> dict[str, Any]:
    """The back-test of what is typed, and what it says; nothing while it cannot be read."""
    if not draft.is_ready:
        return {"backtest": None}
    found: Backtest = backtest_terms(
        kpi, draft.terms(), on=today_in(kpi.relationship, now), periods=draft.periods
    )
    return {"backtest": found, "meanings": meanings_of(found), "warnings": warnings_of(found)}


def _propose(
    kpi: Kpi, draft: BandDraft, answered: BandRevision | None, standpoint: Standpoint, now: datetime
) -> BandRevision:
    acting: dict[str, Any] = {"actor": standpoint.person, "side": standpoint.side, "now": now}
    package = draft.package()
    if answered is None:
        return actions.propose_band(kpi=kpi, **package, **acting)
    agreement = answered.agreement
    seen = draft.form.cleaned_data["answers_version"] or 0
    if agreement.proposed_by_side == standpoint.side:
        return actions.revise_band(agreement=agreement, version=seen, **package, **acting)
    agreement.version = seen  # what the reader saw: the action refuses when it has moved
    return actions.propose_band(kpi=kpi, counters=agreement, **package, **acting)
