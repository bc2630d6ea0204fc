"""The statement of intent and the life-cycle stage, both under two keys."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from relationships.actions.agreements import propose_agreement
from relationships.models import Agreement, Relationship, Side, Stage, StageChange, StatementOfIntent


class NothingChanges(Exception):
    """The proposal says what is agreed already."""


@transaction.atomic
def propose_statement(
    *,
    relationship: Relationship,
    text: str,
    actor: Person,
    side: Side,
    now: datetime,
    note: str = "",
    expires_at: datetime | None = None,
    counters: Agreement | None = None,
) -> StatementOfIntent:
    """Proposes why the two work together; in force once both sides signed.

    Raises NothingChanges, and what propose_agreement raises for a proposal that cannot be countered.
    """
    before = statement_in_force(relationship)
    if before is not None and before.text == text:
        raise NothingChanges(_("This is the statement that is in force."))
    agreement = propose_agreement(
        relationship=relationship,
        kind=Agreement.Kind.STATEMENT_OF_INTENT,
        title=_("Statement of intent"),
        content=[{"label": _("Text"), "before": before.text if before else None, "after": text}],
        actor=actor,
        side=side,
        now=now,
        note=note,
        expires_at=expires_at,
        counters=counters,
    )
    return StatementOfIntent.objects.create(relationship=relationship, agreement=agreement, text=text)


def statement_in_force(relationship: Relationship) -> StatementOfIntent | None:
    """The statement both sides signed last; None before there is one."""
    return (
        StatementOfIntent.objects.filter(
            relationship=relationship, agreement__outcome=Agreement.Outcome.AGREED
        )
        .select_related("agreement")
        .order_by("-agreement__settled_at", "-pk")
        .first()
    )


@transaction.atomic
def propose_stage(
    *,
    relationship: Relationship,
    stage: str,
    actor: Person,
    side: Side,
    now: datetime,
    note: str = "",
    expires_at: datetime | None = None,
    counters: Agreement | None = None,
) -> StageChange:
    """Proposes to move to another life-cycle stage; it takes effect with the second signature.

    Raises NothingChanges, and what propose_agreement raises for a proposal that cannot be countered.
    """
    if stage == relationship.stage:
        raise NothingChanges(_("The relationship is in this stage."))
    after = Stage(stage).label
    agreement = propose_agreement(
        relationship=relationship,
        kind=Agreement.Kind.STAGE,
        title=_("Move to “%(stage)s”") % {"stage": after},
        content=[
            {
                "label": _("Life-cycle stage"),
                "before": str(Stage(relationship.stage).label),
                "after": str(after),
            }
        ],
        actor=actor,
        side=side,
        now=now,
        note=note,
        expires_at=expires_at,
        counters=counters,
    )
    return StageChange.objects.create(relationship=relationship, agreement=agreement, stage=stage)


@transaction.atomic
def apply_stage(*, agreement: Agreement, now: datetime) -> None:
    """Moves the relationship to the stage that an agreed stage change names; any other agreement changes nothing.

    Applying twice is applying once. The timeline line is the signature's own.
    """
    change = StageChange.objects.filter(
        agreement=agreement, agreement__outcome=Agreement.Outcome.AGREED
    ).first()
    if change is None:
        return
    relationship = Relationship.objects.select_for_update().get(pk=change.relationship_id)
    if relationship.stage == change.stage:
        return
    relationship.stage, relationship.changed_at = change.stage, now
    relationship.version += 1
    relationship.save(update_fields=["stage", "changed_at", "version"])
