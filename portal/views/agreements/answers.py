"""The answers to a proposal: signing, declining, withdrawing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kpis.actions import SpellRefused
from portal.signing import sign
from portal.views.agreements.pages import page_of
from relationships import actions
from relationships.access import Standpoint, load_agreement, viewer_of
from relationships.forms.agreements import DeclineForm, WithdrawForm
from relationships.policy import Right

REFUSALS = (
    actions.AgreementIsSettled,
    actions.VersionHasMoved,
    actions.SignedByTheSamePerson,
    actions.NotYourSide,
    SpellRefused,
)


@login_required
@require_POST
def signature(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Signs the version the reader saw for their side; goes on to `next` when it names a page of this portal."""
    found, standpoint = load_agreement(viewer_of(request), agreement_id, needs=Right.SIGN)
    try:
        signed = sign(agreement_id=found.pk, version=_seen(request), **acting(standpoint))
    except REFUSALS as refusal:
        return _refused(request, agreement_id, refusal)
    said = (
        _("Signed for %(organisation)s. It is agreed.")
        if not signed.is_open
        else _("Signed for %(organisation)s. It waits for the other side now.")
    )
    messages.success(request, said % {"organisation": standpoint.organisation})
    return redirect(_next(request, found.pk))


@login_required
@require_POST
def decline(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Declines the other side's proposal with a reason; without one, what was typed stays."""
    found, standpoint = load_agreement(viewer_of(request), agreement_id, needs=Right.SIGN)
    form = DeclineForm(request.POST, auto_id="decline_%s")
    if not form.is_valid():
        return page_of(request, found, standpoint, decline_form=form, status=422)
    try:
        actions.decline_agreement(
            agreement_id=found.pk,
            version=_seen(request),
            reason=form.cleaned_data["reason"],
            **acting(standpoint),
        )
    except REFUSALS as refusal:
        return _refused(request, agreement_id, refusal, decline_form=form)
    messages.success(request, _("Declined for %(name)s.") % {"name": standpoint.organisation})
    return redirect(_next(request, found.pk))


@login_required
@require_POST
def withdrawal(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Takes one's own side's open proposal back."""
    found, standpoint = load_agreement(viewer_of(request), agreement_id, needs=Right.PROPOSE)
    form = WithdrawForm(request.POST, auto_id="withdraw_%s")
    if not form.is_valid():
        return page_of(request, found, standpoint, withdraw_form=form, status=422)
    try:
        actions.withdraw_agreement(
            agreement_id=found.pk,
            version=_seen(request),
            reason=form.cleaned_data["reason"],
            **acting(standpoint),
        )
    except REFUSALS as refusal:
        return _refused(request, agreement_id, refusal, withdraw_form=form)
    messages.success(request, _("Withdrawn. Nothing changes."))
    return redirect(_next(request, found.pk))


def acting(standpoint: Standpoint) -> dict[str, Any]:
    """In whose name somebody answers: their own side's, never the other's."""
    return {"actor": standpoint.person, "side": standpoint.side, "now": timezone.now()}


def _seen(request: HttpRequest) -> int:
    """The version the reader saw; 0, which no agreement has, when the request does not say."""
    version = request.POST.get("version", "")
    return int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0


def _next(request: HttpRequest, agreement_id: int) -> str:
    """Where to go on: a page of this portal that the form named, else the agreement."""
    wanted = request.POST.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("agreement", args=[agreement_id])


def _refused(
    request: HttpRequest, agreement_id: int, refusal: Exception, **forms_typed: forms.Form
) -> HttpResponse:
    """The page as it stands now with the refusal on it, and what the reader saw beside what changed."""
    found, standpoint = load_agreement(viewer_of(request), agreement_id)
    seen = _seen(request) if isinstance(refusal, actions.VersionHasMoved) else None
    return page_of(
        request, found, standpoint, refusal=str(refusal), seen_version=seen, status=409, **forms_typed
    )
