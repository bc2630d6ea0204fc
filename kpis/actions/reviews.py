"""Joint reviews: opened by a KPI's own figures, ended by a choice that both sides sign. Never a penalty."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Person
from kpis.actions.errors import ReviewIsClosed
from kpis.actions.review_news import tell_leads
from kpis.models import Kpi, Review
from kpis.queries.reviews import Figures, choice_in
from relationships.actions import note_event, propose_agreement, revise_agreement
from relationships.models import Agreement, Side

# What both sides have chosen is given time to show: the same cause asks again a quarter later at the earliest.
RESTS_FOR: Final = timedelta(days=92)


def open_review(
    *, kpi: Kpi, cause: str, period_start: date, figures: Figures, now: datetime
) -> Review | None:
    """Opens a review of a KPI and tells the leads of both sides; None where there is nothing new to ask.

    At most one of a cause is open, none is opened twice for a period, and what both chose rests for a quarter. Whoever
    calls holds the lock of the relationship, so that two that look at once open one.
    """
    rests = Q(closed_at__gt=now - RESTS_FOR)
    same = Review.objects.filter(Q(closed_at__isnull=True) | Q(period_start=period_start) | rests)
    if same.filter(kpi=kpi, cause=cause).exists():
        return None
    review = Review.objects.create(
        relationship_id=kpi.relationship_id,
        kpi=kpi,
        cause=cause,
        period_start=period_start,
        opened_at=now,
        figures=figures,
    )
    note_event(
        relationship_id=kpi.relationship_id,
        side="",
        actor=None,
        now=now,
        text=_("%(cause)s: both sides look at “%(kpi)s” together")
        % {"cause": review.get_cause_display(), "kpi": kpi.name},
        url=page_of_review(review),
        about=f"kpi:{kpi.pk}",
    )
    tell_leads(review, now=now)
    return review


@transaction.atomic
def propose_choice(
    *, review_id: int, choice: str, note: str, actor: Person, side: Side, now: datetime
) -> Agreement:
    """Proposes how a review ends: renegotiate, repair or accept. It ends once both sides have signed.

    Another choice answers the other side's open proposal and takes its place; one's own is revised. Raises
    ReviewIsClosed, or what propose_agreement and revise_agreement raise.
    """
    review = (
        Review.objects.select_for_update(of=("self",)).select_related("kpi", "relationship").get(pk=review_id)
    )
    if review.closed_at is not None:
        raise ReviewIsClosed(
            _("This review has ended: %(choice)s.") % {"choice": review.get_choice_display()}
        )
    standing = review.agreement if review.agreement is not None and review.agreement.is_open else None
    title = _("Review of “%(kpi)s”: %(choice)s") % {
        "kpi": review.kpi.name[:150],
        "choice": Review.Choice(choice).label,
    }
    terms: dict[str, Any] = {"title": title[:200], "content": _content(review, choice), "note": note.strip()}
    acting: dict[str, Any] = {"actor": actor, "side": side, "now": now}
    if standing is not None and standing.proposed_by_side == side:
        return revise_agreement(agreement_id=standing.pk, version=standing.version, **terms, **acting)
    review.agreement = propose_agreement(
        relationship=review.relationship,
        kind=Agreement.Kind.REVIEW,
        counters=standing,
        **terms,
        **acting,
    )
    review.save(update_fields=["agreement"])
    return review.agreement


@transaction.atomic
def close_review(*, agreement: Agreement, now: datetime) -> Review:
    """Ends a review with the choice that both sides signed. Repeatable."""
    reviews = Review.objects.select_for_update(of=("self",)).select_related("kpi")
    review = reviews.get(agreement=agreement)
    if review.closed_at is not None or agreement.outcome != Agreement.Outcome.AGREED:
        return review
    review.choice, review.closed_at = choice_in(agreement), now
    review.save(update_fields=["choice", "closed_at"])
    note_event(
        relationship_id=review.relationship_id,
        side="",
        actor=None,
        now=now,
        text=_("The review of “%(kpi)s” has ended: %(choice)s")
        % {"kpi": review.kpi.name, "choice": review.get_choice_display()},
        url=page_of_review(review),
        about=f"kpi:{review.kpi_id}",
    )
    return review


def page_of_review(review: Review) -> str:
    """The address of a review's page."""
    return f"/reviews/{review.pk}/"


def _content(review: Review, choice: str) -> list[dict[str, Any]]:
    rows = (
        (_("KPI"), review.kpi.name, {"kpi": review.kpi_id}),
        (_("What opened it"), str(review.get_cause_display()), {"review": review.pk}),
        (_("Choice"), str(Review.Choice(choice).label), {"choice": choice}),
    )
    return [{"label": label, "before": "", "after": after, **more} for label, after, more in rows]
