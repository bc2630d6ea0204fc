"""Two-key agreements: the list, one of them, and the four answers to it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kpis.models import BandRevision
from portal.queries.agreements import form_address, movements, terms_of
from portal.signing import CONSEQUENCES, sign
from relationships import actions, queries
from relationships.access import Standpoint, load_agreement, load_relationship, viewer_of
from relationships.forms.agreements import AgreementFilterForm, DeclineForm, WithdrawForm
from relationships.models import Agreement, Side
from relationships.policy import Right

PER_PAGE = 25
MOST_HISTORY = 50
REFUSALS = (
    actions.AgreementIsSettled,
    actions.VersionHasMoved,
    actions.SignedByTheSamePerson,
    actions.NotYourSide,
)


def _context(standpoint: Standpoint, **more: Any) -> dict[str, Any]:
    relationship = standpoint.relationship
    parties = [(side, relationship.organisation_of(side)) for side in Side]
    return {
        "standpoint": standpoint,
        "relationship": relationship,
        "tab": "agreements",
        "parties": parties,
        **more,
    }


@login_required
@require_GET
def agreements(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Every agreement of a relationship, newest first; by state, kind and whose key is missing."""
    standpoint = load_relationship(viewer_of(request), relationship_id)
    relationship = standpoint.relationship
    form = AgreementFilterForm(
        request.GET,
        kinds=list(Agreement.Kind.choices),
        sides=[(side.value, relationship.organisation_of(side) or side.label) for side in Side],
    )
    chosen = form.chosen()
    found = queries.list_agreements(relationship, **chosen)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = _context(standpoint, page=page, form=form, is_filtered=any(chosen.values()))
    return render(request, "portal/agreements.html", context)


@login_required
@require_GET
def agreement(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """What the signatures name, who turned which key, and what can be answered."""
    found, standpoint = load_agreement(viewer_of(request), agreement_id)
    return _page(request, found, standpoint)


@login_required
@require_POST
def signature(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Signs the version the reader saw for their side; goes on to `next` when it names a page of this portal."""
    found, standpoint = load_agreement(viewer_of(request), agreement_id, needs=Right.SIGN)
    try:
        signed = sign(agreement_id=found.pk, version=_seen(request), **_acting(standpoint))
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
        return _page(request, found, standpoint, decline_form=form, status=422)
    try:
        actions.decline_agreement(
            agreement_id=found.pk,
            version=_seen(request),
            reason=form.cleaned_data["reason"],
            **_acting(standpoint),
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
        return _page(request, found, standpoint, withdraw_form=form, status=422)
    try:
        actions.withdraw_agreement(
            agreement_id=found.pk,
            version=_seen(request),
            reason=form.cleaned_data["reason"],
            **_acting(standpoint),
        )
    except REFUSALS as refusal:
        return _refused(request, agreement_id, refusal, withdraw_form=form)
    messages.success(request, _("Withdrawn. Nothing changes."))
    return redirect(_next(request, found.pk))


def _acting(standpoint: Standpoint) -> dict[str, Any]:
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
    return _page(
        request, found, standpoint, refusal=str(refusal), seen_version=seen, status=409, **forms_typed
    )


def _page(
    request: HttpRequest,
    found: Agreement,
    standpoint: Standpoint,
    *,
    refusal: str = "",
    seen_version: int | None = None,
    decline_form: forms.Form | None = None,
    withdraw_form: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    is_own = found.proposed_by_side == standpoint.side
    terms = terms_of(found, seen_version=seen_version)
    kpi = _kpi_of(found)
    context = _context(
        standpoint,
        agreement=found,
        terms=terms,
        has_before=any(line.before for line in terms),
        seen_version=seen_version if any(line.seen is not None for line in terms) else None,
        movements=movements(kpi, terms) if kpi else [],
        kpi=kpi,
        is_own=is_own,
        is_signed=found.is_signed_by(standpoint.side),
        has_expired=found.expires_at is not None and found.expires_at <= timezone.now(),
        keys=_keys(found, standpoint),
        consequence=CONSEQUENCES.get(found.kind, ""),
        counter_url=form_address(found, kpi.pk if kpi else None, "counters"),
        revise_url=form_address(found, kpi.pk if kpi else None, "revises"),
        chain=queries.counter_chain(found),
        about=f"agreement:{found.pk}",
        history=list(queries.get_timeline(standpoint, about=f"agreement:{found.pk}")[:MOST_HISTORY]),
        refusal=refusal,
        decline_form=decline_form or DeclineForm(auto_id="decline_%s"),
        withdraw_form=withdraw_form or WithdrawForm(auto_id="withdraw_%s"),
        decline_is_open=decline_form is not None,
        withdraw_is_open=withdraw_form is not None,
    )
    return render(request, "portal/agreement.html", context, status=status)


def _kpi_of(found: Agreement) -> Any:
    if found.kind != Agreement.Kind.BAND_REVISION:
        return None
    revision = BandRevision.objects.filter(agreement=found).select_related("kpi").first()
    return revision.kpi if revision else None


def _keys(found: Agreement, standpoint: Standpoint) -> list[dict[str, Any]]:
    """Both keys: whose it is, who turned it and when."""
    return [
        {
            "side": side,
            "organisation": standpoint.relationship.organisation_of(side),
            "signer": getattr(found, f"{side.value.lower()}_signed_by"),
            "at": getattr(found, f"{side.value.lower()}_signed_at"),
        }
        for side in Side
    ]
