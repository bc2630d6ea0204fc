"""Proposing terms of the score: new, in answer to a proposal, or revising one's own."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from relationships.access import Standpoint, load_agreement, load_relationship, viewer_of
from relationships.actions import AgreementIsSettled, NotYourSide, VersionHasMoved
from relationships.models import Agreement
from relationships.policy import Right
from value import actions, queries
from value.domain.terms import DEFAULT_TERMS, Terms
from value.forms import TermsForm
from value.models import ScoreTerms

CONFLICT = 409
CHANGED = (VersionHasMoved, AgreementIsSettled, NotYourSide)


@login_required
@require_http_methods(["GET", "POST"])
def terms_new(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Proposes terms; `?counters=` answers a proposal of the other side, `?revises=` changes one's own."""
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.PROPOSE)
    based_on, revises = _basis(request, standpoint)
    today = timezone.localdate()
    form = TermsForm(request.POST or None, initial=_initial(standpoint, based_on, today, revises=revises))
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            made = _propose(standpoint, form, based_on, timezone.now(), revises=revises)
        except actions.TermsChangeNothing as refusal:
            form.add_error(None, str(refusal))
        except CHANGED as refusal:
            refused = str(refusal)
        else:
            messages.success(request, _("Proposed. It waits for the other side now."))
            return redirect("agreement", agreement_id=made.agreement_id)
    context = {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "agreements",
        "form": form,
        "based_on": based_on,
        "revises": revises,
        "refused": refused,
        "version": _version(request, based_on, refused=bool(refused)),
    }
    return render(request, "value/terms_new.html", context, status=CONFLICT if refused else 200)


def _propose(
    standpoint: Standpoint, form: TermsForm, based_on: Agreement | None, now: datetime, *, revises: bool
) -> ScoreTerms:
    given: dict[str, Any] = {
        "effective_from": form.cleaned_data["effective_from"],
        "terms": form.terms(),
        "note": form.cleaned_data["note"],
        "actor": standpoint.person,
        "side": standpoint.side,
        "now": now,
    }
    if based_on is not None:
        based_on.version = form.cleaned_data["version"] or based_on.version  # what the reader saw
    if revises and based_on is not None:
        return actions.revise_terms(agreement=based_on, version=based_on.version, **given)
    return actions.propose_terms(relationship=standpoint.relationship, counters=based_on, **given)


def _basis(request: HttpRequest, standpoint: Standpoint) -> tuple[Agreement | None, bool]:
    """The proposal that is answered or revised; 404 unless it is one about terms of this relationship."""
    for how in ("counters", "revises"):
        named = request.GET.get(how, "")
        if not named:
            continue
        if not (named.isascii() and named.isdecimal() and len(named) < 19):
            raise Http404
        agreement, _same = load_agreement(standpoint.viewer, int(named))
        is_own = agreement.proposed_by_side == standpoint.side
        about = (agreement.relationship_id, agreement.kind, is_own)
        if about != (standpoint.relationship.pk, Agreement.Kind.SCORE_TERMS, how == "revises"):
            raise Http404
        return agreement, how == "revises"
    return None, False


def _initial(
    standpoint: Standpoint, based_on: Agreement | None, today: date, *, revises: bool
) -> dict[str, Any]:
    """What is proposed already, or else what is in force."""
    given: ScoreTerms | None = getattr(based_on, "score_terms", None)
    if based_on is not None and given is not None:
        shown = TermsForm.showing(queries.arithmetic_of(given), given.effective_from)
        return {**shown, "note": based_on.note if revises else ""}
    standing = queries.terms_in_force([standpoint.relationship.pk], today).get(standpoint.relationship.pk)
    terms: Terms = queries.arithmetic_of(standing) if standing is not None else DEFAULT_TERMS
    return TermsForm.showing(terms, today)


def _version(request: HttpRequest, based_on: Agreement | None, *, refused: bool) -> str:
    """The version the reader has seen: what they posted, until they were told of a newer one."""
    if based_on is None:
        return ""
    if refused:
        return str(Agreement.objects.values_list("version", flat=True).get(pk=based_on.pk))
    return request.POST.get("version", "") or str(based_on.version)
