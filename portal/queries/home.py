"""What waits for a person, what waits for the other side, what changed: the three parts of the home page."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final, TypeVar

from django.db.models import Case, F, Min, Q, QuerySet, Value, When
from django.db.models.aggregates import Count
from django.urls import reverse

from kpis.actions.entries import calendars_of, label_of
from kpis.models import Dispute, Kpi, Reading
from portal.queries.due import DueReadings, due_readings
from relationships.access import Viewer
from relationships.models import Agreement, Relationship, Side, TimelineEntry
from relationships.policy import Right
from relationships.reach import among, ids_with

MOST_LINES: Final = 60
MOST_CHANGES: Final = 30
LOOKS_BACK: Final = timedelta(days=30)
FIRST_LOOK: Final = timedelta(days=14)


@dataclass(frozen=True)
class Signature:
    """An agreement on which a side has not signed yet."""

    agreement: Agreement
    organisation: str
    can_sign: bool

    kind = "signature"

    @property
    def relationship(self) -> Relationship:
        return self.agreement.relationship

    @property
    def due_at(self) -> datetime | None:
        return self.agreement.expires_at

    @property
    def order(self) -> datetime:
        return self.agreement.expires_at or self.agreement.proposed_at


@dataclass(frozen=True)
class Confirmation:
    """Readings of one side that the other has not confirmed yet, and when their clock runs out."""

    relationship: Relationship
    count: int
    since: datetime
    due_at: datetime | None
    reminded_at: datetime | None

    kind = "confirmation"

    @property
    def order(self) -> datetime:
        return self.due_at or self.since


@dataclass(frozen=True)
class OpenDispute:
    """A reading one side objects to, until the other answers."""

    dispute: Dispute
    period_label: str

    kind = "dispute"
    due_at = None

    @property
    def relationship(self) -> Relationship:
        return self.dispute.relationship

    @property
    def order(self) -> datetime:
        return self.dispute.opened_at

    @property
    def url(self) -> str:
        """The cell of the grid that the dispute is about."""
        reading = self.dispute.reading
        return reverse("kpis:reading", args=[reading.kpi_id, reading.period_start.isoformat()])


@dataclass(frozen=True)
class Due:
    """Readings of the own side that are late or fall due."""

    relationship: Relationship
    readings: DueReadings

    kind = "due"
    due_at = None

    @property
    def order(self) -> datetime:
        """Late readings come before everything that still has time, the longest late first."""
        return datetime.combine(self.readings.since, time.min, UTC)


Line = Signature | Confirmation | OpenDispute
Rows = TypeVar("Rows", bound=QuerySet[Any])


@dataclass
class Waiting:
    """Lines by who has to act, each list with the oldest clock first.

    What one side owes to nobody's question (`to_report`) stands apart from the answers somebody waits for (`mine`).
    """

    to_report: list[Due] = field(default_factory=list)
    mine: list[Line] = field(default_factory=list)
    colleagues: list[Line] = field(default_factory=list)
    theirs: list[Line] = field(default_factory=list)
    is_cut: bool = False

    def sort(self) -> None:
        self.to_report.sort(key=lambda line: (line.order, line.relationship.pk))
        for lines in (self.mine, self.colleagues, self.theirs):
            lines.sort(key=lambda line: (line.order, line.relationship.pk))


@dataclass(frozen=True)
class Changes:
    """What others did since a moment, newest first."""

    since: datetime
    is_first_visit: bool
    entries: list[TimelineEntry]
    is_cut: bool


def what_waits(viewer: Viewer, *, now: datetime) -> Waiting:
    """Everything open between the viewer's organisation and its counterparts, by who has to act.

    Signatures, confirmations, disputes and readings that fall due; four or five queries, whatever their number.
    """
    waiting = Waiting()
    _add_signatures(waiting, viewer)
    settling = ids_with(viewer, Right.SETTLE)
    if settling:
        _add_confirmations(waiting, viewer, settling)
        _add_disputes(waiting, viewer, settling)
    _add_due(waiting, viewer, now)
    waiting.sort()
    return waiting


def what_changed(viewer: Viewer, *, now: datetime) -> Changes:
    """What others wrote and did in the viewer's relationships since they were last here; one query."""
    before = viewer.person.previous_visit_at
    since = max(before, now - LOOKS_BACK) if before else now - FIRST_LOOK
    own = viewer.person.organisation_id
    entries = (
        _reached(TimelineEntry.objects.all(), viewer, Right.READ)
        .filter(Q(internal_to__isnull=True) | Q(internal_to=own), at__gt=since)
        .exclude(actor=viewer.person)
        .select_related("relationship", "actor")
    )
    found = list(entries.order_by("-at", "-pk")[: MOST_CHANGES + 1])
    return Changes(since, before is None, found[:MOST_CHANGES], len(found) > MOST_CHANGES)


def _reached(rows: Rows, viewer: Viewer, right: Right) -> Rows:
    """Rows of the relationships in which the viewer holds the right."""
    return rows.filter(among("relationship_id", ids_with(viewer, right)))


def _side(relationship: Relationship, viewer: Viewer) -> Side:
    return relationship.side_of(viewer.person.organisation_id) or Side.CUSTOMER


def _add_signatures(waiting: Waiting, viewer: Viewer) -> None:
    own = viewer.person.organisation_id
    is_ours = Q(relationship__customer=own, customer_signed_at__isnull=True) | Q(
        relationship__provider=own, provider_signed_at__isnull=True
    )
    agreements = (
        _reached(Agreement.objects.open(), viewer, Right.READ)
        .select_related("relationship__customer", "relationship__provider", "proposed_by")
        .alias(ours_first=Case(When(is_ours, then=Value(0)), default=Value(1)))
        .order_by("ours_first", "proposed_at", "pk")
    )
    found = list(agreements[: MOST_LINES + 1])
    waiting.is_cut |= len(found) > MOST_LINES
    may_sign = set(ids_with(viewer, Right.SIGN))
    for agreement in found[:MOST_LINES]:
        _add_signature(waiting, agreement, viewer, may_sign)


def _add_signature(waiting: Waiting, agreement: Agreement, viewer: Viewer, may_sign: set[int]) -> None:
    relationship = agreement.relationship
    side = _side(relationship, viewer)
    is_ours = side in agreement.waits_for
    can_sign = is_ours and relationship.pk in may_sign
    owing = relationship.organisation_of(side if is_ours else side.other)
    line = Signature(agreement, str(owing or ""), can_sign)
    (waiting.mine if can_sign else waiting.colleagues if is_ours else waiting.theirs).append(line)


def _add_confirmations(waiting: Waiting, viewer: Viewer, settling: list[int]) -> None:
    groups = (
        Reading.objects.filter(among("relationship_id", settling), state=Reading.State.SUBMITTED)
        .annotate(
            by_customer=Case(
                When(kpi__performed_by=Kpi.PerformedBy.CUSTOMER, then=Value(True)), default=Value(False)
            )
        )
        .values("relationship_id", "by_customer")
        .annotate(
            readings=Count("pk"),
            since=Min("submitted_at"),
            due_at=Min("clock__due_at", filter=Q(clock__ended_at__isnull=True)),
            reminded_at=Min("clock__reminded_at", filter=Q(clock__ended_at__isnull=True)),
            name=F("relationship__name"),
            customer=F("relationship__customer_id"),
            provider=F("relationship__provider_id"),
        )
        .order_by(F("due_at").asc(nulls_last=True), "relationship_id")[: MOST_LINES + 1]
    )
    for group in list(groups)[:MOST_LINES]:
        relationship = Relationship(
            pk=group["relationship_id"],
            name=group["name"],
            customer_id=group["customer"],
            provider_id=group["provider"],
        )
        line = Confirmation(
            relationship, group["readings"], group["since"], group["due_at"], group["reminded_at"]
        )
        is_theirs = (_side(relationship, viewer) == Side.CUSTOMER) != group["by_customer"]
        (waiting.mine if is_theirs else waiting.theirs).append(line)


def _add_disputes(waiting: Waiting, viewer: Viewer, settling: list[int]) -> None:
    disputes = (
        Dispute.objects.filter(among("relationship_id", settling), resolved_at__isnull=True)
        .select_related("relationship", "reading__kpi", "opened_by")
        .order_by("opened_at", "pk")
    )
    shown = list(disputes[:MOST_LINES])
    calendars = calendars_of(dispute.reading.kpi for dispute in shown)
    for dispute in shown:
        is_theirs = dispute.side != _side(dispute.relationship, viewer)
        label = label_of(calendars[dispute.reading.kpi_id], dispute.reading.period_start)
        (waiting.mine if is_theirs else waiting.theirs).append(OpenDispute(dispute, label))


def _add_due(waiting: Waiting, viewer: Viewer, now: datetime) -> None:
    reporting = ids_with(viewer, Right.REPORT)
    if not reporting:
        return
    for readings in due_readings(reporting, viewer.person.organisation_id or 0, now=now):
        relationship = Relationship(pk=readings.relationship_id, name=readings.relationship_name)
        waiting.to_report.append(Due(relationship, readings))
