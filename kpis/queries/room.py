"""How much of its wiggle room a KPI has used (method, section 5): two queries for any number of KPIs.

A period spends by the thresholds that judged it: those of its record of a moved band where there is one, else those
of its band. What is disputed or did not apply spends nothing, and neither does a period whose terms agree no allowance:
what was never promised cannot be used up. The allowance is that of the terms in force.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.db.models import Case, F, OuterRef, Q, Subquery, Sum, Value, When

from kpis.domain.bands import Band, Verdict
from kpis.domain.budget import NOTHING, YEAR, Budget, Spent, get_budget, months_before
from kpis.domain.periods import Period
from kpis.models import BandRevision, Kpi, Reading
from kpis.queries.bands import bands_in_force, pick
from kpis.queries.spendings import Entry, Spending, Told, spendings_from

__all__ = [
    "Entry",
    "Room",
    "RoomLeft",
    "Spending",
    "Told",
    "room_from",
    "room_left",
    "room_of",
    "spendings_from",
    "spent_in_a_year",
]

# Attainment falls by so many millionths from target to tolerance, which is one unit of room.
UNIT: Final = 400_000
# Stored attainment is rounded to the millionth: a year of days may be off by so much, which no screen shows.
UNSEEN: Final = Fraction(1, 1000)
# What a year's periods spent depends on the year before each of them.
LOOKED_BACK: Final = 2 * YEAR
SIX: Final = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")
COLUMNS: Final = (
    "kpi_id", "period_start", "period_end", "value", "state", "is_not_applicable", "verdict", "flexing_id",
    "band_revision__allowance", *(f"{where}__{name}" for where in ("flexing", "band_revision") for name in SIX),
)  # fmt: skip


Bands = Mapping[int, Sequence[BandRevision]]


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
    agreed = [
        one for one in entries if one.period.last <= on and (one.allowance is not None or _is_left_out(one))
    ]
    spendings = spendings_from(kpi.polarity, agreed)
    spent = [Spent(one.period, one.units) for one in spendings]
    return Room(kpi.pk, get_budget(spent, terms.allowance, as_of=on), tuple(spendings), terms)


def _is_left_out(entry: Entry) -> bool:
    """Whether the period did not apply: no band judges it, but the ledger says so."""
    return entry.told.is_not_applicable


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


@dataclass(frozen=True, slots=True)
class RoomLeft:
    """What a row of many says of a KPI's room; for one KPI by itself there is `Room`."""

    left: Fraction
    allowance: Decimal
    is_exhausted: bool


def spent_in_a_year(on: date) -> Subquery:
    """An annotation of KPIs: what their last twelve months spent, in 400,000ths of a unit; None for nothing.

    It reads the attainment that stands with each verdict, so that many KPIs cost no question of their own.
    """
    spending = Reading.objects.filter(
        ~Q(state=Reading.State.DISPUTED),
        kpi=OuterRef("pk"),
        verdict__lt=Verdict.GOOD,
        band_revision__allowance__isnull=False,
        period_end__gt=months_before(on, YEAR),
        period_end__lte=on,
    )
    units = Case(
        When(verdict=Verdict.APPROACHING, then=Value(1_000_000) - F("attainment")), default=Value(UNIT)
    )
    return Subquery(spending.order_by().values("kpi").annotate(units=Sum(units)).values("units"))


def room_left(allowance: Decimal | None, spent: int | None) -> RoomLeft | None:
    """The room left of an allowance after what `spent_in_a_year` says; None where none is agreed."""
    if allowance is None:
        return None
    used = Fraction(spent or 0, UNIT)
    is_exhausted = used > 0 and used + UNSEEN >= Fraction(allowance)
    return RoomLeft(max(NOTHING, Fraction(allowance) - used), allowance, is_exhausted)
