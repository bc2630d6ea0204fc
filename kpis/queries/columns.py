"""Which KPIs and which periods a grid shows: families of KPIs that share a calendar, and its true periods."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kpis.domain.periods import Period, PeriodCalendar
from kpis.models import Kpi, Reading
from kpis.queries.calendars import calendars_of
from kpis.queries.cells import Reported
from relationships.access import Standpoint
from relationships.models import Side

MOST_PERIODS: Final = 36
COLUMNS_OF_READING: Final = (
    "kpi_id", "period_start", "value", "numerator", "denominator", "is_not_applicable", "note", "state", "verdict",
    "version", "flexing_id",
)  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """What part of the grid is wanted; `until` is the last day that a shown period may end on."""

    until: date
    periods: int = 12
    search: str = ""
    only_mine: bool = False
    only_missing: bool = False


def kpis_of(standpoint: Standpoint, filters: Filters) -> QuerySet[Kpi]:
    """The relationship's KPIs that the filters leave, in the order of goals."""
    kpis = Kpi.objects.filter(relationship=standpoint.relationship, goal__retired_at__isnull=True)
    if filters.search:
        asked = filters.search
        kpis = kpis.filter(
            Q(name__icontains=asked) | Q(reference__icontains=asked) | Q(goal__name__icontains=asked)
        )
    if filters.only_mine:
        is_customer = Q(performed_by=Kpi.PerformedBy.CUSTOMER)
        kpis = kpis.filter(is_customer if standpoint.side == Side.CUSTOMER else ~is_customer)
    return kpis.select_related("goal", "calendar").order_by("goal__position", "goal_id", "position", "pk")


def by_calendar(kpis: Sequence[Kpi]) -> list[tuple[list[Kpi], PeriodCalendar]]:
    """The KPIs in families that share a calendar."""
    calendars = calendars_of(kpis)
    members: dict[int, list[Kpi]] = {}
    for kpi in kpis:
        members.setdefault(id(calendars[kpi.pk]), []).append(kpi)
    return [(family, calendars[family[0].pk]) for family in members.values()]


def columns_of(kpis: Sequence[Kpi], calendar: PeriodCalendar, filters: Filters) -> list[Period]:
    """The last periods of a calendar that are over by `until` and in which one of the KPIs is measured."""
    starts = min(kpi.starts_on for kpi in kpis)
    ends = max((kpi.ends_on or date.max) for kpi in kpis)
    period = newest_over(calendar, filters.until)
    found: list[Period] = []
    while period is not None and period.first >= starts and len(found) < min(filters.periods, MOST_PERIODS):
        if period.first <= ends:
            found.append(period)
        period = calendar.before(period)
    return found[::-1]


def newest_over(calendar: PeriodCalendar, until: date) -> Period | None:
    """The newest period that is over by the end of the day `until`; None before a named calendar's first."""
    period = calendar.of(until)
    if period is None:  # outside a named calendar
        over = calendar.between(date.min, until)
        return over[-1] if over else None
    return period if period.last <= until else calendar.before(period)


def readings_between(kpis: Iterable[Kpi], first: date, last: date) -> dict[tuple[int, date], "Reported"]:
    """The readings of the KPIs whose periods start in [first, last], by KPI and first day."""
    found = Reading.objects.filter(kpi__in=list(kpis), period_start__range=(first, last)).order_by()
    return {(row.kpi_id, row.period_start): row for row in found.values_list(*COLUMNS_OF_READING, named=True)}


def is_measured(kpi: Kpi, period: Period) -> bool:
    """Whether the KPI is measured in this period."""
    return kpi.starts_on <= period.first and (kpi.ends_on is None or period.first <= kpi.ends_on)


def title_of(kpi: Kpi) -> str:
    """What the periods of a KPI's calendar are called."""
    if kpi.frequency == Kpi.Frequency.CALENDAR and kpi.calendar is not None:
        return kpi.calendar.name
    if kpi.frequency == Kpi.Frequency.CONTRACT_MONTH:
        return _("Contract months from day %(day)d") % {"day": kpi.contract_month_day or 1}
    return str(Kpi.Frequency(kpi.frequency).label)


def neighbours(
    kpis: Sequence[Kpi], calendar: PeriodCalendar, columns: Sequence[Period], steps: int, on: date
) -> tuple[date | None, date | None]:
    """The last days of the pages before and after these columns, as far as there are any."""
    before = calendar.before(columns[0])
    earlier = before.last if before and any(kpi.starts_on <= before.first for kpi in kpis) else None
    last = columns[-1]
    for _step in range(steps):
        following = calendar.after(last)
        if following is None or following.last > on:
            break
        last = following
    return earlier, (last.last if last != columns[-1] else None)
