"""What was believed of a KPI at a moment: the readings and bands that stand, or that stood then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from kpis.domain.periods import Period
from kpis.models import BandRevision, Flexing, Kpi, Reading, ReadingPast
from kpis.queries.calendars import today_in
from relationships.models import Agreement, Relationship


@dataclass(frozen=True)
class Moment:
    """From when the page looks: a day of the relationship and the instant at which that day's knowledge ends.

    `is_past` says that somebody asked for an earlier day than today.
    """

    day: date
    at: datetime
    is_past: bool


def moment_of(relationship: Relationship, asked: date | None, now: datetime) -> Moment:
    """The moment to look from: the end of the day asked for, at most now."""
    today = today_in(relationship, now)
    if asked is None or asked >= today:
        return Moment(today, now, is_past=False)
    ends = datetime.combine(asked + timedelta(days=1), time(), ZoneInfo(relationship.time_zone))
    return Moment(asked, ends, is_past=True)


def believed_readings(
    kpi: Kpi, periods: Sequence[Period], moment: Moment
) -> dict[date, Reading | ReadingPast]:
    """What was believed of the periods: the row that stands, or the version that stood at a past moment."""
    if not periods:
        return {}
    within = Q(period_start__range=(periods[0].first, periods[-1].first), recorded_at__lt=moment.at)
    if not moment.is_past:
        within = Q(period_start__range=(periods[0].first, periods[-1].first))
    people = ("submitted_by", "settled_by")
    standing = (
        Reading.objects.filter(within, kpi=kpi)
        .select_related("flexing", *people)
        .annotate(files=Count("evidence"))
    )
    found: dict[date, Reading | ReadingPast] = {row.period_start: row for row in standing}
    if moment.is_past:
        past = ReadingPast.objects.filter(within, kpi_id=kpi.pk, superseded_at__gte=moment.at)
        for version in past.select_related(*people).order_by("version"):
            found[version.period_start] = version
    return found


def believed_moves(readings: Iterable[Reading | ReadingPast]) -> dict[date, Flexing]:
    """The records of moved bands that these readings were judged by; a query only where past ones were."""
    rows = list(readings)
    past = [row.flexing_id for row in rows if isinstance(row, ReadingPast) and row.flexing_id is not None]
    records = Flexing.objects.in_bulk(past) if past else {}
    found = {}
    for row in rows:
        record = records.get(row.flexing_id or 0) if isinstance(row, ReadingPast) else row.flexing
        if record is not None:
            found[row.period_start] = record
    return found


def revisions_known(kpi: Kpi, moment: Moment) -> list[BandRevision]:
    """Every band proposed or agreed by then, oldest first, with who signed it."""
    signers = [f"agreement__{who}" for who in ("proposed_by", "customer_signed_by", "provider_signed_by")]
    known = BandRevision.objects.filter(kpi=kpi, created_at__lte=moment.at).select_related(*signers)
    return list(known.order_by("effective_from", "agreed_at", "pk"))


def is_agreed(band: BandRevision, moment: Moment) -> bool:
    """Whether both sides had signed it by then."""
    return band.agreed_at is not None and band.agreed_at <= moment.at


def is_open(agreement: Agreement, moment: Moment) -> bool:
    """Whether it still waited then."""
    return agreement.settled_at is None or agreement.settled_at > moment.at
