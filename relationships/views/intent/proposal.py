"""The form of a proposal, what comes of it, and its words."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from relationships import actions
from relationships.access import Standpoint
from relationships.forms import StageForm, StatementForm
from relationships.views.intent.basis import Basis, again, seen, version_shown

CONFLICT = 409
CHANGED = (actions.VersionHasMoved, actions.AgreementIsSettled, actions.NotYourSide)


def proposal(
    request: HttpRequest,
    standpoint: Standpoint,
    basis: Basis,
    form: StatementForm | StageForm,
    main: str,
    about: dict[str, Any],
    propose: Callable[..., Any],
    revise: Callable[..., Any],
) -> HttpResponse:
    """The form, and what comes of it; `main` names the field whose value is proposed."""
    changed_meanwhile = ""
    if request.method == "POST" and form.is_valid():
        try:
            made = _act(request, standpoint, basis, form.cleaned_data, main, propose, revise)
        except actions.NothingChanges as refusal:
            form.add_error(main, str(refusal))
        except CHANGED as refusal:
            changed_meanwhile = str(refusal)
        else:
            messages.success(request, _("Proposed. It waits for the other side now."))
            return redirect("agreement", agreement_id=made.agreement_id)
    fresh = again(standpoint, basis) if changed_meanwhile else basis
    context = {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "agreements",
        "form": form,
        "based_on": fresh.agreement,
        "version": version_shown(request, fresh, changed=bool(changed_meanwhile)),
        "changed_meanwhile": changed_meanwhile,
        **_words(main, basis),
        **about,
    }
    template = "relationships/statement_new.html" if main == "text" else "relationships/stage_new.html"
    return render(request, template, context, status=CONFLICT if changed_meanwhile else 200)


def _act(
    request: HttpRequest,
    standpoint: Standpoint,
    basis: Basis,
    given: dict[str, Any],
    main: str,
    propose: Callable[..., Any],
    revise: Callable[..., Any],
) -> Any:
    acting = {"actor": standpoint.person, "side": standpoint.side, "now": timezone.now()}
    said = {main: given[main], "note": given["note"], **acting}
    if basis.agreement is not None and basis.revises:
        return revise(agreement_id=basis.agreement.pk, version=seen(request), **said)
    if basis.agreement is not None:
        basis.agreement.version = seen(request)  # what the writer answers is what they saw
    expires_at = _end_of(given["expires_on"], standpoint.relationship.time_zone)
    return propose(
        relationship=standpoint.relationship, counters=basis.agreement, expires_at=expires_at, **said
    )


def _end_of(day: Any, zone: str) -> datetime | None:
    """The last minute of a day where the relationship is at home."""
    return datetime.combine(day, time(23, 59), ZoneInfo(zone)) if day else None


def _words(main: str, basis: Basis) -> dict[str, str]:
    headings = {
        ("text", ""): _("Propose a statement of intent"),
        ("text", "counters"): _("Answer with another statement"),
        ("text", "revises"): _("Revise the statement you proposed"),
        ("stage", ""): _("Propose another stage"),
        ("stage", "counters"): _("Answer with another stage"),
        ("stage", "revises"): _("Revise the stage you proposed"),
    }
    explanations = {
        "text": _(
            "Why the two of you work together, in your own words. It is in force once both sides have signed."
        ),
        "stage": _("How far the relationship has come. It moves once both sides have signed."),
    }
    return {
        "heading": headings[main, basis.how],
        "explanation": explanations[main],
        "verb": _("Revise and sign") if basis.revises else _("Propose and sign"),
    }
