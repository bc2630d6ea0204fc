"""The statement of intent and the life-cycle stage, both under two keys."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from relationships.actions.agreements import Terms, propose_agreement, revise_agreement
from relationships.models import Agreement, Relationship, Side, Stage, StageChange, StatementOfIntent
from relationships.queries.intent import statement_in_force


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
        content=_statement_terms(before, text),
        actor=actor,
        side=side,
        now=now,
        note=note,
        expires_at=expires_at,
        counters=counters,
    )
    return StatementOfIntent.objects.create(relationship=relationship, agreement=agreement, text=text)


@transaction.atomic
def revise_statement(
    *, agreement_id: int, version: int, text: str, actor: Person, side: Side, now: datetime, note: str = ""
) -> StatementOfIntent:
    """Changes the text of one's own open proposal; the other side signs the new version or none.

    Raises NothingChanges and what revise_agreement raises.
    """
    statement = StatementOfIntent.objects.select_related("relationship").get(agreement=agreement_id)
    before = statement_in_force(statement.relationship)
    if before is not None and before.text == text:
        raise NothingChanges(_("This is the statement that is in force."))
    statement.agreement = revise_agreement(
        agreement_id=agreement_id,
        version=version,
        actor=actor,
        side=side,
        now=now,
        title=_("Statement of intent"),
        content=_statement_terms(before, text),
        note=note,
    )
    statement.text = text
    statement.save(update_fields=["text"])
    return statement


def _statement_terms(before: StatementOfIntent | None, text: str) -> Terms:
    return [{"label": _("Text"), "before": before.text if before else None, "after": text}]


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
    agreement = propose_agreement(
        relationship=relationship,
        kind=Agreement.Kind.STAGE,
        title=_stage_title(stage),
        content=_stage_terms(relationship.stage, stage),
        actor=actor,
        side=side,
        now=now,
        note=note,
        expires_at=expires_at,
        counters=counters,
    )
    return StageChange.objects.create(relationship=relationship, agreement=agreement, stage=stage)


@transaction.atomic
def revise_stage(
    *, agreement_id: int, version: int, stage: str, actor: Person, side: Side, now: datetime, note: str = ""
) -> StageChange:
    """Changes the stage that one's own open proposal names; the other side signs the new version or none.

    Raises NothingChanges and what revise_agreement raises.
    """
    change = StageChange.objects.select_related("relationship").get(agreement=agreement_id)
    if stage == change.relationship.stage:
        raise NothingChanges(_("The relationship is in this stage."))
    change.agreement = revise_agreement(
        agreement_id=agreement_id,
        version=version,
        actor=actor,
        side=side,
        now=now,
        title=_stage_title(stage),
        content=_stage_terms(change.relationship.stage, stage),
        note=note,
    )
    change.stage = stage
    change.save(update_fields=["stage"])
    return change


def _stage_title(stage: str) -> str:
    return _("Stage: %(stage)s") % {"stage": Stage(stage).label}


def _stage_terms(before: str, after: str) -> Terms:
    labels = {"before": str(Stage(before).label), "after": str(Stage(after).label)}
    return [{"label": _("Life-cycle stage"), **labels}]


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
