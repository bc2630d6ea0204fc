"""What happened and what was said."""

from django.db.models import Q, QuerySet

from relationships.access import Standpoint
from relationships.models import TimelineEntry
from relationships.subjects import parts_of


def get_timeline(
    standpoint: Standpoint, *, about: str = "", kind: str = "", search: str = ""
) -> QuerySet[TimelineEntry]:
    """Entries both sides read plus those internal to the viewer's own organisation, newest first.

    `about` keeps to one thing and its parts ("kpi:12" with its readings), `kind` to comments or events, `search` to texts and people with the words.
    """
    entries = TimelineEntry.objects.filter(relationship=standpoint.relationship).filter(
        Q(internal_to__isnull=True) | Q(internal_to=standpoint.organisation)
    )
    if about:
        within = parts_of(about)
        entries = entries.filter(Q(about=about) | Q(about__startswith=within) if within else Q(about=about))
    if kind:
        entries = entries.filter(kind=kind)
    if search:
        entries = entries.filter(Q(text__icontains=search) | Q(actor__full_name__icontains=search))
    return entries.select_related("actor", "internal_to")
