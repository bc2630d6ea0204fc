"""The periods of a KPI's page: as rows of its table, and as points of its picture with all that is marked there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kpis.domain.periods import Period
from kpis.domain.signals import Point as SignalPoint
from kpis.domain.status import PeriodStatus
from kpis.models import Flexing, Reading, ReadingPast
from kpis.queries.around import Around
from kpis.queries.room import Spending
from portal.lib.series import Point, Series, Shade


@dataclass(frozen=True)
class PeriodRow:
    """One period: what was reported, by whom, and what came of it."""

    period: Period
    point: Point
    status: PeriodStatus
    due_on: date
    reading: Reading | ReadingPast | None
    evidence: int = 0
    moved: Flexing | None = None
    spending: Spending | None = None
    signal: SignalPoint | None = None

    @property
    def attainment(self) -> Decimal | None:
        """In per cent; None where no verdict counts."""
        if self.reading is None or self.reading.attainment is None:
            return None
        return Decimal(self.reading.attainment) / 10_000

    @property
    def is_missing(self) -> bool:
        return self.status == PeriodStatus.MISSING

    @property
    def counts(self) -> bool:
        """Whether its verdict counts, so that it is worth saying how it came about."""
        return self.status == PeriodStatus.JUDGED


def marked(series: Series, around: Around, spent: Mapping[date, Spending]) -> Series:
    """The picture with its spells, its signals, and what counts as a miss because the room was used up."""
    signals = around.signals
    points = []
    for point in series.points:
        signal, spending = signals.at(point.first_day), spent.get(point.first_day)
        points.append(
            replace(
                point,
                signal=str(signal.meaning) if signal is not None and signal.meaning is not None else "",
                is_miss=spending is not None and spending.is_miss_by_exhaustion,
            )
        )
    shades = tuple(
        Shade(spell.environment, spell.first_day, spell.last_day, f"/agreements/{spell.agreement_id}/")
        for spell in around.spells
        if points
        and spell.first_day <= points[-1].last_day
        and (spell.last_day is None or spell.last_day >= points[0].first_day)
    )
    return replace(series, points=tuple(points), shades=shades)
