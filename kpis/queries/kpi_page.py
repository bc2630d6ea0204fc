"""One KPI with everything that led to where it stands, as it stands now or as it was believed to stand then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from accounts.models import Person
from kpis.domain.periods import Period, PeriodCalendar
from kpis.domain.status import PeriodStatus
from kpis.models import BandRevision, Kpi, Reading, ReadingPast
from kpis.queries.calendars import calendars_of, today_in
from kpis.queries.cells import due_on_of
from kpis.queries.series import last_periods, period_status, series_of
from portal.lib.series import Point, Series
from relationships.models import Agreement, Relationship, Seat, Side

PERIODS = 36
# So many rows stand open, unless only a few more would be folded away.
AT_A_GLANCE, FEW_MORE = 12, 3


@dataclass(frozen=True)
class Moment:
    """From when the page looks: a day of the relationship and the instant at which that day's knowledge ends.

    `is_past` says that somebody asked for an earlier day than today.
    """

    day: date
    at: datetime
    is_past: bool


@dataclass(frozen=True)
class PeriodRow:
    """One period: what was reported, by whom, and what came of it."""

    period: Period
    point: Point
    status: PeriodStatus
    due_on: date
    reading: Reading | ReadingPast | None
    evidence: int = 0

    @property
    def attainment(self) -> Decimal | None:
        """In per cent; None where no verdict counts."""
        if self.reading is None or self.reading.attainment is None:
            return None
        return Decimal(self.reading.attainment) / 10_000

    @property
    def is_missing(self) -> bool:
        return self.status == PeriodStatus.MISSING


@dataclass(frozen=True)
class Owner:
    """The named owner on one side, and who mirrors that person on the other."""

    side: Side
    person: Person | None
    title: str = ""
    counterpart: Person | None = None


@dataclass(frozen=True)
class KpiPage:
    """Everything the page shows; `earlier` and `later` are the last days of the neighbouring pages of periods."""

    kpi: Kpi
    moment: Moment
    series: Series
    rows: list[PeriodRow]
    in_force: BandRevision | None
    revisions: list[BandRevision]
    proposals: list[BandRevision]
    owners: list[Owner]
    earlier: date | None
    later: date | None

    @property
    def goal_url(self) -> str:
        """Where the goal stands among the others."""
        return f"/relationships/{self.kpi.relationship_id}/goals/#goal-{self.kpi.goal_id}"

    @property
    def shown(self) -> PeriodRow | None:
        """The newest period with a value, whose figure stands large; the newest of all while there is none."""
        return next((row for row in self.rows if row.point.value is not None), self.newest)

    @property
    def newest_rows(self) -> list[PeriodRow]:
        """The rows that stand open."""
        return self.rows if len(self.rows) <= AT_A_GLANCE + FEW_MORE else self.rows[:AT_A_GLANCE]

    @property
    def older_rows(self) -> list[PeriodRow]:
        """The rows that are folded away."""
        return self.rows[len(self.newest_rows) :]

    @property
    def newest(self) -> PeriodRow | None:
        """The newest period that is over."""
        return self.rows[0] if self.rows else None


def moment_of(relationship: Relationship, asked: date | None, now: datetime) -> Moment:
    """The moment to look from: the end of the day asked for, at most now."""
    today = today_in(relationship, now)
    if asked is None or asked >= today:
        return Moment(today, now, is_past=False)
    ends = datetime.combine(asked + timedelta(days=1), time(), ZoneInfo(relationship.time_zone))
    return Moment(asked, ends, is_past=True)


def get_kpi_page(kpi: Kpi, moment: Moment, *, until: date | None = None) -> KpiPage:
    """The KPI as known at `moment`, with up to 36 periods that are over by `until`; four or five queries."""
    calendar = calendars_of([kpi])[kpi.pk]
    until = min(until or moment.day, moment.day)
    periods = last_periods(kpi, calendar, until=until, count=PERIODS)
    readings = _readings(kpi, periods, moment)
    known = _revisions_known(kpi, moment)
    agreed = _of_each_day_the_last(band for band in known if _is_agreed(band, moment))
    series = series_of(kpi, periods, readings, agreed, on=moment.day)
    rows = [
        PeriodRow(
            period,
            point,
            period_status(kpi, period, reading, on=moment.day),
            due_on_of(kpi, period),
            reading,
            getattr(reading, "files", 0),
        )
        for period, point in zip(periods, series.points, strict=True)
        for reading in [readings.get(period.first)]
    ]
    return KpiPage(
        kpi,
        moment,
        series,
        rows[::-1],
        in_force=next((band for band in reversed(agreed) if band.effective_from <= moment.day), None),
        revisions=agreed[::-1],
        proposals=[band for band in known if _is_open(band.agreement, moment)],
        owners=_owners(kpi),
        earlier=_earlier(kpi, calendar, periods),
        later=_later(kpi, calendar, periods, moment),
    )


def _readings(kpi: Kpi, periods: Sequence[Period], moment: Moment) -> dict[date, Reading | ReadingPast]:
    """What was believed of the periods: the row that stands, or the version that stood at a past moment."""
    if not periods:
        return {}
    within = Q(period_start__range=(periods[0].first, periods[-1].first), recorded_at__lt=moment.at)
    if not moment.is_past:
        within = Q(period_start__range=(periods[0].first, periods[-1].first))
    people = ("submitted_by", "settled_by")
    standing = (
        Reading.objects.filter(within, kpi=kpi).select_related(*people).annotate(files=Count("evidence"))
    )
    found: dict[date, Reading | ReadingPast] = {row.period_start: row for row in standing}
    if moment.is_past:
        past = ReadingPast.objects.filter(within, kpi_id=kpi.pk, superseded_at__gte=moment.at)
        for version in past.select_related(*people).order_by("version"):
            found[version.period_start] = version
    return found


def _revisions_known(kpi: Kpi, moment: Moment) -> list[BandRevision]:
    signers = [f"agreement__{who}" for who in ("proposed_by", "customer_signed_by", "provider_signed_by")]
    known = BandRevision.objects.filter(kpi=kpi, created_at__lte=moment.at).select_related(*signers)
    return list(known.order_by("effective_from", "agreed_at", "pk"))


def _is_agreed(band: BandRevision, moment: Moment) -> bool:
    return band.agreed_at is not None and band.agreed_at <= moment.at


def _is_open(agreement: Agreement, moment: Moment) -> bool:
    return agreement.settled_at is None or agreement.settled_at > moment.at


def _of_each_day_the_last(bands: Iterable[BandRevision]) -> list[BandRevision]:
    """Of several revisions from one day only the one agreed last, oldest day first."""
    return list({band.effective_from: band for band in bands}.values())


def _owners(kpi: Kpi) -> list[Owner]:
    seats = Seat.objects.filter(
        relationship_id=kpi.relationship_id,
        person__in=[pk for pk in (kpi.customer_owner_id, kpi.provider_owner_id) if pk],
        ended_at__isnull=True,
    ).select_related("counterpart__person")
    by_person: dict[int, Seat] = {}
    for seat in seats.order_by("started_at", "pk"):
        # Of several roles the mirrored one says more.
        if seat.counterpart is not None or seat.person_id not in by_person:
            by_person[seat.person_id] = seat
    return [
        _owner(Side.CUSTOMER, kpi.customer_owner, by_person),
        _owner(Side.PROVIDER, kpi.provider_owner, by_person),
    ]


def _owner(side: Side, person: Person | None, seats: dict[int, Seat]) -> Owner:
    seat = seats.get(person.pk) if person else None
    if seat is None:
        return Owner(side, person)
    return Owner(side, person, seat.title, seat.counterpart.person if seat.counterpart else None)


def _earlier(kpi: Kpi, calendar: PeriodCalendar, periods: Sequence[Period]) -> date | None:
    before = calendar.before(periods[0]) if periods else None
    return before.last if before is not None and before.first >= kpi.starts_on else None


def _later(kpi: Kpi, calendar: PeriodCalendar, periods: Sequence[Period], moment: Moment) -> date | None:
    """The end of the page after this one: PERIODS further on, or as far as there are any."""
    period = calendar.after(periods[-1]) if periods else None
    last: date | None = None
    for _step in range(PERIODS):
        if period is None or period.last > moment.day or (kpi.ends_on and period.first > kpi.ends_on):
            break
        last, period = period.last, calendar.after(period)
    return last
