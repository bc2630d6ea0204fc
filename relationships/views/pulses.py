"""Pulses: opening one, answering it, reading what both sides said."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from relationships import actions
from relationships.access import Standpoint, load_pulse, load_relationship, viewer_of
from relationships.forms.pulses import OpenPulseForm, PulseAnswerForm
from relationships.models import Pulse
from relationships.policy import Right
from relationships.queries.pulses import PulsePage, get_pulse, list_pulses

PER_PAGE = 25
CONFLICT = 409


@login_required
@require_http_methods(["GET", "POST"])
def pulses(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Every pulse, newest first; POST opens one."""
    needs = Right.PROPOSE if request.method == "POST" else Right.READ
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=needs)
    relationship, now = standpoint.relationship, timezone.now()
    today = now.astimezone(ZoneInfo(relationship.time_zone)).date()
    form = OpenPulseForm(request.POST if request.method == "POST" else None, today=today)
    if request.method == "POST" and form.is_valid():
        closes_at = form.closes_at(relationship.time_zone)
        try:
            made = actions.open_pulse(relationship=relationship, closes_at=closes_at, **_acting(standpoint))
        except actions.PulseRefused as refusal:
            form.add_error("closes_on", str(refusal))
        else:
            messages.success(request, _("The pulse is open, and everybody with a seat has been told."))
            return redirect("relationships:pulse", pulse_id=made.pk)
    found = list_pulses(relationship)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    open_one = found.filter(closed_at__isnull=True).first()
    context = _context(standpoint, page=page, form=form, open_one=open_one)
    return render(request, "relationships/pulses.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def pulse(request: HttpRequest, pulse_id: int) -> HttpResponse:
    """One pulse: to be answered while it is open (POST), what both sides said once it is closed."""
    found, standpoint = load_pulse(viewer_of(request), pulse_id)
    form = _answer_form(request, standpoint)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_pulse(pulse_id=found.pk, trust=form.cleaned_data["trust"], **_acting(standpoint))
        except actions.PulseRefused as refusal:
            return _page(request, found.pk, standpoint, form, refusal=str(refusal))
        messages.success(request, _("Thank you. Your answer is kept without your name."))
        return redirect("relationships:pulse", pulse_id=found.pk)
    return _page(request, found.pk, standpoint, form)


@login_required
@require_POST
def pulse_closing(request: HttpRequest, pulse_id: int) -> HttpResponse:
    """Closes a pulse before its time, when everybody has answered."""
    found, standpoint = load_pulse(viewer_of(request), pulse_id, needs=Right.PROPOSE)
    try:
        actions.close_pulse(pulse_id=found.pk, **_acting(standpoint))
    except actions.PulseRefused as refusal:
        form = _answer_form(request, standpoint, is_answered=False)
        return _page(request, found.pk, standpoint, form, refusal=str(refusal))
    messages.success(request, _("The pulse is closed. This is what both sides said."))
    return redirect("relationships:pulse", pulse_id=found.pk)


def _answer_form(
    request: HttpRequest, standpoint: Standpoint, *, is_answered: bool | None = None
) -> PulseAnswerForm:
    other = standpoint.relationship.organisation_of(standpoint.other_side)
    posted = request.method == "POST" if is_answered is None else is_answered
    return PulseAnswerForm(request.POST if posted else None, about=str(other or standpoint.other_side.label))


def _page(
    request: HttpRequest, pulse_id: int, standpoint: Standpoint, form: PulseAnswerForm, *, refusal: str = ""
) -> HttpResponse:
    page: PulsePage = get_pulse(standpoint, Pulse.objects.get(pk=pulse_id), now=timezone.now())
    context = _context(standpoint, page=page, pulse=page.pulse, form=form, refusal=refusal)
    return render(request, "relationships/pulse.html", context, status=CONFLICT if refusal else 200)


def _acting(standpoint: Standpoint) -> dict[str, Any]:
    return {"actor": standpoint.person, "side": standpoint.side, "now": timezone.now()}


def _context(standpoint: Standpoint, **more: Any) -> dict[str, Any]:
    return {"standpoint": standpoint, "relationship": standpoint.relationship, "tab": "people", **more}
