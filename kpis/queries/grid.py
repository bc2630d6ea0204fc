"""The readings grid: KPIs as rows under their goals, true periods of one calendar as columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.domain.periods import Period, PeriodCalendar
from kpis.models import BandRevision, Kpi, Reading
from kpis.queries.bands import bands_in_force, pick
from kpis.queries.calendars import calendars_of
from kpis.queries.cells import Cell, Reported, bare, cell_of
from relationships.access import Standpoint
from relationships.models import Side

MOST_PERIODS: Final = 36
COLUMNS_OF_READING: Final = (
    "kpi_id", "period_start", "value", "numerator", "denominator", "is_not_applicable", "note", "state", "verdict",
    "version",
)  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """What part of the grid is wanted; `until` is the last day that a shown period may end on."""

    until: date
    periods: int = 12
    search: str = ""
    only_mine: bool = False
    only_missing: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One KPI with its cells; None stands where the KPI is not measured. `side` and `organisation` report it."""

    kpi: Kpi
    href: str
    target: str
    is_ours: bool
    side: str
    organisation: str
    cells: list[Cell | None]


@dataclass(frozen=True, slots=True)
class GoalLines:
    """The lines under one goal."""

    goal: str
    lines: list[Line]


@dataclass(frozen=True)
class Section:
    """The KPIs that share a calendar. `reported` of `expected` says how far the newest period is on our side.

    `earlier` and `later` are the last days of the pages before and after; None where there is none.
    """

    key: str
    title: str
    columns: Sequence[Period]
    groups: list[GoalLines]
    reported: int
    expected: int
    earlier: date | None
    later: date | None

    @property
    def newest(self) -> Period:
        return self.columns[-1]

    @property
    def progress(self) -> str:
        """ "34 of 40 reported for Mar 2026"."""
        return ngettext(
            "%(reported)d of %(expected)d reported for %(period)s",
            "%(reported)d of %(expected)d reported for %(period)s",
            self.expected,
        ) % {"reported": self.reported, "expected": self.expected, "period": self.newest.label}


@dataclass(frozen=True)
class Grid:
    """Everything the grid shows. `waiting` KPIs have no period that is over by then."""

    sections: list[Section]
    kpis: int
    waiting: list[Kpi] = field(default_factory=list)


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


def get_grid(standpoint: Standpoint, filters: Filters, *, on: date) -> Grid:
    """The grid as it stands on the day `on`, in four queries whatever its size."""
    kpis = list(kpis_of(standpoint, filters))
    families = [
        (members, calendar, columns_of(members, calendar, filters)) for members, calendar in by_calendar(kpis)
    ]
    waiting = [kpi for members, _calendar, columns in families if not columns for kpi in members]
    firsts = [period.first for _members, _calendar, columns in families for period in columns]
    if not firsts:
        return Grid([], len(kpis), waiting)
    builder = _Builder(
        standpoint,
        readings_between(kpis, min(firsts), max(firsts)),
        bands_in_force(kpi.pk for kpi in kpis),
        filters,
        on,
    )
    sections = [builder.section(*family) for family in families if family[2]]
    return Grid([section for section in sections if section.groups], len(kpis), waiting)


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


class _Builder:
    """Puts sections together from what was loaded."""

    def __init__(
        self,
        standpoint: Standpoint,
        readings: dict[tuple[int, date], Reported],
        bands: dict[int, list[BandRevision]],
        filters: Filters,
        on: date,
    ) -> None:
        self.side, self.may_report = standpoint.side, standpoint.can_report
        relationship = standpoint.relationship
        self.organisations = {side: str(relationship.organisation_of(side) or "") for side in Side}
        self.readings, self.bands, self.filters, self.on = readings, bands, filters, on

    def section(self, kpis: Sequence[Kpi], calendar: PeriodCalendar, columns: list[Period]) -> Section:
        """The section of the KPIs that share the calendar of these columns."""
        newest = columns[-1]
        expected = [kpi for kpi in kpis if kpi.performing_side == self.side and is_measured(kpi, newest)]
        reported = [kpi for kpi in expected if (kpi.pk, newest.first) in self.readings]
        groups: dict[int | None, GoalLines] = {}
        for kpi in kpis:
            if not self.filters.only_missing or self._lacks(kpi, columns):
                group = groups.setdefault(
                    kpi.goal_id,
                    GoalLines(kpi.goal.name if kpi.goal else _("Drivers: context, never scored"), []),
                )
                group.lines.append(self._line(kpi, columns))
        key = f"{kpis[0].frequency.lower()}-{kpis[0].calendar_id or kpis[0].contract_month_day or 0}"
        return Section(
            key,
            title_of(kpis[0]),
            columns,
            list(groups.values()),
            len(reported),
            len(expected),
            *_neighbours(kpis, calendar, columns, self.filters.periods, self.on),
        )

    def _lacks(self, kpi: Kpi, columns: Sequence[Period]) -> bool:
        return any(
            is_measured(kpi, period) and (kpi.pk, period.first) not in self.readings for period in columns
        )

    def _line(self, kpi: Kpi, columns: Sequence[Period]) -> Line:
        is_ours = kpi.performing_side == self.side
        cells = [
            cell_of(
                kpi,
                period,
                self.readings.get((kpi.pk, period.first)),
                on=self.on,
                is_editable=is_ours and self.may_report,
            )
            if is_measured(kpi, period)
            else None
            for period in columns
        ]
        band = pick(self.bands.get(kpi.pk, []), columns[-1].first)
        side = kpi.performing_side
        return Line(
            kpi, f"/kpis/{kpi.pk}/", target_of(kpi, band), is_ours, side, self.organisations[side], cells
        )


def target_of(kpi: Kpi, band: BandRevision | None) -> str:
    """The target in a few characters: "≥ 80 %", "≤ 4 h", "18 to 22"; "" without a band."""
    if band is None:
        return ""
    unit = f"\u00a0{kpi.unit}" if kpi.unit else ""
    if band.upper_target is not None:
        return _("%(low)s to %(high)s%(unit)s") % {
            "low": bare(band.target), "high": bare(band.upper_target), "unit": unit,
        }  # fmt: skip
    sign = "\u2265" if kpi.polarity == Kpi.Polarity.HIGHER else "\u2264"
    return f"{sign}\u00a0{bare(band.target)}{unit}"


def title_of(kpi: Kpi) -> str:
    """What the periods of a KPI's calendar are called."""
    if kpi.frequency == Kpi.Frequency.CALENDAR and kpi.calendar is not None:
        return kpi.calendar.name
    if kpi.frequency == Kpi.Frequency.CONTRACT_MONTH:
        return _("Contract months from day %(day)d") % {"day": kpi.contract_month_day or 1}
    return str(Kpi.Frequency(kpi.frequency).label)


def _neighbours(
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
