"""The terms of the score that are in force on a date."""

from collections.abc import Sequence
from datetime import date

from value.domain.terms import Terms
from value.models import ScoreTerms


def terms_in_force(
    relationship_ids: Sequence[int], as_of: date, *, using: str = "default"
) -> dict[int, ScoreTerms]:
    """The agreed terms of each relationship that has some by that date; of several from one day, the last agreed."""
    agreed = (
        ScoreTerms.objects.using(using)
        .filter(relationship_id__in=relationship_ids, agreed_at__isnull=False, effective_from__lte=as_of)
        .order_by("relationship_id", "-effective_from", "-agreed_at", "-pk")
        .distinct("relationship_id")
    )
    return {terms.relationship_id: terms for terms in agreed}


def arithmetic_of(terms: ScoreTerms) -> Terms:
    """Agreed terms as the arithmetic wants them."""
    return Terms(
        terms.weight_outcomes,
        terms.weight_received,
        terms.walkaway_customer,
        terms.walkaway_provider,
        terms.alpha,
        terms.evidence_threshold,
    )
