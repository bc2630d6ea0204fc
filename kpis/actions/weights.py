"""How much each KPI counts, under two keys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from kpis.actions.errors import WeightsIncomplete
from kpis.models import Kpi
from relationships.actions import note_event, propose_agreement, revise_agreement
from relationships.models import Agreement, Relationship, Side


@transaction.atomic
def propose_weights(
    *,
    relationship: Relationship,
    weights: Mapping[int, int],
    actor: Person,
    side: Side,
    now: datetime,
    note: str = "",
    counters: Agreement | None = None,
) -> Agreement:
    """Proposes a weight (whole, 1 to 1000) for every KPI, keyed by its id; a share is weight ÷ sum of weights.

    Raises WeightsIncomplete when a KPI is left out, unknown, or its weight out of range.
    """
    return propose_agreement(
        relationship=relationship,
        kind=Agreement.Kind.WEIGHTS,
        title=_("Weights of the KPIs"),
        content=_content(relationship.pk, weights),
        note=note,
        actor=actor,
        side=side,
        now=now,
        counters=counters,
    )


@transaction.atomic
def revise_weights(
    *,
    agreement: Agreement,
    version: int,
    weights: Mapping[int, int],
    actor: Person,
    side: Side,
    now: datetime,
    note: str = "",
) -> Agreement:
    """Gives one's own open proposal of weights other numbers: a new version, on which only the reviser has signed.

    Raises WeightsIncomplete, or what revise_agreement raises (settled, another version, not one's own).
    """
    return revise_agreement(
        agreement_id=agreement.pk,
        version=version,
        actor=actor,
        side=side,
        now=now,
        title=agreement.title,
        content=_content(agreement.relationship_id, weights),
        note=note,
    )


def _content(relationship_id: int, weights: Mapping[int, int]) -> list[dict[str, Any]]:
    kpis = list(Kpi.objects.scored().filter(relationship_id=relationship_id))
    if set(weights) != {kpi.pk for kpi in kpis}:
        raise WeightsIncomplete(
            _("Give every KPI a weight, so that the shares are known before anybody signs.")
        )
    if any(not 1 <= weight <= 1000 for weight in weights.values()):
        raise WeightsIncomplete(_("A weight is a whole number from 1 to 1000."))
    return [
        {"label": kpi.name, "before": str(kpi.weight), "after": str(weights[kpi.pk]), "kpi": kpi.pk}
        for kpi in kpis
    ]


@transaction.atomic
def put_weights_in_force(*, agreement: Agreement, now: datetime) -> None:
    """Gives the KPIs the weights that both sides signed; a KPI added since keeps its own."""
    if agreement.outcome != Agreement.Outcome.AGREED:
        return
    agreed = {row["kpi"]: int(row["after"]) for row in agreement.content if "kpi" in row}
    kpis = list(
        Kpi.objects.select_for_update(of=("self",)).filter(
            relationship_id=agreement.relationship_id, pk__in=agreed
        )
    )
    moved = [kpi for kpi in kpis if kpi.weight != agreed[kpi.pk]]
    for kpi in moved:
        kpi.weight = agreed[kpi.pk]
        kpi.version += 1
    Kpi.objects.bulk_update(moved, ["weight", "version"])
    note_event(
        relationship_id=agreement.relationship_id,
        side="",
        actor=None,
        now=now,
        text=_("The agreed weights are in force"),
        url=f"/relationships/{agreement.relationship_id}/goals/",
    )
