"""What a score stands on: KPI periods of the last twelve months, weighted by age (method, section 10).

Attainment, age weights and KPI weights are whole numbers, so that sums of their products are the same digits in any
order, in plain code and in SQL.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from kpis.domain.periods import PeriodCalendar

MONTHS_COUNTED: Final = 12
AGE_WEIGHTS: Final = tuple(round(0.5 ** (age / 3) * 1_000_000) for age in range(MONTHS_COUNTED))
FULL_ATTAINMENT: Final = 1_000_000


class Performer(StrEnum):
    """Who performs what a KPI measures."""

    JOINT = "JOINT"
    PROVIDER = "PROVIDER"
    CUSTOMER = "CUSTOMER"


@dataclass(frozen=True, slots=True)
class Sums:
    """Whole-number sums over the KPI periods of one performer.

    `points` is Σ attainment (millionths) × age weight (millionths) × KPI weight, `weight` the same without
    attainment, `periods` how many were judged, `expected` how many should have been.
    """

    points: int = 0
    weight: int = 0
    periods: int = 0
    expected: int = 0

    @property
    def q(self) -> float | None:
        """Weighted mean attainment, 0 to 1, correctly rounded once; None without evidence."""
        return self.points / (self.weight * FULL_ATTAINMENT) if self.weight else None


NOTHING: Final = Sums()


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sums of a relationship as of one date."""

    joint: Sums = NOTHING
    by_provider: Sums = NOTHING
    by_customer: Sums = NOTHING


@dataclass(frozen=True, slots=True)
class KpiPeriod:
    """One period of one KPI as the score sees it.

    `attainment` is in millionths, None while nothing judged it. Due: last day plus due days has been reached. A
    period that does not apply is nobody's evidence; one in dispute, whatever it says, is expected and missing.
    """

    performer: Performer
    last_day: date
    weight: int
    is_due: bool
    attainment: int | None = None
    is_disputed: bool = False
    is_not_applicable: bool = False


def month_bounds(as_of: date) -> tuple[date, ...]:
    """For ages 0 to 12 the latest last day that is at least so many whole months old.

    A whole month has passed on the same day of the next month, or on its last day where there is no such day: on
    30 November both 31 October and 30 October are one month ago.
    """
    return tuple(_bound(as_of, age) for age in range(MONTHS_COUNTED + 1))


def age_in_months(last_day: date, as_of: date) -> int | None:
    """Whole months from a period's last day to the date; None outside the twelve months that count."""
    bounds = month_bounds(as_of)
    if not bounds[-1] < last_day <= as_of:
        return None
    return max(age for age in range(MONTHS_COUNTED) if last_day <= bounds[age])


def expected_periods(
    calendar: PeriodCalendar, *, starts_on: date, ends_on: date | None, due_days: int, as_of: date
) -> int:
    """How many periods of a KPI should have a reading by the end of `as_of`.

    Those that start within the KPI's life, whose last day lies in the twelve months up to the date and is at least
    `due_days` days before it.
    """
    after = month_bounds(as_of)[-1]
    first = calendar.of(after + timedelta(days=1))
    latest = as_of if ends_on is None else min(as_of, ends_on)
    start = max(starts_on, first.first if first is not None else after)
    due = as_of - timedelta(days=due_days)
    return sum(after < period.last <= due for period in calendar.between(start, latest))


def sum_up(periods: Iterable[KpiPeriod], as_of: date) -> Evidence:
    """The sums of the periods that count as of a date; the plain twin of the SQL that does it in bulk."""
    found = {performer: [0, 0, 0, 0] for performer in Performer}
    for period in periods:
        age = age_in_months(period.last_day, as_of)
        if age is None or (period.is_not_applicable and not period.is_disputed):
            continue
        sums = found[period.performer]
        judged = None if period.is_disputed else period.attainment
        if judged is not None:
            weight = AGE_WEIGHTS[age] * period.weight
            sums[0] += judged * weight
            sums[1] += weight
            sums[2] += 1
        # What came before its day is there already, and is expected from then on.
        sums[3] += judged is not None or period.is_due
    return Evidence(*(Sums(*found[performer]) for performer in Performer))


def _bound(as_of: date, age: int) -> date:
    month = as_of.year * 12 + as_of.month - 1 - age
    year, month = month // 12, month % 12 + 1
    last = monthrange(year, month)[1]
    is_month_end = as_of.day == monthrange(as_of.year, as_of.month)[1]
    return date(year, month, last if is_month_end else min(as_of.day, last))
