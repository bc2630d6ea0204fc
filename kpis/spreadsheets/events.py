"""From a log with one row per event to one ratio per period: events that met the test, of all events."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kpis.spreadsheets.lines import Line, shown
from kpis.spreadsheets.mapping import Mapping
from kpis.spreadsheets.measures import Measure, Measures
from kpis.spreadsheets.sheets import Row
from kpis.spreadsheets.values import NotUnderstood, day_of, number_of, yes_or_no
from kpis.spreadsheets.workbook import Cell


@dataclass(slots=True)
class _Event:
    row: int
    period_start: date
    is_met: bool


def lines_of_events(rows: Iterable[Row], mapping: Mapping, measures: Measures) -> Iterator[Line]:
    """First a line for each row that cannot be counted, then one line per period.

    The numerator counts the events that pass the test, the denominator all events of the period. The line of a
    period carries the number of its last row.
    """
    measure = measures.by_id.get(mapping.one_kpi or 0)
    if measure is None or not measure.is_ours or not measure.is_ratio:
        yield Line(0, at="kpi", problem=_("Choose a KPI of your side that is reported as a ratio."))
        return
    counted: dict[str, _Event] = {}
    for row in rows:
        found = _event(row, mapping, measure)
        if isinstance(found, Line):
            yield found
            continue
        # Later rows of the same event replace earlier ones: a log tells how the event went on.
        counted[_identity(row, mapping)] = found
    yield from _per_period(counted.values(), measure)


def _identity(row: Row, mapping: Mapping) -> str:
    name = shown(row.cell(mapping.once_per))
    return f"={name}" if name else f"#{row.number}"


def _event(row: Row, mapping: Mapping, measure: Measure) -> _Event | Line:
    cell = row.cell(mapping.period)
    try:
        day = day_of(cell, order=mapping.date_order)
    except NotUnderstood:
        message = _("“%(text)s” is not a day.") % {"text": shown(cell)}
        return Line(row.number, measure, at="period", problem=message)
    period = measure.calendar.of(day)
    if period is None:
        message = _("“%(kpi)s” has no period around %(day)s.") % {"kpi": measure.name, "day": day.isoformat()}
        return Line(row.number, measure, at="period", problem=message)
    judged = row.cell(mapping.holds)
    try:
        return _Event(row.number, period.first, _test_of(mapping)(judged))
    except NotUnderstood:
        message = _("“%(text)s” cannot be tested.") % {"text": shown(judged)}
        return Line(row.number, measure, period.first, at="holds", problem=message)


def _test_of(mapping: Mapping) -> Callable[[Cell], bool]:
    if mapping.test in ("yes", "no"):
        return lambda cell: yes_or_no(cell) == (mapping.test == "yes")
    limit = number_of(mapping.threshold, decimal_mark=mapping.decimal_mark)
    if limit is None:
        raise NotUnderstood

    def compare(cell: Cell) -> bool:
        number = number_of(cell, decimal_mark=mapping.decimal_mark)
        if number is None:
            raise NotUnderstood
        return number <= limit if mapping.test == "at_most" else number >= limit

    return compare


def _per_period(events: Iterable[_Event], measure: Measure) -> Iterator[Line]:
    tallies: dict[date, list[int]] = {}
    for event in events:
        tally = tallies.setdefault(event.period_start, [0, 0, 0])
        tally[0] += event.is_met
        tally[1] += 1
        tally[2] = max(tally[2], event.row)
    for period_start, (met, all_of_them, row) in sorted(tallies.items()):
        figures = {"numerator": met, "denominator": all_of_them, "note": ""}
        remark = _("Counted from %(count)d events.") % {"count": all_of_them}
        yield Line(row, measure, period_start, figures, remark=remark)
