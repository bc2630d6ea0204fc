"""What happened and what was said."""

from django.db.models import Q, QuerySet

from relationships.access import Standpoint
from relationships.models import TimelineEntry


def get_timeline(standpoint: Standpoint, *, about: str = "") -> QuerySet[TimelineEntry]:
    """Entries both sides read plus those internal to the viewer's own organisation, newest first."""
    entries = TimelineEntry.objects.filter(relationship=standpoint.relationship).filter(
        Q(internal_to__isnull=True) | Q(internal_to=standpoint.organisation)
    )
    if about:
        entries = entries.filter(about=about)
    return entries.select_related("actor", "internal_to")
