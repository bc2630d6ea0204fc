"""What a KPI's values usually do, and which of them say that something changed (method, section 6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final

from django.db import connection

from kpis.domain.periods import Period
from kpis.domain.signals import WINDOW, Assurance, Limits, Meaning, Point, read_signals
from kpis.domain.signals import Signals as Chart
from kpis.models import BandRevision, Kpi, Rebase
from kpis.queries.bands import band_of, bands_in_force, pick

# The last values of each KPI, each found by one short walk along the unique index of readings.
LATEST: Final = """
SELECT k.id, r.period_start, r.period_end, r.value
FROM unnest(%(ids)s::bigint[], %(since)s::date[]) AS k(id, since)
CROSS JOIN LATERAL (
    SELECT period_start, period_end, value FROM kpis_reading
    WHERE kpi_id = k.id AND period_start >= k.since AND period_end <= %(on)s
        AND value IS NOT NULL AND state <> 'DISPUTED'
    ORDER BY period_start DESC LIMIT %(window)s
) AS r ORDER BY k.id, r.period_start
"""


@dataclass(frozen=True)
class Signals:
    """The process behaviour chart of one KPI as of a day: its periods (oldest first) and what the chart says of them.

    `rebase` is the last that both sides agreed, from whose period on values are read; `terms` are those in force,
    against whose target (as it stands, unmoved) the chart gives its assurance.
    """

    kpi_id: int
    periods: tuple[Period, ...]
    chart: Chart
    terms: BandRevision | None = None
    rebase: Rebase | None = None

    @property
    def limits(self) -> Limits | None:
        return self.chart.limits

    @property
    def assurance(self) -> Assurance | None:
        return self.chart.assurance

    @property
    def latest(self) -> Point | None:
        return self.chart.latest

    @property
    def is_consistently_missing(self) -> bool:
        """Whether the target is out of reach of the process as it is: a reason to look at both together."""
        return self.assurance == Assurance.CONSISTENTLY_MISSES

    @property
    def is_a_change_for_the_worse(self) -> bool:
        """Whether the newest value belongs to a signal that is a concern."""
        return self.latest is not None and self.latest.meaning == Meaning.CONCERN

    @cached_property
    def by_period(self) -> dict[date, Point]:
        """What the chart says of each period, by its first day."""
        return {period.first: point for period, point in zip(self.periods, self.chart.points, strict=True)}

    def at(self, period_start: date) -> Point | None:
        """What the chart says of the period that starts on this day; None for one that is not on it."""
        return self.by_period.get(period_start)


def signals_of(kpis: Iterable[Kpi], *, on: date) -> dict[int, Signals | None]:
    """Signals of each KPI on the day `on`, by its id, None with fewer than six values; three queries for any number.

    They are read from the last 24 values of periods that are over, reported or settled but not disputed, since the
    last rebase that both sides agreed.
    """
    found = charts_of(kpis, on=on)
    return {pk: one if one.limits is not None else None for pk, one in found.items()}


def charts_of(kpis: Iterable[Kpi], *, on: date) -> dict[int, Signals]:
    """The same as `signals_of`, also for KPIs with too few values to tell anything."""
    wanted = {kpi.pk: kpi for kpi in kpis}
    rebases = last_rebases(wanted, on=on)
    values = _latest(wanted, rebases, on)
    bands = bands_in_force(wanted)
    return {
        pk: chart_from(kpi, values.get(pk, ()), pick(bands.get(pk, ()), on), rebases.get(pk))
        for pk, kpi in wanted.items()
    }


def chart_from(
    kpi: Kpi,
    values: Sequence[tuple[Period, Decimal]],
    terms: BandRevision | None,
    rebase: Rebase | None = None,
) -> Signals:
    """The chart of one KPI from its values since the last rebase, oldest first."""
    recent = values[-WINDOW:]
    band = None if terms is None else band_of(terms)
    chart = read_signals(kpi.polarity, [value for _period, value in recent], band)
    return Signals(kpi.pk, tuple(period for period, _value in recent), chart, terms, rebase)


def last_rebases(kpi_ids: Iterable[int], *, on: date) -> dict[int, Rebase]:
    """The last agreed rebase of each KPI whose period has begun on the day `on`."""
    agreed = Rebase.objects.filter(kpi_id__in=list(kpi_ids), agreed_at__isnull=False, from_period__lte=on)
    return {rebase.kpi_id: rebase for rebase in agreed.order_by("agreed_at", "pk")}


def _latest(
    kpi_ids: Iterable[int], rebases: Mapping[int, Rebase], on: date
) -> dict[int, list[tuple[Period, Decimal]]]:
    ids = list(kpi_ids)
    since = [rebases[pk].from_period if pk in rebases else date.min for pk in ids]
    found: dict[int, list[tuple[Period, Decimal]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(LATEST, {"ids": ids, "since": since, "on": on, "window": WINDOW})
        for pk, first, last, value in cursor.fetchall():
            found.setdefault(pk, []).append((Period(first, last), value))
    return found
