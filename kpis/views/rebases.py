"""Proposing that the limits of a KPI start anew, with the limits before and after beside the form."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kpis import actions
from kpis.access import load_kpi
from kpis.actions.entries import today_in
from kpis.forms.rebases import RebaseForm
from kpis.queries.rebases import get_preview, periods_with_values
from kpis.views.goals import context_of
from relationships.access import viewer_of
from relationships.policy import Right


@login_required
@require_http_methods(["GET", "POST"])
def rebase_new(request: HttpRequest, kpi_id: int) -> HttpResponse:
    """GET shows the form and, with a period in the query, the limits before and after; POST proposes."""
    kpi, standpoint = load_kpi(viewer_of(request), kpi_id, needs=Right.PROPOSE)
    now = timezone.now()
    today = today_in(standpoint.relationship, now)
    periods = periods_with_values(kpi, on=today)
    is_post = request.method == "POST"
    form = RebaseForm(request.POST if is_post else None, initial=request.GET.dict(), periods=periods)
    wanted = (request.POST if is_post else request.GET).get("from_period", "")
    chosen = next((period for period in periods if period.first.isoformat() == wanted), None)
    preview = None if chosen is None else get_preview(kpi, chosen.first, on=today)
    context = context_of(standpoint, kpi=kpi, form=form, preview=preview, has_values=bool(periods))
    if request.headers.get("HX-Request") and not is_post:
        return render(request, "kpis/_rebase_preview.html", context)
    if preview is not None and is_post and form.is_valid():
        try:
            rebase = actions.propose_rebase(
                kpi=kpi,
                evidence=preview.rows(),
                actor=standpoint.person,
                side=standpoint.side,
                now=now,
                **form.cleaned_data,
            )
        except actions.RebaseRefused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(
                request,
                _("Proposed and signed for %(name)s. It waits for the other side.")
                % {"name": standpoint.organisation.name},
            )
            return redirect("agreement", agreement_id=rebase.agreement_id)
    return render(request, "kpis/rebase_new.html", context)
