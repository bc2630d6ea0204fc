"""What waits for whom, what was agreed, and how one agreement came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from relationships.access import Viewer
from relationships.models import Agreement, AuditEntry, Relationship, Side
from relationships.policy import Right, rights_of

Terms = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Waiting:
    """Open agreements split by whose key is missing, oldest first, at most so many of each; the counts are whole."""

    for_you: Sequence[Agreement]
    for_them: Sequence[Agreement]
    for_you_count: int = 0
    for_them_count: int = 0


def waiting_agreements(viewer: Viewer, *, relationship_id: int | None = None, most: int = 200) -> Waiting:
    """Open agreements the viewer may read, split by whose key is missing, in one query.

    It reads the partial index of open agreements only. What neither side has signed waits for the viewer's.
    """
    split = [F("for_you")]
    found = (
        open_and_readable(viewer, relationship_id)
        .annotate(for_you=_own_key_is_missing(viewer.person.organisation_id))
        .annotate(
            place=Window(RowNumber(), partition_by=split, order_by=["proposed_at", "pk"]),
            whole=Window(Count("pk"), partition_by=split),
        )
        .filter(place__lte=most)
        .select_related("relationship__customer", "relationship__provider", "proposed_by")
        .order_by("proposed_at", "pk")
    )
    for_you: list[Any] = []
    for_them: list[Any] = []
    for agreement in found:
        (for_you if agreement.for_you else for_them).append(agreement)
    counts = [rows[0].whole if rows else 0 for rows in (for_you, for_them)]
    return Waiting(for_you, for_them, *counts)


def open_and_readable(viewer: Viewer, relationship_id: int | None) -> QuerySet[Agreement]:
    """Open agreements the viewer may read: for an executive two comparisons instead of ten thousand numbers."""
    rows = Agreement.objects.open()
    organisation = viewer.person.organisation_id
    if relationship_id is not None:
        return rows.filter(relationship_id=relationship_id)
    if viewer.person.is_executive and organisation:
        return rows.filter(Q(relationship__customer=organisation) | Q(relationship__provider=organisation))
    ids = [key for key, roles in viewer.roles.items() if Right.READ in rights_of(roles)]
    return rows.filter(relationship_id__in=ids)


def _own_key_is_missing(organisation: int | None) -> Case:
    return Case(
        When(relationship__customer=organisation, customer_signed_at__isnull=True, then=Value(True)),
        When(relationship__provider=organisation, provider_signed_at__isnull=True, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def list_agreements(
    relationship: Relationship, *, state: str = "", kind: str = "", waits_for: str = ""
) -> QuerySet[Agreement]:
    """Agreements of a relationship, newest first; `state` open or settled, `waits_for` a side whose key is missing."""
    found = Agreement.objects.filter(relationship=relationship).select_related("proposed_by")
    if state == "open":
        found = found.open()
    elif state == "settled":
        found = found.exclude(outcome=Agreement.Outcome.OPEN)
    if kind:
        found = found.filter(kind=kind)
    if waits_for in Side.values:
        found = found.open().filter(**{f"{waits_for.lower()}_signed_at__isnull": True})
    return found.order_by("-proposed_at", "-pk")


def counter_chain(agreement: Agreement) -> list[Agreement]:
    """The proposals that answer one another, first to last, with this one among them; alone when nobody countered.

    One query: proposals of the relationship and kind that answer or were answered.
    """
    linked = (
        Agreement.objects.filter(relationship_id=agreement.relationship_id, kind=agreement.kind)
        .filter(Q(counters__isnull=False) | Q(countered_by__isnull=False))
        .select_related("proposed_by")
    )
    by_id = {row.pk: row for row in linked}
    answers = {row.counters_id: row for row in by_id.values() if row.counters_id is not None}
    first = by_id.get(agreement.pk, agreement)
    while first.counters_id in by_id:
        first = by_id[first.counters_id]
    chain = [first]
    while chain[-1].pk in answers:
        chain.append(answers[chain[-1].pk])
    return chain


def terms_of_version(agreement: Agreement, version: int) -> Terms | None:
    """What an earlier version of an agreement said, from the audit trail; None when there was no such version."""
    if version == agreement.version:
        terms: Terms = agreement.content
        return terms
    seen = (
        AuditEntry.objects.filter(
            table_name="relationships_agreement", row_id=agreement.pk, after__version=version
        )
        .order_by("seq")
        .values_list("after", flat=True)
        .first()
    )
    return None if seen is None else seen["content"]
