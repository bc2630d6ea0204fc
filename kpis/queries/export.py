"""The grid as a plain table, one reading a row, each with what its verdict rests on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from kpis.domain.periods import Period
from kpis.models import FlexRule, Kpi, Reading, Spell
from kpis.queries.bands import band_of
from kpis.queries.cells import STATE_WORDS, mark_of, verdict_word
from kpis.queries.grid import Filters, by_calendar, columns_of, is_measured, kpis_of
from kpis.queries.room import Room, room_of
from kpis.queries.rule_words import rule_in_words
from kpis.queries.signal_words import cause_words, meaning_words
from kpis.queries.signals import Signals, signals_of
from kpis.queries.spell_words import spell_title
from kpis.spreadsheets.writing import Written
from portal.lib.rounding import half_even
from relationships.access import Standpoint

# An upload recognises its columns by the first of these words, in English whatever the reader's language.
HEADER: Final = (
    "KPI", "Name", "Unit", "Period", "Period name", "Value", "Numerator", "Denominator", "Note", "Verdict", "State",
    "Verdict by the band as signed", "Floor used", "Tolerance used", "Target used", "Upper target used",
    "Upper tolerance used", "Upper floor used", "Environment", "Rule", "Spells", "Room spent", "Signal",
)  # fmt: skip
NOT_APPLICABLE: Final = "n/a"
THRESHOLDS: Final = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")
PLACES: Final = 6
# A year before the first period shown, because what a period spent depends on it.
MONTHS_BEFORE: Final = 13
LOADED: Final = ("band_revision", "flexing__flex_rule__environment", "flexing__flex_rule__driver")


@dataclass
class _Around:
    """What the rows are filled from; rules are put into words once each."""

    readings: Mapping[tuple[int, date], Reading]
    spells: Mapping[int, str]
    rooms: Mapping[int, Room | None]
    signals: Mapping[int, Signals | None]
    rules: dict[int, str] = field(default_factory=dict)

    def rule(self, kpi: Kpi, rule: FlexRule, reading: Reading) -> str:
        """The rule as a sentence about the band that it moved."""
        if rule.pk not in self.rules and reading.band_revision is not None:
            self.rules[rule.pk] = rule_in_words(kpi, rule, band_of(reading.band_revision))
        return self.rules.get(rule.pk, "")


def readings_table(standpoint: Standpoint, filters: Filters) -> list[Sequence[Written]]:
    """A heading and one row for each reading shown; with `only_missing` also the empty ones, to be filled in.

    A KPI is named by its reference, or by its name where it has none. Ten queries, whatever the number of rows.
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
    around = _around(kpis, min(firsts), max(firsts), on=filters.until) if firsts else None
    rows: list[Sequence[Written]] = [HEADER]
    if around is None:
        return rows
    for kpi in kpis:
        periods = [period for period in periods_of[kpi.pk] if is_measured(kpi, period)]
        found = [around.readings.get((kpi.pk, period.first)) for period in periods]
        if not filters.only_missing:
            rows += [
                _row(kpi, period, said, around) for period, said in zip(periods, found, strict=True) if said
            ]
        elif not all(found):
            rows += [_row(kpi, period, said, around) for period, said in zip(periods, found, strict=True)]
    return rows


def _around(kpis: Sequence[Kpi], first: date, last: date, *, on: date) -> _Around:
    rows = Reading.objects.filter(kpi__in=kpis, period_start__range=(first, last)).select_related(*LOADED)
    readings = {(row.kpi_id, row.period_start): row for row in rows.order_by()}
    judged = [kpi for kpi in kpis if not kpi.is_driver]
    months = (on.year - first.year) * 12 + on.month - first.month + MONTHS_BEFORE
    return _Around(
        readings,
        _spells(readings.values()),
        room_of(judged, on=on, months=months),
        signals_of(judged, on=on),
    )


def _spells(readings: Iterable[Reading]) -> dict[int, str]:
    wanted = {pk for reading in readings if reading.flexing is not None for pk in reading.flexing.spells}
    if not wanted:
        return {}
    return {
        spell.pk: spell_title(spell)
        for spell in Spell.objects.filter(pk__in=wanted).select_related("environment")
    }


def _row(kpi: Kpi, period: Period, reading: Reading | None, around: _Around) -> Sequence[Written]:
    start: tuple[Written, ...] = (kpi.reference or kpi.name, kpi.name, kpi.unit, period.first, period.label)
    if reading is None:
        return (*start, *[None] * (len(HEADER) - len(start)))
    numerator: Written = reading.numerator
    if reading.is_not_applicable and kpi.entry == Kpi.Entry.RATIO:
        numerator = NOT_APPLICABLE
    return (
        *start,
        NOT_APPLICABLE if reading.value is None else reading.value,
        numerator,
        reading.denominator,
        reading.note or None,
        None if reading.is_not_applicable or kpi.is_driver else mark_of(reading)[1],
        str(STATE_WORDS[reading.state]),
        *_judgement(kpi, reading, around),
        _spent(kpi, period, around),
        _signal(kpi, period, around),
    )


def _judgement(kpi: Kpi, reading: Reading, around: _Around) -> Sequence[Written]:
    """The verdict of the band as signed, the thresholds that judged, and what moved them."""
    band, moved = reading.band_revision, reading.flexing
    if band is None or reading.verdict is None:
        return [None] * 10
    unflexed = reading.verdict if moved is None else moved.unflexed_verdict
    used = [getattr(band if moved is None else moved, name) for name in THRESHOLDS]
    if moved is None or moved.flex_rule is None:
        return (verdict_word(unflexed), *used, None, None, None)
    rule = moved.flex_rule
    spells = "; ".join(around.spells[pk] for pk in moved.spells if pk in around.spells)
    return (
        verdict_word(unflexed),
        *used,
        rule.environment.name,
        around.rule(kpi, rule, reading),
        spells or None,
    )


def _spent(kpi: Kpi, period: Period, around: _Around) -> Decimal | None:
    room = around.rooms.get(kpi.pk)
    spending = None if room is None else room.at(period.first)
    return None if spending is None or spending.allowance is None else half_even(spending.units, PLACES)


def _signal(kpi: Kpi, period: Period, around: _Around) -> str | None:
    signals = around.signals.get(kpi.pk)
    point = None if signals is None else signals.at(period.first)
    if point is None or point.cause is None:
        return None
    return f"{meaning_words(point.meaning)}: {cause_words(point.cause)}"
