"""Proposing why the two work together and how far they have come: new, in answer to a proposal, or revising one's own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from relationships import actions, queries
from relationships.access import Standpoint, load_agreement, load_relationship, viewer_of
from relationships.forms import StageForm, StatementForm
from relationships.models import Agreement, Stage
from relationships.policy import Right

CONFLICT = 409
CHANGED = (actions.VersionHasMoved, actions.AgreementIsSettled, actions.NotYourSide)


@dataclass(frozen=True)
class Basis:
    """What a proposal starts from: nothing, a proposal it answers (`counters`), or one it revises (`revises`)."""

    how: str = ""
    agreement: Agreement | None = None

    @property
    def revises(self) -> bool:
        return self.how == "revises"

    def fits(self, standpoint: Standpoint) -> bool:
        """Whether it is still open and of the side that may do this with it."""
        if self.agreement is None:
            return True
        is_own = self.agreement.proposed_by_side == standpoint.side
        return self.agreement.is_open and is_own == self.revises


@login_required
@require_http_methods(["GET", "POST"])
def statement_new(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Proposes a statement of intent."""
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.PROPOSE)
    basis = _basis(request, standpoint, Agreement.Kind.STATEMENT_OF_INTENT)
    if request.method != "POST" and not basis.fits(standpoint):
        return _too_late(request, basis)
    in_force = queries.statement_in_force(standpoint.relationship)
    given = getattr(basis.agreement, "statement", None)
    text = given.text if given else in_force.text if in_force else ""
    form = StatementForm(
        request.POST or None,
        initial={"text": text, "note": _own_note(basis)},
        today=timezone.localdate(),
        revises=basis.revises,
    )
    form.order_fields(["text", "note", "expires_on"])
    about = {"in_force": in_force, "answered": None if basis.revises else given}
    return _proposal(
        request, standpoint, basis, form, "text", about, actions.propose_statement, actions.revise_statement
    )


@login_required
@require_http_methods(["GET", "POST"])
def stage_new(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Proposes to move to another life-cycle stage."""
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.PROPOSE)
    basis = _basis(request, standpoint, Agreement.Kind.STAGE)
    if request.method != "POST" and not basis.fits(standpoint):
        return _too_late(request, basis)
    given = getattr(basis.agreement, "stage_change", None)
    form = StageForm(
        request.POST or None,
        initial={
            "stage": given.stage if given else _following(standpoint.relationship.stage),
            "note": _own_note(basis),
        },
        today=timezone.localdate(),
        revises=basis.revises,
    )
    form.order_fields(["stage", "note", "expires_on"])
    about = {"stages": Stage.choices, "answered": None if basis.revises else given}
    return _proposal(
        request, standpoint, basis, form, "stage", about, actions.propose_stage, actions.revise_stage
    )


def _following(stage: str) -> str:
    """The stage after this one; after the last, the last."""
    values = Stage.values
    return values[min(values.index(stage) + 1, len(values) - 1)]


def _own_note(basis: Basis) -> str:
    return basis.agreement.note if basis.agreement and basis.revises else ""


def _basis(request: HttpRequest, standpoint: Standpoint, kind: str) -> Basis:
    """The proposal named by `?counters=` or `?revises=`; 404 unless it is of this relationship and kind."""
    for how in ("counters", "revises"):
        named = request.GET.get(how, "")
        if not named:
            continue
        if not (named.isascii() and named.isdecimal() and len(named) < 19):
            raise Http404
        agreement, _same = load_agreement(standpoint.viewer, int(named))
        if (agreement.relationship_id, agreement.kind) != (standpoint.relationship.pk, kind):
            raise Http404
        return Basis(how, agreement)
    return Basis()


def _too_late(request: HttpRequest, basis: Basis) -> HttpResponse:
    assert basis.agreement is not None  # noqa: S101  a basis of nothing always fits
    messages.error(request, _("This proposal can no longer be answered that way."))
    return redirect("agreement", agreement_id=basis.agreement.pk)


def _proposal(
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
    fresh = _again(standpoint, basis) if changed_meanwhile else basis
    context = {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "agreements",
        "form": form,
        "based_on": fresh.agreement,
        "version": _version_shown(request, fresh, changed=bool(changed_meanwhile)),
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
        return revise(agreement_id=basis.agreement.pk, version=_seen(request), **said)
    if basis.agreement is not None:
        basis.agreement.version = _seen(request)  # what the writer answers is what they saw
    expires_at = _end_of(given["expires_on"], standpoint.relationship.time_zone)
    return propose(
        relationship=standpoint.relationship, counters=basis.agreement, expires_at=expires_at, **said
    )


def _end_of(day: Any, zone: str) -> datetime | None:
    """The last minute of a day where the relationship is at home."""
    return datetime.combine(day, time(23, 59), ZoneInfo(zone)) if day else None


def _seen(request: HttpRequest) -> int:
    """The version the writer saw; 0, which no agreement has, when the request does not say."""
    version = request.POST.get("version", "")
    return int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0


def _again(standpoint: Standpoint, basis: Basis) -> Basis:
    """The same proposal as it stands now."""
    if basis.agreement is None:
        return basis
    return Basis(basis.how, load_agreement(standpoint.viewer, basis.agreement.pk)[0])


def _version_shown(request: HttpRequest, basis: Basis, *, changed: bool) -> str:
    """What the writer has seen: what they posted, until they were shown something newer."""
    if basis.agreement is None:
        return ""
    posted = request.POST.get("version", "")
    return posted if posted and not changed else str(basis.agreement.version)


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
