"""What both sides are asked to do together: answer a pulse, look at a KPI whose figures ask for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import CharField, F, Value
from django.urls import reverse

from kpis.models import Review
from kpis.queries.reviews import reviews_to_choose
from relationships.access import Viewer
from relationships.models import Relationship
from relationships.queries.pulses import pulses_to_answer

MOST: Final = 60
COLUMNS: Final = ("kind", "pk", "relationship_id", "where", "name", "cause", "at")
PAGES: Final = {"pulse": "relationships:pulse", "review": "kpis:review"}


@dataclass(frozen=True)
class Line:
    """A pulse that can be answered until `at`, or a review that is open since then."""

    kind: str
    pk: int
    relationship: Relationship
    name: str
    cause: str
    at: datetime

    @property
    def what(self) -> str:
        """What opened a review."""
        return str(Review.Cause(self.cause).label) if self.cause else ""

    @property
    def url(self) -> str:
        return reverse(PAGES[self.kind], args=[self.pk])


def look_together(viewer: Viewer, *, now: datetime) -> list[Line]:
    """Pulses that the viewer has not answered, the first to close first, then reviews without a proposed choice, the
    oldest first; one query."""
    nothing = Value("", output_field=CharField())
    pulses = pulses_to_answer(viewer, now=now).annotate(
        kind=Value("pulse"), where=F("relationship__name"), name=nothing, cause=nothing, at=F("closes_at")
    )
    reviews = reviews_to_choose(viewer).annotate(
        kind=Value("review"), where=F("relationship__name"), name=F("kpi__name"), at=F("opened_at")
    )
    both = pulses.order_by().values_list(*COLUMNS).union(reviews.order_by().values_list(*COLUMNS), all=True)
    return [
        Line(kind, pk, Relationship(pk=relationship_id, name=where), name, cause, at)
        for kind, pk, relationship_id, where, name, cause, at in both.order_by("kind", "at", "pk")[:MOST]
    ]
