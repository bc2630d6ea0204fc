"""Replaying periods under terms and surroundings that may be proposed only: what each would have said, and the budget.

What is in dispute, did not apply or has no value says nothing and spends nothing, as everywhere else.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from kpis.domain.bands import Band
from kpis.domain.budget import YEAR, Budget, Spent, get_budget, months_before
from kpis.domain.periods import DAY, Period
from kpis.domain.scaled import FULL
from kpis.models import Kpi, Reading
from kpis.queries.judging import Judge, pick_terms
from kpis.queries.room import Entry, spendings_from
from portal.lib.rounding import half_even

# With nothing agreed the twelve months are summed all the same.
NOTHING_AGREED: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Reported:
    """What a reading says of its period; `revision_id` is the band that judged it."""

    period: Period
    value: Decimal | None
    state: str
    is_not_applicable: bool
    revision_id: int | None = None

    @property
    def counts(self) -> bool:
        """Whether it has a value that a verdict may stand on."""
        return self.value is not None and not self.is_not_applicable and self.state != Reading.State.DISPUTED


@dataclass(frozen=True, slots=True)
class Said:
    """What terms say of a period: the band as it judges, verdict, attainment in millionths; Nones without a band.

    `signed` is the band as it stands in the terms, before anything moved it.
    """

    band: Band | None = None
    signed: Band | None = None
    verdict: int | None = None
    attainment: int | None = None
    units: Fraction = Fraction(0)
    is_miss: bool = False


@dataclass(frozen=True)
class Run:
    """All periods of a KPI under some terms, by first day, and the budget as of the day of the replay.

    `budget` sums the spendings also where no allowance is agreed; `allowance` then is None.
    """

    said: Mapping[date, Said]
    budget: Budget
    allowance: Decimal | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The periods compared, under one of the two: how many of each verdict (None: no band), and what it cost."""

    verdicts: Mapping[int | None, int]
    attainment: Decimal | None
    misses: int
    spent: Decimal
    allowance: Decimal | None
    balance: Decimal | None
    is_exhausted: bool


def run(
    kpi: Kpi, reported: Sequence[Reported], judge: Judge, *, on: date, shown: Sequence[Period] = ()
) -> Run:
    """Judges what was reported, oldest first, by the terms and surroundings that `judge` knows; no query.

    Of the periods shown also those without a value get the band that would judge them.
    """
    entries, found = [], []
    terms = judge.terms(kpi.pk)
    for one in reported:
        judged = judge.judge(kpi, one.period, one.value) if one.counts else None
        held = pick_terms(terms, one.period.first)
        said = Said()
        if judged is not None:
            band = judged.terms.band if judged.moved is None else judged.moved.band
            said = Said(band, judged.terms.band, judged.verdict, judged.attainment)
        found.append(said)
        entries.append(
            Entry(one.period, _Told(one, said.verdict), said.band, None if held is None else held.allowance)
        )
    spendings = spendings_from(kpi.polarity, entries)
    by_day = {
        spent.period.first: replace(said, units=spent.units, is_miss=spent.is_miss)
        for said, spent in zip(found, spendings, strict=True)
    }
    by_day |= {
        period.first: _unsaid(kpi, period, judge)
        for period in shown
        if period.first not in by_day or by_day[period.first].band is None
    }
    now = pick_terms(terms, on)
    allowance = None if now is None else now.allowance
    units = [Spent(spent.period, spent.units) for spent in spendings]
    agreed = NOTHING_AGREED if allowance is None else allowance
    return Run(by_day, get_budget(units, agreed, as_of=on), allowance)


def _unsaid(kpi: Kpi, period: Period, judge: Judge) -> Said:
    """The band of a period without a value."""
    terms = judge.terms_on(kpi.pk, period.first)
    if terms is None:
        return Said()
    moved = judge.moved(kpi, period)
    return Said(terms.band if moved is None else moved.band, terms.band)


@dataclass(frozen=True, slots=True)
class _Told:
    """A reading with the verdict of a replay, as the ledger of wiggle room wants it."""

    reported: Reported
    verdict: int | None

    @property
    def value(self) -> Decimal | None:
        return self.reported.value

    @property
    def state(self) -> str:
        return self.reported.state

    @property
    def is_not_applicable(self) -> bool:
        return self.reported.is_not_applicable


def outcome_of(said: Iterable[Said], ran: Run) -> Outcome:
    """What the compared periods come to under one of the two."""
    rows = list(said)
    attained = [one.attainment for one in rows if one.attainment is not None]
    agreed = ran.allowance is not None
    return Outcome(
        Counter(one.verdict for one in rows),
        half_even(Fraction(sum(attained) * 100, len(attained) * FULL), 1) if attained else None,
        sum(one.is_miss for one in rows),
        half_even(ran.budget.spent_12, 2),
        ran.allowance,
        half_even(ran.budget.balance, 2) if agreed else None,
        agreed and ran.budget.is_exhausted,
    )


def readings_for(kpi_ids: Sequence[int], *, since: date, on: date) -> dict[int, list[Reported]]:
    """Readings of periods that are over on the day `on`, oldest first: those that end on `since` or later, and of the
    twelve months before, which the budget needs; one query."""
    opens = months_before(max(since, date(2, 1, 1)) - DAY, YEAR)
    rows = Reading.objects.filter(kpi_id__in=kpi_ids, period_end__gt=opens, period_end__lte=on)
    columns = (
        "kpi_id",
        "period_start",
        "period_end",
        "value",
        "state",
        "is_not_applicable",
        "band_revision_id",
    )
    found: dict[int, list[Reported]] = {}
    for kpi_id, first, last, *rest in rows.order_by("kpi_id", "period_start").values_list(*columns):
        found.setdefault(kpi_id, []).append(Reported(Period(first, last), *rest))
    return found
