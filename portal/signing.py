"""Turning a key: the one list of what takes effect when the second signature falls."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from kpis import actions as kpi_actions
from relationships import actions
from relationships.models import Agreement, Side
from value import actions as value_actions

Effect = Callable[..., object]

# Kinds that are not named take effect by being agreed: whoever asks looks at the agreement's outcome.
EFFECTS: Final[Mapping[str, Effect]] = {
    Agreement.Kind.STAGE: actions.apply_stage,
    Agreement.Kind.BAND_REVISION: kpi_actions.bring_band_into_force,
    Agreement.Kind.ENVIRONMENT: kpi_actions.bring_environment_into_force,
    Agreement.Kind.SPELL: kpi_actions.bring_spell_into_force,
    Agreement.Kind.REBASE: kpi_actions.bring_rebase_into_force,
    Agreement.Kind.REVIEW: kpi_actions.close_review,
    Agreement.Kind.WEIGHTS: kpi_actions.put_weights_in_force,
    Agreement.Kind.SCORE_TERMS: value_actions.bring_terms_into_force,
}

# What the reader is told before they turn the second key.
CONSEQUENCES: Final[Mapping[str, Promise]] = {
    Agreement.Kind.STATEMENT_OF_INTENT: _(
        "This becomes the statement of intent; it stands first on the overview."
    ),
    Agreement.Kind.STAGE: _("The relationship moves to the new life-cycle stage at once."),
    Agreement.Kind.CONTRACT: _("Both sides have then agreed what is written down about the contract."),
    Agreement.Kind.BAND_REVISION: _(
        "The band is in force from its date. Readings of periods that start on or after it are judged anew, and the"
        " shared value is computed again."
    ),
    Agreement.Kind.ENVIRONMENT: _(
        "Both sides then mean the same by this name. No band moves until a spell of it is signed, too."
    ),
    Agreement.Kind.SPELL: _(
        "On these days the bands with a rule for it move as agreed. Readings of the periods it touches are judged anew."
    ),
    Agreement.Kind.REBASE: _("Signals are read against limits that start with this period."),
    Agreement.Kind.REVIEW: _("The review ends with this choice."),
    Agreement.Kind.WEIGHTS: _("The weights count at once, and the shared value is computed again."),
    Agreement.Kind.SCORE_TERMS: _("From its date the shared value is computed under these terms."),
}


@transaction.atomic
def sign(*, agreement_id: int, version: int, actor: Person, side: Side, now: datetime) -> Agreement:
    """Signs the version named for one side; with the second key its effect happens in the same transaction.

    Raises what `relationships.actions.sign_agreement` raises.
    """
    agreement = actions.sign_agreement(
        agreement_id=agreement_id, version=version, actor=actor, side=side, now=now
    )
    if agreement.outcome == Agreement.Outcome.AGREED and agreement.kind in EFFECTS:
        EFFECTS[agreement.kind](agreement=agreement, now=now)
    return agreement
