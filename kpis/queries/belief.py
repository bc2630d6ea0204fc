"""What was believed of a KPI at a moment: the readings and bands that stand, or that stood then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Model, Q

from kpis.domain.periods import Period
from kpis.models import BandRevision, Flexing, Kpi, Reading, ReadingPast
from kpis.queries.calendars import today_in
from relationships.models import Agreement, Relationship

PEOPLE: Final = ("submitted_by", "settled_by")
SIGNERS: Final = ("proposed_by", "customer_signed_by", "provider_signed_by")


def _columns(model: type[Model], prefix: str = "", *, but: tuple[str, ...] = ()) -> list[str]:
    fields = model._meta.concrete_fields  # noqa: SLF001  which Django documents for this use
    return [f"{prefix}{field.name}" for field in fields if field.name not in but]


# Of people only their names are shown, and of an agreement not what it says.
SHOWN: Final = [*_columns(Reading), *_columns(Flexing, "flexing__"), *(f"{who}__full_name" for who in PEOPLE)]
SIGNED: Final = [
    *_columns(BandRevision),
    *_columns(Agreement, "agreement__", but=("content", "digest", "note")),
    *(f"agreement__{who}__full_name" for who in SIGNERS),
]


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
    standing = Reading.objects.filter(within, kpi=kpi).select_related("flexing", *PEOPLE).only(*SHOWN)
    found: dict[date, Reading | ReadingPast] = {
        row.period_start: row for row in standing.annotate(files=Count("evidence"))
    }
    if moment.is_past:
        past = ReadingPast.objects.filter(within, kpi_id=kpi.pk, superseded_at__gte=moment.at)
        for version in past.select_related(*PEOPLE).order_by("version"):
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
    known = BandRevision.objects.filter(kpi=kpi, created_at__lte=moment.at)
    known = known.select_related(*(f"agreement__{who}" for who in SIGNERS)).only(*SIGNED)
    return list(known.order_by("effective_from", "agreed_at", "pk"))


def is_agreed(band: BandRevision, moment: Moment) -> bool:
    """Whether both sides had signed it by then."""
    return band.agreed_at is not None and band.agreed_at <= moment.at


def is_open(agreement: Agreement, moment: Moment) -> bool:
    """Whether it still waited then."""
    return agreement.settled_at is None or agreement.settled_at > moment.at
