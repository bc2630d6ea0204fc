"""Stored scores and standings."""

from datetime import date

from relationships.models import Relationship
from value.domain.evidence import month_bounds
from value.models import Score, Standing


def standing_of(relationship: Relationship) -> Standing | None:
    """Where a relationship stands now, beside where it stood a month before; None before its first score."""
    return Standing.objects.filter(relationship=relationship).first()


def score_of(relationship: Relationship, as_of: date | None = None) -> Score | None:
    """The newest score, or the newest up to a date; None when there is none."""
    scores = Score.objects.filter(relationship=relationship)
    if as_of is not None:
        scores = scores.filter(as_of__lte=as_of)
    return scores.order_by("-as_of").first()


def score_before(score: Score) -> Score | None:
    """What a score is compared with: the newest at least a month older, else the oldest there is before it."""
    older = Score.objects.filter(relationship_id=score.relationship_id, as_of__lt=score.as_of)
    month_older = older.filter(as_of__lte=month_bounds(score.as_of)[1]).order_by("-as_of").first()
    return month_older or older.order_by("as_of").first()
