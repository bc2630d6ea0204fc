"""From the rows of a file to readings, or to the reason why a row gives none."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kpis.spreadsheets.mapping import WIDE, Mapping
from kpis.spreadsheets.measures import Measure, Measures
from kpis.spreadsheets.sheets import Row
from kpis.spreadsheets.values import NotUnderstood, is_not_applicable, number_of
from kpis.spreadsheets.workbook import Cell

HUNDRED = Decimal(100)


@dataclass(slots=True)
class Line:
    """What one row (or one cell of a wide row) says: a reading, or a problem at a field.

    `remark` tells of something odd that does not keep the reading out. `column` is set for a cell of a wide row.
    """

    row: int
    measure: Measure | None = None
    period_start: date | None = None
    figures: dict[str, Any] = field(default_factory=dict)
    at: str = ""
    problem: str = ""
    remark: str = ""
    column: int | None = None


class Problem(Exception):
    """Why a row gives no reading, and at which field."""

    def __init__(self, at: str, message: str) -> None:
        self.at = at
        super().__init__(message)


def lines_of(rows: Iterable[Row], mapping: Mapping, measures: Measures) -> Iterator[Line]:
    """One line for each reading the rows give, or fail to give; for the layouts long and wide."""
    seen: dict[tuple[int, date], int] = {}
    reader = _wide if mapping.layout == WIDE else _long
    periods = _Periods(mapping.date_order)
    for row in rows:
        for line in reader(row, mapping, measures, periods):
            _refuse_second(line, seen)
            yield line


class _Periods:
    """Remembers which period a text named for a calendar: files repeat few texts many times."""

    def __init__(self, order: str) -> None:
        self._order = order
        self._known: dict[tuple[int, Cell], date | None] = {}

    def of(self, measure: Measure, cell: Cell) -> date:
        if cell is None:
            raise Problem("period", _("The period is missing."))
        key = (id(measure.calendar), cell)
        if key not in self._known:
            try:
                self._known[key] = measure.period_start(cell, order=self._order)
            except NotUnderstood:
                raise Problem("period", _("“%(text)s” is no period.") % {"text": shown(cell)}) from None
        found = self._known[key]
        if found is None:
            raise Problem(
                "period",
                _("“%(kpi)s” has no period “%(text)s”.") % {"kpi": measure.name, "text": shown(cell)},
            )
        return found


def _long(row: Row, mapping: Mapping, measures: Measures, periods: _Periods) -> Iterator[Line]:
    line = Line(row.number)
    try:
        line.measure = _measure_of(row, mapping, measures)
        cell: Cell = mapping.fixed_period or row.cell(mapping.period)
        line.period_start = periods.of(line.measure, cell)
        line.figures, line.remark = _figures(row, mapping, line.measure)
        line.figures["note"] = shown(row.cell(mapping.note))
    except Problem as problem:
        line.at, line.problem = problem.at, str(problem)
    yield line


def _wide(row: Row, mapping: Mapping, measures: Measures, periods: _Periods) -> Iterator[Line]:
    for column, kpi_id in mapping.kpi_columns.items():
        cell = row.cell(column)
        if cell is None:
            continue  # an empty cell of a wide table says nothing, least of all "not applicable"
        line = Line(row.number, column=column)
        try:
            line.measure = _ours(measures.by_id.get(kpi_id))
            line.period_start = periods.of(line.measure, row.cell(mapping.period))
            line.figures = {"note": ""} | _value(cell, mapping)
        except Problem as problem:
            line.at, line.problem = problem.at, str(problem)
        yield line


def _measure_of(row: Row, mapping: Mapping, measures: Measures) -> Measure:
    if mapping.kpi is None:
        return _ours(measures.by_id.get(mapping.one_kpi or 0))
    text = shown(row.cell(mapping.kpi))
    if not text:
        raise Problem("kpi", _("The KPI is missing."))
    try:
        found = measures.find(text)
    except KeyError:
        raise Problem("kpi", _("No KPI has the reference or name “%(text)s”.") % {"text": text}) from None
    if found is None:
        raise Problem("kpi", _("Several KPIs are called “%(text)s”; give the reference.") % {"text": text})
    return _ours(found)


def _ours(measure: Measure | None) -> Measure:
    if measure is None:
        raise Problem("kpi", _("The KPI chosen for this column is no longer there."))
    if not measure.is_ours:
        raise Problem("kpi", _("“%(kpi)s” is reported by the other side.") % {"kpi": measure.name})
    return measure


def _figures(row: Row, mapping: Mapping, measure: Measure) -> tuple[dict[str, Any], str]:
    says_not_applicable = mapping.not_applicable is not None and is_not_applicable(
        row.cell(mapping.not_applicable)
    )
    if mapping.numerator is not None and mapping.denominator is not None and measure.is_ratio:
        return _ratio(row, mapping, says_not_applicable)
    if mapping.value is None:
        raise Problem("value", _("“%(kpi)s” is reported as a value.") % {"kpi": measure.name})
    cell = row.cell(mapping.value)
    if cell is None and says_not_applicable:
        return {"is_not_applicable": True}, ""
    return _value(cell, mapping), ""


def _ratio(row: Row, mapping: Mapping, says_not_applicable: bool) -> tuple[dict[str, Any], str]:
    top, bottom = row.cell(mapping.numerator), row.cell(mapping.denominator)
    if is_not_applicable(top) or is_not_applicable(bottom):
        return {"is_not_applicable": True}, ""
    numerator = _number(top, "numerator", mapping)
    denominator = _number(bottom, "denominator", mapping)
    if numerator is None or denominator is None:
        if says_not_applicable:
            is_odd = numerator is not None or denominator is not None
            return {"is_not_applicable": True}, _("One of the two figures is missing.") if is_odd else ""
        at = "numerator" if numerator is None else "denominator"
        raise Problem(at, _("The figure is missing; write “n/a” if there was nothing to measure."))
    if denominator == 0:
        if numerator != 0:
            raise Problem("denominator", _("The denominator is 0, the numerator is not."))
        return {"is_not_applicable": True}, _("Nothing to measure: 0 of 0.")
    remark = ""
    if numerator > denominator:
        remark = _("The numerator is larger than the denominator.")
    elif says_not_applicable:
        remark = _("Marked as not applicable, but figures are given; the figures were taken.")
    return {"numerator": numerator, "denominator": denominator}, remark


def _value(cell: Cell, mapping: Mapping) -> dict[str, Any]:
    if is_not_applicable(cell):
        return {"is_not_applicable": True}
    value = _number(cell, "value", mapping)
    if value is None:
        raise Problem("value", _("The value is missing; write “n/a” if there was nothing to measure."))
    return {"value": value * HUNDRED if mapping.is_fraction else value}


def _number(cell: Cell, at: str, mapping: Mapping) -> Decimal | None:
    try:
        return number_of(cell, decimal_mark=mapping.decimal_mark)
    except NotUnderstood:
        raise Problem(at, _("“%(text)s” is not a number.") % {"text": shown(cell)}) from None


def _refuse_second(line: Line, seen: dict[tuple[int, date], int]) -> None:
    if line.problem or line.measure is None or line.period_start is None:
        return
    first = seen.setdefault((line.measure.kpi_id, line.period_start), line.row)
    if first != line.row:
        line.at, line.problem = "period", _("Row %(row)d already gives this period.") % {"row": first}


def shown(cell: Cell) -> str:
    """A cell as a person wrote it, cut to a length that fits a message."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    return str(cell)[:2000]
