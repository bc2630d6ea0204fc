"""How much of its wiggle room a KPI has used (method, section 5): two queries for any number of KPIs.

A period spends by the thresholds that judged it: those of its record of a moved band where there is one, else those
of its band. What is disputed or did not apply spends nothing. The allowance is that of the terms in force.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Protocol

from django.db.models import Q

from kpis.domain.bands import Band, Verdict
from kpis.domain.budget import (
    NOTHING,
    YEAR,
    Budget,
    Spent,
    counts_as_miss,
    exhausted_before,
    get_budget,
    months_before,
    spend,
)
from kpis.domain.periods import Period
from kpis.models import BandRevision, Kpi, Reading
from kpis.queries.bands import bands_in_force, pick

# What a year's periods spent depends on the year before each of them.
LOOKED_BACK: Final = 2 * YEAR
SIX: Final = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")
COLUMNS: Final = (
    "kpi_id", "period_start", "period_end", "value", "state", "is_not_applicable", "verdict", "flexing_id",
    "band_revision__allowance", *(f"{where}__{name}" for where in ("flexing", "band_revision") for name in SIX),
)  # fmt: skip


Bands = Mapping[int, Sequence[BandRevision]]


class Told(Protocol):
    """What a reading, standing or past, says of its period."""

    @property
    def value(self) -> Decimal | None: ...
    @property
    def state(self) -> str: ...
    @property
    def is_not_applicable(self) -> bool: ...
    @property
    def verdict(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Spending:
    """What one period took from the allowance of the terms that judged it; None where they agree none.

    `status` is DISPUTED or NOT_APPLICABLE for a period that spends nothing whatever its value, else "".
    `balance_after` is what the twelve months up to the period's last day left of that allowance.
    """

    period: Period
    verdict: int | None
    units: Fraction
    allowance: Decimal | None
    balance_after: Fraction | None
    was_exhausted_before: bool
    status: str = ""

    @property
    def is_miss(self) -> bool:
        """Worse than its wiggle room, or in it when the allowance was used up already."""
        if self.verdict is None or self.status:
            return False
        return counts_as_miss(self.verdict, self.was_exhausted_before)

    @property
    def is_miss_by_exhaustion(self) -> bool:
        """In its wiggle room, and a miss all the same."""
        return self.is_miss and self.verdict == Verdict.APPROACHING


@dataclass(frozen=True)
class Room:
    """The wiggle room of one KPI as of a day: the budget, each period's spending (oldest first), the terms in force."""

    kpi_id: int
    budget: Budget
    spendings: tuple[Spending, ...]
    terms: BandRevision

    @property
    def allowance(self) -> Decimal:
        return self.budget.allowance

    @property
    def used(self) -> Fraction:
        """Units used in the twelve months up to the day."""
        return self.budget.spent_12

    @property
    def left(self) -> Fraction:
        """Units left, never below 0."""
        return max(NOTHING, self.budget.balance)

    def at(self, period_start: date) -> Spending | None:
        """What the period that starts on this day spent."""
        return next((one for one in self.spendings if one.period.first == period_start), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """One period as the ledger wants it: what was told of it, and the thresholds and allowance that judged it."""

    period: Period
    told: Told
    band: Band | None
    allowance: Decimal | None


def room_of(
    kpis: Iterable[Kpi], *, on: date, months: int = LOOKED_BACK, bands: Bands | None = None
) -> dict[int, Room | None]:
    """The wiggle room of each KPI on the day `on`, by its id; None where no allowance is in force.

    Spendings go back `months` from that day, the twelve before the first of them uncounted. Who has
    the `bands` in force already hands them in and saves a query.
    """
    wanted = {kpi.pk: kpi for kpi in kpis if not kpi.is_driver}
    known = bands_in_force(wanted) if bands is None else bands
    in_force = {pk: pick(known.get(pk, ()), on) for pk in wanted}
    agreed = {pk: band for pk, band in in_force.items() if band is not None and band.allowance is not None}
    entries = _entries_of(list(agreed), on, months)
    return {
        pk: room_from(wanted[pk], entries.get(pk, ()), agreed[pk], on=on) if pk in agreed else None
        for pk in wanted
    }


def room_from(kpi: Kpi, entries: Sequence[Entry], terms: BandRevision, *, on: date) -> Room | None:
    """The room of one KPI from what was told of its periods, oldest first; None without an allowance."""
    if terms.allowance is None:
        return None
    spendings = spendings_from(kpi.polarity, [one for one in entries if one.period.last <= on])
    spent = [Spent(one.period, one.units) for one in spendings]
    return Room(kpi.pk, get_budget(spent, terms.allowance, as_of=on), tuple(spendings), terms)


def spendings_from(polarity: str, entries: Sequence[Entry]) -> list[Spending]:
    """What each period spent, oldest first, and whether its allowance was used up before it began."""
    spent = [Spent(one.period, _units(polarity, one)) for one in entries]
    used_up = exhausted_before(spent, [one.allowance for one in entries])
    return [
        Spending(
            entry.period,
            entry.told.verdict,
            one.units,
            entry.allowance,
            None if entry.allowance is None else Fraction(entry.allowance) - year,
            was_used_up,
            _status(entry.told),
        )
        for entry, one, was_used_up, year in zip(entries, spent, used_up, _years(spent), strict=True)
    ]


def _units(polarity: str, entry: Entry) -> Fraction:
    told = entry.told
    if told.verdict is None or told.verdict == Verdict.GOOD or _status(told):
        return NOTHING
    if told.verdict < Verdict.APPROACHING or entry.band is None or told.value is None:
        return Fraction(1)
    return spend(polarity, entry.band, told.value)


def _status(told: Told) -> str:
    if told.state == Reading.State.DISPUTED:
        return "DISPUTED"
    return "NOT_APPLICABLE" if told.is_not_applicable else ""


def _years(spent: Sequence[Spent]) -> list[Fraction]:
    """For each period, oldest first, what the twelve months up to its last day spent: one walk with two ends."""
    found, first, total = [], 0, NOTHING
    for one in spent:
        total += one.units
        opens = months_before(one.period.last, YEAR)
        while spent[first].period.last <= opens:
            total -= spent[first].units
            first += 1
        found.append(total)
    return found


def _entries_of(kpi_ids: Sequence[int], on: date, months: int) -> dict[int, list[Entry]]:
    if not kpi_ids:
        return {}
    counts = Q(verdict__isnull=False) | Q(is_not_applicable=True)
    rows = Reading.objects.filter(
        counts, kpi_id__in=kpi_ids, period_end__gt=months_before(on, months), period_end__lte=on
    )
    found: dict[int, list[Entry]] = {}
    for row in rows.order_by("kpi_id", "period_start").values_list(*COLUMNS, named=True):
        where = "band_revision" if row.flexing_id is None else "flexing"
        six = [getattr(row, f"{where}__{name}") for name in SIX]
        entry = Entry(
            Period(row.period_start, row.period_end),
            row,
            None if six[0] is None else Band(*six),
            row.band_revision__allowance,
        )
        found.setdefault(row.kpi_id, []).append(entry)
    return found


def allowance_history(revisions: Mapping[date, BandRevision]) -> list[tuple[date, Decimal | None]]:
    """From which day on which allowance was agreed, oldest first; revisions that left it as it was are left out."""
    found: list[tuple[date, Decimal | None]] = []
    for day in sorted(revisions):
        allowance = revisions[day].allowance
        if not found or found[-1][1] != allowance:
            found.append((day, allowance))
    return found
