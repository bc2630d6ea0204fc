"""Two-key agreements: the list, one of them, and turning a key."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from portal.signing import sign
from relationships import actions
from relationships.access import load_agreement, load_relationship, viewer_of
from relationships.models import Agreement
from relationships.policy import Right

REFUSALS = (actions.AgreementIsSettled, actions.VersionHasMoved, actions.SignedByTheSamePerson)


@login_required
@require_GET
def agreements(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Every agreement of a relationship, newest first."""
    standpoint = load_relationship(viewer_of(request), relationship_id)
    found = Agreement.objects.filter(relationship=standpoint.relationship)
    context = {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "agreements",
        "agreements": found,
    }
    return render(request, "portal/agreements.html", context)


@login_required
@require_GET
def agreement(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """One agreement with its terms and signatures."""
    found, standpoint = load_agreement(viewer_of(request), agreement_id)
    context = {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "agreements",
        "agreement": found,
    }
    return render(request, "portal/agreement.html", context)


@login_required
@require_POST
def signature(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Signs the version the reader saw for their side."""
    found, standpoint = load_agreement(viewer_of(request), agreement_id, needs=Right.SIGN)
    version = request.POST.get("version", "")
    try:
        sign(
            agreement_id=found.pk,
            version=int(version) if version.isdecimal() else 0,
            actor=standpoint.person,
            side=standpoint.side,
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("agreement", agreement_id=found.pk)
