"""The list of agreements, and the page of one with what can be answered."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kpis.models import BandRevision
from portal.queries.agreement_evidence import evidence_in
from portal.queries.agreements import form_address, movements, terms_of
from portal.signing import CONSEQUENCES
from relationships import queries
from relationships.access import Standpoint, load_agreement, load_relationship, viewer_of
from relationships.forms.agreements import AgreementFilterForm, DeclineForm, WithdrawForm
from relationships.models import Agreement, Side

PER_PAGE = 25
MOST_HISTORY = 50


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
    return page_of(request, found, standpoint)


def page_of(
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
    """One agreement as it stands now, with what was typed when an answer was refused."""
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
        evidence=evidence_in(found, kpi),
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
