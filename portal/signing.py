"""Turning a key: the one list of what takes effect when the second signature falls."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.models import Person
from kpis import actions as kpi_actions
from relationships import actions
from relationships.models import Agreement, Side

Effect = Callable[..., object]

# Kinds that are not named take effect by being agreed: whoever asks looks at the agreement's outcome.
EFFECTS: Final[Mapping[str, Effect]] = {
    Agreement.Kind.STAGE: actions.apply_stage,
    Agreement.Kind.BAND_REVISION: kpi_actions.bring_band_into_force,
    Agreement.Kind.WEIGHTS: kpi_actions.put_weights_in_force,
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
