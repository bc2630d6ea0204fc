"""What waits for a person, what waits for the other side, what changed: the three parts of the home page."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final, TypeVar

from django.db import connection
from django.db.models import Case, Q, QuerySet, Value, When
from django.urls import reverse

from kpis.actions.entries import calendars_of, label_of
from kpis.models import Dispute
from portal.queries.due import DueReadings, due_readings
from relationships.access import Viewer
from relationships.models import Agreement, Relationship, Side, TimelineEntry
from relationships.policy import Right
from relationships.reach import among, as_array, ids_with

MOST_LINES: Final = 60
MOST_CHANGES: Final = 30
LOOKS_BACK: Final = timedelta(days=30)
FIRST_LOOK: Final = timedelta(days=14)
# What the lines show: of the five tables joined, a fifth of the columns.
SIGNATURE: Final = (
    "title", "version", "proposed_at", "proposed_by_side", "expires_at", "customer_signed_at", "provider_signed_at",
    "outcome", "proposed_by__full_name", "proposed_by__email", "relationship__name", "relationship__customer__name",
    "relationship__provider__name",
)  # fmt: skip

# Through the partial index of submitted readings; a clock that has ended waits for nobody.
SUBMITTED: Final = """
SELECT r.id, r.name, r.customer_id, r.provider_id, k.performed_by = 'CUSTOMER' AS by_customer, count(*),
  min(d.submitted_at), min(c.due_at) FILTER (WHERE c.ended_at IS NULL) AS due_at,
  min(c.reminded_at) FILTER (WHERE c.ended_at IS NULL)
FROM kpis_reading d JOIN kpis_kpi k ON k.id = d.kpi_id JOIN relationships_relationship r ON r.id = d.relationship_id
  LEFT JOIN governance_clock c ON c.id = d.clock_id
WHERE d.state = 'SUBMITTED' AND d.relationship_id = ANY (%(ids)s::bigint[])
GROUP BY r.id, r.name, r.customer_id, r.provider_id, by_customer
ORDER BY due_at NULLS LAST, r.id LIMIT %(most)s
"""


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
        .only(*SIGNATURE)
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
    parameters: dict[str, str | int] = {"ids": as_array(settling), "most": MOST_LINES}
    with connection.cursor() as cursor:
        cursor.execute(SUBMITTED, parameters)
        groups = cursor.fetchall()
    for pk, name, customer, provider, by_customer, count, since, due_at, reminded_at in groups:
        relationship = Relationship(pk=pk, name=name, customer_id=customer, provider_id=provider)
        line = Confirmation(relationship, count, since, due_at, reminded_at)
        is_theirs = (_side(relationship, viewer) == Side.CUSTOMER) != by_customer
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
