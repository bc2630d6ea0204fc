"""The terms of the score, under two keys."""

from dataclasses import fields
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from relationships.actions import note_event, propose_agreement, revise_agreement
from relationships.models import Agreement, Relationship, Side
from value.domain.terms import DEFAULT_TERMS, Terms
from value.models import ScoreTerms
from value.queries.terms import arithmetic_of, terms_in_force

LABELS: Final = {
    "weight_outcomes": gettext_lazy("Weight of outcomes"),
    "weight_received": gettext_lazy("Weight of service received"),
    "walkaway_customer": gettext_lazy("Customer's walk-away"),
    "walkaway_provider": gettext_lazy("Provider's walk-away"),
    "alpha": gettext_lazy("Customer's share of the exponent (α)"),
    "evidence_threshold": gettext_lazy("Evidence needed"),
}
NAMES: Final = tuple(field.name for field in fields(Terms))


class TermsChangeNothing(Exception):
    """The proposal says what is in force already."""


@transaction.atomic
def propose_terms(
    *,
    relationship: Relationship,
    effective_from: date,
    terms: Terms,
    actor: Person,
    side: Side,
    now: datetime,
    note: str = "",
    counters: Agreement | None = None,
) -> ScoreTerms:
    """Proposes weights, walk-aways, exponent and evidence threshold for every score from a date on.

    Nothing changes until both sides signed. Raises TermsChangeNothing, and what propose_agreement raises for a
    proposal that cannot be countered.
    """
    content = _content(relationship, effective_from, terms)
    agreement = propose_agreement(
        relationship=relationship,
        kind=Agreement.Kind.SCORE_TERMS,
        title=_title(effective_from),
        content=content,
        note=note,
        actor=actor,
        side=side,
        now=now,
        counters=counters,
    )
    return ScoreTerms.objects.create(
        relationship=relationship, agreement=agreement, effective_from=effective_from, **_columns(terms)
    )


@transaction.atomic
def revise_terms(
    *,
    agreement: Agreement,
    version: int,
    effective_from: date,
    terms: Terms,
    actor: Person,
    side: Side,
    now: datetime,
    note: str = "",
) -> ScoreTerms:
    """Changes one's own open proposal: a new version, on which the other side has not signed.

    Raises TermsChangeNothing, and what revise_agreement raises.
    """
    proposed = ScoreTerms.objects.select_related("relationship").get(agreement=agreement)
    revise_agreement(
        agreement_id=agreement.pk,
        version=version,
        title=_title(effective_from),
        content=_content(proposed.relationship, effective_from, terms),
        note=note,
        actor=actor,
        side=side,
        now=now,
    )
    proposed.effective_from = effective_from
    for name, value in _columns(terms).items():
        setattr(proposed, name, value)
    proposed.save()
    return proposed


@transaction.atomic
def bring_terms_into_force(*, agreement: Agreement, now: datetime) -> ScoreTerms:
    """Puts agreed terms in force; scores from their date on are computed with them. Twice is once."""
    terms = ScoreTerms.objects.select_for_update(of=("self",)).get(agreement=agreement)
    if terms.agreed_at is not None or agreement.outcome != Agreement.Outcome.AGREED:
        return terms
    terms.agreed_at = now
    terms.save(update_fields=["agreed_at"])
    note_event(
        relationship_id=terms.relationship_id,
        side="",
        actor=None,
        now=now,
        text=_("The terms of the shared value are in force from %(day)s")
        % {"day": f"{terms.effective_from:%-d %b %Y}"},
        url=f"/relationships/{terms.relationship_id}/shared-value/",
        about=f"agreement:{agreement.pk}",
    )
    return terms


def _title(effective_from: date) -> str:
    return _("Terms of the shared value from %(day)s") % {"day": f"{effective_from:%-d %b %Y}"}


def _columns(terms: Terms) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in NAMES}


def _content(relationship: Relationship, effective_from: date, terms: Terms) -> list[dict[str, Any]]:
    """Every term before and after, as the signature names it; raises TermsChangeNothing."""
    standing = terms_in_force([relationship.pk], effective_from).get(relationship.pk)
    before = arithmetic_of(standing) if standing is not None else DEFAULT_TERMS
    if before == terms:
        raise TermsChangeNothing(_("These are the terms that are in force on that day."))
    old, new = before.as_text(), terms.as_text()
    since = "" if standing is None else standing.effective_from.isoformat()
    return [
        {"label": _("In force from"), "before": since, "after": effective_from.isoformat()},
        *({"label": str(LABELS[name]), "before": str(old[name]), "after": str(new[name])} for name in NAMES),
    ]
