"""The readings grid: KPIs as rows under their goals, true periods of one calendar as columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.domain.periods import Period, PeriodCalendar
from kpis.models import BandRevision, Kpi
from kpis.queries.bands import bands_in_force, pick
from kpis.queries.cells import Cell, Reported, bare, cell_of
from kpis.queries.columns import (
    Filters,
    by_calendar,
    columns_of,
    is_measured,
    kpis_of,
    neighbours,
    newest_over,
    readings_between,
    title_of,
)
from relationships.access import Standpoint
from relationships.models import Side

__all__ = [
    "Filters",
    "GoalLines",
    "Grid",
    "Line",
    "Section",
    "by_calendar",
    "columns_of",
    "get_grid",
    "is_measured",
    "kpis_of",
    "newest_over",
    "readings_between",
    "target_of",
]


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
            *neighbours(kpis, calendar, columns, self.filters.periods, self.on),
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
