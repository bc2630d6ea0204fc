"""What the last periods would have been under other terms, before anybody signs."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from kpis.domain.bands import Band, Verdict, judge
from kpis.models import BandRevision, Kpi
from kpis.queries.series import recent_series
from portal.lib.series import Point, Series, Thresholds

PERIODS = 24


@dataclass(frozen=True)
class Replayed:
    """One period with a value: as it was judged, and as the proposed band would judge it."""

    point: Point
    before: int | None
    after: int

    @property
    def moved(self) -> int:
        """Steps better (positive) or worse; 0 where nothing changes or no band judged before."""
        return 0 if self.before is None else self.after - self.before


@dataclass(frozen=True)
class Count:
    """How many periods got a verdict before and would get it after."""

    verdict: int | None
    before: int
    after: int


@dataclass(frozen=True)
class Backtest:
    """Old and new terms side by side over `series`, which is drawn over the proposed band; newest row first."""

    series: Series
    rows: list[Replayed]
    counts: list[Count]
    rejudged: int

    @property
    def better(self) -> int:
        return sum(row.moved > 0 for row in self.rows)

    @property
    def worse(self) -> int:
        return sum(row.moved < 0 for row in self.rows)

    @property
    def same(self) -> int:
        return sum(row.moved == 0 and row.before is not None for row in self.rows)


def get_backtest(kpi: Kpi, proposed: Band, *, effective_from: date, on: date) -> Backtest:
    """Replays the last 24 periods that are over under the proposed band; four queries.

    Periods without a value are left out of the counts and stay gaps in the picture. `rejudged` says how many of the
    values shown lie on or after `effective_from` and before a band that is already agreed for later, so that signing
    would judge them anew.
    """
    series = recent_series([kpi], on=on, periods=PERIODS)[kpi.pk]
    band = Thresholds(
        proposed.floor,
        proposed.tolerance,
        proposed.target,
        proposed.upper_target,
        proposed.upper_tolerance,
        proposed.upper_floor,
    )
    rows: list[Replayed] = []
    points: list[Point] = []
    for point in series.points:
        if point.value is None:
            points.append(replace(point, band=band))
            continue
        after = int(judge(kpi.polarity, proposed, point.value).verdict)
        rows.append(Replayed(point, point.verdict, after))
        points.append(replace(point, verdict=after, band=band))
    ends = _next_band(kpi, effective_from)
    return Backtest(
        replace(series, points=tuple(points)),
        rows[::-1],
        _counts(rows),
        sum(effective_from <= row.point.first_day < ends for row in rows),
    )


def _next_band(kpi: Kpi, effective_from: date) -> date:
    """From when on another agreed band judges anyway."""
    later = BandRevision.objects.filter(kpi=kpi, agreed_at__isnull=False, effective_from__gt=effective_from)
    return later.order_by("effective_from").values_list("effective_from", flat=True).first() or date.max


def _counts(rows: list[Replayed]) -> list[Count]:
    before, after = Counter(row.before for row in rows), Counter(row.after for row in rows)
    verdicts: list[int | None] = [int(verdict) for verdict in sorted(Verdict, reverse=True)]
    if before[None]:
        verdicts.append(None)
    return [
        Count(verdict, before[verdict], after[verdict] if verdict is not None else 0) for verdict in verdicts
    ]
