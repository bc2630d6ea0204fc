"""The grid as a plain table, one reading a row."""

from collections.abc import Sequence

from kpis.domain.periods import Period
from kpis.models import Kpi
from kpis.queries.cells import STATE_WORDS, Reported, mark_of
from kpis.queries.grid import Filters, by_calendar, columns_of, is_measured, kpis_of, readings_between
from kpis.spreadsheets.writing import Written
from relationships.access import Standpoint

# An upload recognises its columns by these words, in English whatever the reader's language.
HEADER = ("KPI", "Name", "Unit", "Period", "Period name", "Value", "Numerator", "Denominator", "Note", "Verdict",
          "State")  # fmt: skip
NOT_APPLICABLE = "n/a"


def readings_table(standpoint: Standpoint, filters: Filters) -> list[Sequence[Written]]:
    """A heading and one row for each reading shown; with `only_missing` also the empty ones, to be filled in.

    A KPI is named by its reference, or by its name where it has none.
    """
    kpis = list(kpis_of(standpoint, filters))
    families = by_calendar(kpis)
    periods_of = {
        kpi.pk: columns
        for family, calendar in families
        for columns in [columns_of(family, calendar, filters)]
        for kpi in family
    }
    firsts = [period.first for periods in periods_of.values() for period in periods]
    readings = readings_between(kpis, min(firsts), max(firsts)) if firsts else {}
    rows: list[Sequence[Written]] = [HEADER]
    for kpi in kpis:
        periods = [period for period in periods_of[kpi.pk] if is_measured(kpi, period)]
        found = [readings.get((kpi.pk, period.first)) for period in periods]
        if not filters.only_missing:
            rows += [_row(kpi, period, said) for period, said in zip(periods, found, strict=True) if said]
        elif not all(found):
            rows += [_row(kpi, period, said) for period, said in zip(periods, found, strict=True)]
    return rows


def _row(kpi: Kpi, period: Period, reading: Reported | None) -> Sequence[Written]:
    start: tuple[Written, ...] = (kpi.reference or kpi.name, kpi.name, kpi.unit, period.first, period.label)
    if reading is None:
        return (*start, None, None, None, None, None, None)
    numerator: Written = reading.numerator
    if reading.is_not_applicable and kpi.entry == Kpi.Entry.RATIO:
        numerator = NOT_APPLICABLE
    return (
        *start,
        NOT_APPLICABLE if reading.value is None else reading.value,
        numerator,
        reading.denominator,
        reading.note or None,
        None if reading.is_not_applicable else mark_of(reading)[1],
        str(STATE_WORDS[reading.state]),
    )
