"""Bands under two keys, many at a time: published benchmarks come by the hundred."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from kpis.actions.bands import check_order
from kpis.models import BandRevision, Kpi
from portal.real_data.room import Room
from relationships.actions import note_event
from relationships.actions.agreements import digest_of
from relationships.models import Agreement, Side

LABELS = ("Floor", "Tolerance", "Target")


@dataclass(frozen=True)
class Terms:
    """Thresholds of a KPI from a day on, in its unit, and why they are what they are."""

    kpi: Kpi
    effective_from: date
    floor: Decimal
    tolerance: Decimal
    target: Decimal
    note: str = ""


def agree_bands(room: Room, terms: Sequence[Terms], now: datetime) -> int:
    """Both sides sign each band: the customer's lead proposes, the provider's lead signs a day later.

    The same two keys as under a band that people agree one by one, turned for all at once; the database checks each
    of them. Only for KPIs without readings: nothing is judged anew. Returns how many.
    """
    signed_at = now + timedelta(days=1)
    with room.acting(room.customer_lead), transaction.atomic():
        agreements = Agreement.objects.bulk_create(_proposal(room, term, now) for term in terms)
        revisions = BandRevision.objects.bulk_create(
            _revision(term, agreement, now) for term, agreement in zip(terms, agreements, strict=True)
        )
    with room.acting(room.provider_lead), transaction.atomic():
        Agreement.objects.filter(pk__in=[agreement.pk for agreement in agreements]).update(
            provider_signed_by=room.provider_lead,
            provider_signed_at=signed_at,
            provider_signed_version=1,
            outcome=Agreement.Outcome.AGREED,
            settled_at=signed_at,
            settled_by=room.provider_lead,
        )
        BandRevision.objects.filter(pk__in=[revision.pk for revision in revisions]).update(
            agreed_at=signed_at
        )
        note_event(
            relationship_id=room.relationship.pk,
            side="",
            actor=None,
            now=signed_at,
            text=f"Bands agreed from published figures: {len(terms)}",
            url=f"/relationships/{room.relationship.pk}/goals/",
        )
    return len(terms)


def _proposal(room: Room, term: Terms, now: datetime) -> Agreement:
    unit = term.kpi.unit
    values = zip(LABELS, (term.floor, term.tolerance, term.target), strict=True)
    content: list[dict[str, Any]] = [
        {"label": "KPI", "before": term.kpi.name, "after": term.kpi.name, "kpi": term.kpi.pk},
        {"label": "In force from", "before": "", "after": term.effective_from.isoformat()},
        *({"label": label, "before": "", "after": f"{value:f} {unit}".strip()} for label, value in values),
    ]
    return Agreement(
        relationship=room.relationship,
        kind=Agreement.Kind.BAND_REVISION,
        title=f"Band of {term.kpi.name[:150]} from {term.effective_from:%-d %b %Y}",
        content=content,
        digest=digest_of(Agreement.Kind.BAND_REVISION, content, 1),
        note=term.note,
        proposed_by_side=Side.CUSTOMER,
        proposed_by=room.customer_lead,
        proposed_at=now,
        customer_signed_by=room.customer_lead,
        customer_signed_at=now,
        customer_signed_version=1,
    )


def _revision(term: Terms, agreement: Agreement, now: datetime) -> BandRevision:
    revision = BandRevision(
        relationship_id=agreement.relationship_id,
        kpi=term.kpi,
        agreement=agreement,
        effective_from=term.effective_from,
        floor=term.floor,
        tolerance=term.tolerance,
        target=term.target,
        created_at=now,
    )
    check_order(term.kpi.polarity, revision)
    return revision
