"""Looking at the figures of a relationship after something changed, and saying what they ask for."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from kpis.actions.entries import today_in
from kpis.actions.review_news import tell_go_to_pair
from kpis.actions.reviews import open_review
from kpis.models import Kpi, Review, Watched
from kpis.queries.reviews import causes_of, figures_of
from kpis.queries.room import room_of
from kpis.queries.signals import signals_of
from relationships.models import Relationship


@transaction.atomic
def watch_room(*, relationship_id: int, now: datetime) -> int:
    """Tells and opens what budgets and signals of a relationship ask for; returns how many things were new.

    Room that goes three times too fast over a month is told to the go-to pair. Twice too fast over three months, used
    up, or a target that is consistently missed opens a review for the leads of both sides. Everything happens in one
    transaction together with the note up to which change it looked: killed at any line it happens again in full, run
    twice it finds nothing new.
    """
    relationship = Relationship.objects.select_for_update(no_key=True, of=("self",)).get(pk=relationship_id)
    seen, today = relationship.changed_at, today_in(relationship, now)
    measured = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    kpis = list(Kpi.objects.scored().filter(measured, relationship=relationship))
    rooms, charts = room_of(kpis, on=today), signals_of(kpis, on=today)
    new = 0
    for kpi in kpis:
        kpi.relationship = relationship
        room, signals = rooms[kpi.pk], charts[kpi.pk]
        for cause, period_start in causes_of(room, signals).items():
            figures = figures_of(kpi, room, signals)
            if cause == Review.Cause.BURN_MONTH:
                tell_go_to_pair(kpi, period_start=period_start, figures=figures, now=now)
            else:
                opened = open_review(
                    kpi=kpi, cause=cause, period_start=period_start, figures=figures, now=now
                )
                new += opened is not None
    Watched.objects.update_or_create(relationship=relationship, defaults={"seen_changed_at": seen})
    return new
