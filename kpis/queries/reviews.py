"""Joint reviews: which are open, what figures opened them, and what the same figures say today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from kpis.domain.budget import FAST_QUARTER, Signal
from kpis.domain.signals import Assurance
from kpis.models import Kpi, Review
from kpis.queries.room import Room, room_of
from kpis.queries.signals import Signals, signals_of
from portal.lib.rounding import half_even
from relationships.access import Viewer
from relationships.models import Agreement, Relationship
from relationships.policy import Right
from relationships.reach import among, ids_with

PLACES = 2
Figures = dict[str, str]


@dataclass(frozen=True)
class Line:
    """One figure: what it said when the review was opened, and what it says today."""

    label: str
    then: str
    today: str

    @property
    def moved(self) -> bool:
        return self.then != self.today


@dataclass(frozen=True)
class ReviewPage:
    """A review with its figures then and now, and whether what opened it still holds."""

    review: Review
    lines: list[Line]
    still_holds: bool
    proposed: str

    @property
    def is_proposed(self) -> bool:
        """Whether a choice waits for a signature."""
        agreement = self.review.agreement
        return agreement is not None and agreement.is_open

    @property
    def proposed_label(self) -> str:
        return str(Review.Choice(self.proposed).label) if self.proposed else ""


def get_review(review: Review, *, on: date) -> ReviewPage:
    """The review as of a day; seven queries at most."""
    kpi = review.kpi
    room, signals = room_of([kpi], on=on)[kpi.pk], signals_of([kpi], on=on)[kpi.pk]
    then, today = review.figures, figures_of(kpi, room, signals)
    lines = [
        Line(label, then.get(name, "–"), today.get(name, "–"))
        for name, label in _labels(kpi).items()
        if name in then or (name in today and review.cause != Review.Cause.MISSES)
    ]
    holds = review.cause in causes_of(room, signals)
    return ReviewPage(review, lines, holds, choice_in(review.agreement))


def choice_in(agreement: Agreement | None) -> str:
    """The choice that an agreement about a review names; "" for none."""
    rows = [] if agreement is None else agreement.content
    return next((str(row["choice"]) for row in rows if "choice" in row), "")


def causes_of(room: Room | None, signals: Signals | None) -> dict[str, date]:
    """What the figures of a KPI ask to be looked at, and the newest period that they count.

    Of a budget only the weightier: what is used up is not called fast as well.
    """
    found: dict[str, date] = {}
    if room is not None and room.spendings:
        said, newest = room.budget.signals, room.spendings[-1].period.first
        if Signal.BURN_MONTH in said:
            found[Review.Cause.BURN_MONTH] = newest
        if Signal.EXHAUSTED in said:
            found[Review.Cause.EXHAUSTED] = newest
        elif Signal.BURN_QUARTER in said:
            found[Review.Cause.BURN_QUARTER] = newest
    if signals is not None and signals.assurance == Assurance.CONSISTENTLY_MISSES:
        found[Review.Cause.MISSES] = signals.periods[-1].first
    return found


def figures_of(kpi: Kpi, room: Room | None, signals: Signals | None) -> Figures:
    """What budget and chart say, as they are written down: rounded, without a float in between."""
    found: Figures = {}
    if room is not None:
        budget = room.budget
        found |= {"allowance": _number(Fraction(budget.allowance)), "used": _number(budget.spent_12)}
        found |= {
            name: _number(burn)
            for name, burn in (
                ("burn_1", budget.burn_1),
                ("burn_3", budget.burn_3),
                ("burn_12", budget.burn_12),
            )
            if burn is not None
        }
    if signals is not None and signals.limits is not None:
        limits, places = signals.limits, kpi.decimals + 1
        found |= {
            "usual": _span([limits.lower, limits.upper], places),
            "mean": str(half_even(limits.mean, places)),
            "points": str(limits.points),
        }
        if signals.terms is not None:
            ends = (signals.terms.target, signals.terms.upper_target)
            found["target"] = _span([end for end in ends if end is not None], kpi.decimals)
    return found


def _span(ends: Sequence[Decimal | Fraction], places: int) -> str:
    return " – ".join(str(half_even(end, places)) for end in ends)


def _number(value: Fraction) -> str:
    return str(half_even(value, PLACES))


def _labels(kpi: Kpi) -> dict[str, str]:
    unit = f" ({kpi.unit})" if kpi.unit else ""
    return {
        "used": _("Wiggle room used in 12 months"),
        "allowance": _("Agreed for 12 months"),
        "burn_1": _("Pace over 1 month (1.00 uses a year's room in a year)"),
        "burn_3": _("Pace over 3 months (a review from %(pace)s)") % {"pace": _number(FAST_QUARTER)},
        "burn_12": _("Pace over 12 months"),
        "target": _("Target") + unit,
        "mean": _("Mean") + unit,
        "usual": _("Usual range") + unit,
        "points": _("Values that the range is drawn from"),
    }


def list_reviews(relationship: Relationship) -> QuerySet[Review]:
    """The reviews of a relationship, the open ones first, then those that ended last."""
    found = Review.objects.filter(relationship=relationship).select_related("kpi", "agreement")
    return found.order_by(F("closed_at").desc(nulls_first=True), "-opened_at", "-pk")


def reviews_to_choose(viewer: Viewer) -> QuerySet[Review]:
    """Open reviews in which the viewer may propose a choice and nobody's choice waits for a signature; one query."""
    leading = ids_with(viewer, Right.PROPOSE)
    waiting = Review.objects.filter(among("relationship_id", leading), closed_at__isnull=True)
    found = waiting.exclude(agreement__outcome=Agreement.Outcome.OPEN)
    return found.select_related("relationship", "kpi").order_by("opened_at", "pk")
