"""What the shell around every page needs: the switcher and what waits."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from kpis.models import Reading
from relationships.access import Viewer
from relationships.models import Agreement, Relationship, Side

SWITCHER_LENGTH = 12


def shell(request: HttpRequest) -> dict[str, Any]:
    """Switcher (at most a dozen, newest change first) and the count of what waits for the viewer.

    Lazy: a page that shows no shell asks the database nothing.
    """
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None:
        return {}
    return {
        "viewer": viewer,
        "shown_zone": timezone.get_current_timezone_name(),
        "switcher": lambda: list(
            Relationship.objects.filter(pk__in=viewer.relationship_ids).order_by("-changed_at")[
                :SWITCHER_LENGTH
            ]
        ),
        "waiting_count": lambda: count_waiting(viewer),
    }


def count_waiting(viewer: Viewer) -> int:
    """Signatures the viewer's side owes plus readings of the other side to confirm, counted in two queries."""
    organisation = viewer.person.organisation_id
    ids = viewer.relationship_ids
    signatures = (
        Agreement.objects.open()
        .filter(relationship_id__in=ids)
        .filter(
            Q(relationship__customer=organisation, customer_signed_at__isnull=True)
            | Q(relationship__provider=organisation, provider_signed_at__isnull=True)
        )
        .count()
    )
    unsettled = (
        Reading.objects.filter(relationship_id__in=ids, state=Reading.State.SUBMITTED)
        .filter(
            Q(relationship__provider=organisation, kpi__performed_by=Side.CUSTOMER)
            | (Q(relationship__customer=organisation) & ~Q(kpi__performed_by=Side.CUSTOMER))
        )
        .values("kpi_id")
        .distinct()
        .count()
    )
    return signatures + unsettled
