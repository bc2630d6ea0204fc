"""The two proposals: the statement of intent and the life-cycle stage."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from relationships import actions, queries
from relationships.access import load_relationship, viewer_of
from relationships.forms import StageForm, StatementForm
from relationships.models import Agreement, Stage
from relationships.policy import Right
from relationships.views.intent.basis import basis_of, own_note, too_late
from relationships.views.intent.proposal import proposal


@login_required
@require_http_methods(["GET", "POST"])
def statement_new(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Proposes a statement of intent."""
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.PROPOSE)
    basis = basis_of(request, standpoint, Agreement.Kind.STATEMENT_OF_INTENT)
    if request.method != "POST" and not basis.fits(standpoint):
        return too_late(request, basis)
    in_force = queries.statement_in_force(standpoint.relationship)
    given = getattr(basis.agreement, "statement", None)
    text = given.text if given else in_force.text if in_force else ""
    form = StatementForm(
        request.POST or None,
        initial={"text": text, "note": own_note(basis)},
        today=timezone.localdate(),
        revises=basis.revises,
    )
    form.order_fields(["text", "note", "expires_on"])
    about = {"in_force": in_force, "answered": None if basis.revises else given}
    return proposal(
        request, standpoint, basis, form, "text", about, actions.propose_statement, actions.revise_statement
    )


@login_required
@require_http_methods(["GET", "POST"])
def stage_new(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Proposes to move to another life-cycle stage."""
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.PROPOSE)
    basis = basis_of(request, standpoint, Agreement.Kind.STAGE)
    if request.method != "POST" and not basis.fits(standpoint):
        return too_late(request, basis)
    given = getattr(basis.agreement, "stage_change", None)
    form = StageForm(
        request.POST or None,
        initial={
            "stage": given.stage if given else _following(standpoint.relationship.stage),
            "note": own_note(basis),
        },
        today=timezone.localdate(),
        revises=basis.revises,
    )
    form.order_fields(["stage", "note", "expires_on"])
    about = {"stages": Stage.choices, "answered": None if basis.revises else given}
    return proposal(
        request, standpoint, basis, form, "stage", about, actions.propose_stage, actions.revise_stage
    )


def _following(stage: str) -> str:
    """The stage after this one; after the last, the last."""
    values = Stage.values
    return values[min(values.index(stage) + 1, len(values) - 1)]
