"""The KPIs a file may speak of, as far as reading it needs to know them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from kpis.spreadsheets.values import NotUnderstood, first_day_of
from kpis.spreadsheets.workbook import Cell


class Span(Protocol):
    """A period: both days belong to it."""

    @property
    def first(self) -> date: ...
    @property
    def last(self) -> date: ...


class Calendar(Protocol):
    """The periods of a KPI."""

    def of(self, day: date) -> Span | None: ...
    def starting(self, day: date) -> Span | None: ...


@dataclass(frozen=True)
class Measure:
    """One KPI of the relationship; `labels` are the names of its explicit periods, folded, with their first days."""

    kpi_id: int
    reference: str
    name: str
    is_ours: bool
    is_ratio: bool
    calendar: Calendar
    labels: Mapping[str, date] = field(default_factory=dict)

    def period_start(self, cell: Cell, *, order: str) -> date | None:
        """The first day of the period a cell names: by label, first day, last day, or month it starts in.

        None if this KPI has no such period. Raises NotUnderstood.
        """
        if isinstance(cell, str) and fold(cell) in self.labels:
            return self.labels[fold(cell)]
        try:
            day = first_day_of(cell, order=order)
        except NotUnderstood:
            if self.labels:
                return None
            raise
        if self.calendar.starting(day):
            return day
        span = self.calendar.of(day)
        if span is not None and span.last == day:
            return span.first
        return self._starting_in_month(cell, day)

    def _starting_in_month(self, cell: Cell, day: date) -> date | None:
        """ "Mar 2026" names the contract month that starts on 16 March."""
        if not isinstance(cell, str) or day.day != 1 or len(cell.split("-")) > 2 or cell[:1].isdigit():
            return None
        span = self.calendar.of(
            day + timedelta(days=27)
        )  # the 28th: contract months start on the 28th at last
        is_within = span is not None and (span.first.year, span.first.month) == (day.year, day.month)
        return span.first if span is not None and is_within else None


class Measures:
    """All KPIs of the relationship, found by what people write: reference first, then name."""

    def __init__(self, measures: Iterable[Measure]) -> None:
        self.by_id: dict[int, Measure] = {}
        self._found: dict[str, Measure | None] = {}
        self._as_written: dict[str, Measure | None] = {}
        names: dict[str, list[Measure]] = {}
        for measure in measures:
            self.by_id[measure.kpi_id] = measure
            names.setdefault(fold(measure.name), []).append(measure)
        for name, same in names.items():
            self._found[name] = same[0] if len(same) == 1 else None
        for measure in self.by_id.values():
            if measure.reference:
                self._found[fold(measure.reference)] = measure

    def find(self, text: str) -> Measure | None:
        """The KPI of this reference or name; None for an ambiguous name. Raises KeyError for an unknown one."""
        if text not in self._as_written:
            self._as_written[text] = self._found[fold(text)]
        return self._as_written[text]


def fold(text: str) -> str:
    """Text without regard to case and spacing."""
    return " ".join(text.casefold().split())
