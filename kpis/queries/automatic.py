"""Whether a condition held in the periods of its drivers: for people who write it, and for spells it proposes."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from kpis.domain.conditions import Condition
from kpis.domain.periods import Period, PeriodCalendar
from kpis.models import Kpi
from kpis.queries.calendars import calendars_of
from kpis.queries.series import last_periods
from kpis.queries.surroundings import Measured, Surroundings, surroundings_of

# A condition is looked at in the periods of the driver that is reported most often.
MOST_OFTEN_FIRST: Final = (
    Kpi.Frequency.DAY,
    Kpi.Frequency.WEEK,
    Kpi.Frequency.MONTH,
    Kpi.Frequency.CONTRACT_MONTH,
    Kpi.Frequency.CALENDAR,
    Kpi.Frequency.QUARTER,
    Kpi.Frequency.YEAR,
)
SHOWN: Final = 12
LONGEST_PERIOD: Final = timedelta(days=400)


@dataclass(frozen=True)
class Looked:
    """One period: what each driver said in it, and whether the condition held; None where that is not known."""

    period: Period
    values: Mapping[str, Decimal | None]
    holds: bool | None


@dataclass(frozen=True)
class Outlook:
    """A condition over its last periods, oldest first."""

    condition: Condition
    drivers: Mapping[str, Kpi]
    rows: Sequence[Looked]

    @property
    def held(self) -> list[Period]:
        """The periods in which it held."""
        return [row.period for row in self.rows if row.holds]

    @property
    def unknown(self) -> int:
        """In how many periods nobody can say."""
        return sum(row.holds is None for row in self.rows)


def pace_of(drivers: Iterable[Kpi]) -> Kpi:
    """The driver in whose periods a condition is looked at: the one reported most often, of several the oldest."""
    return min(
        drivers, key=lambda driver: (MOST_OFTEN_FIRST.index(Kpi.Frequency(driver.frequency)), driver.pk)
    )


def get_outlook(condition: Condition, drivers: Mapping[str, Kpi], *, on: date) -> Outlook:
    """What a condition says of the last 12 periods that are over on the day `on`; at most two queries."""
    pace = pace_of(drivers.values())
    periods = last_periods(pace, calendars_of([pace])[pace.pk], until=on, count=SHOWN)
    return Outlook(condition, drivers, look(condition, drivers, periods))


def look(condition: Condition, drivers: Mapping[str, Kpi], periods: Sequence[Period]) -> list[Looked]:
    """Asks the condition in each of the periods; one query.

    A driver says its reading of the period, or its mean over the period's days where its own periods are others
    (as bands that follow it have it). What is disputed says nothing.
    """
    world = surroundings_of(
        environment_ids=(), driver_ids=[driver.pk for driver in drivers.values()], relationship_id=None
    )
    found = []
    for period in periods:
        values = {name: _value(world.drivers.get(driver.pk, ()), period) for name, driver in drivers.items()}
        found.append(Looked(period, values, condition.holds(values)))
    return found


def periods_touching(
    calendar: PeriodCalendar, spans: Iterable[tuple[date, date]], *, until: date
) -> list[Period]:
    """The periods, each once and in order, that share a day with one of the spans and are over by `until`."""
    found: dict[date, Period] = {}
    for first, last in spans:
        period = calendar.of(first)
        # A named calendar may begin within the span.
        touching = calendar.between(first, last) if period is None else [period]
        if period is not None:
            touching += calendar.between(period.last + timedelta(days=1), last)
        found |= {one.first: one for one in touching if one.last <= until}
    return [found[first] for first in sorted(found)]


def _value(measured: Sequence[Measured], period: Period) -> Decimal | None:
    """Of many measurements only those near the period are looked at."""
    start = bisect_left(measured, period.first - LONGEST_PERIOD, key=lambda one: one.first)
    end = bisect_left(measured, period.last + timedelta(days=1), key=lambda one: one.first)
    return Surroundings(drivers={0: measured[start:end]}).driver_value(0, period)
