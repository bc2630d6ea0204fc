"""One KPI's periods under two sets of terms or surroundings, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kpis.domain.bands import Band, Verdict
from kpis.domain.flex import six
from kpis.domain.periods import Period
from kpis.models import Kpi
from kpis.queries.backtest.leaning import Lean, OneSided
from kpis.queries.backtest.replay import Outcome, Reported, Run, Said, outcome_of
from kpis.queries.judging import Terms
from kpis.queries.series import series_of
from portal.lib.series import Point, Series, Thresholds


@dataclass(frozen=True, slots=True)
class Replayed:
    """One period with a value: what the old terms say of it, and what the new ones would."""

    point: Point
    old: Said
    new: Said

    @property
    def before(self) -> int | None:
        return self.old.verdict

    @property
    def after(self) -> int | None:
        return self.new.verdict

    @property
    def moved(self) -> int:
        """Steps better (positive) or worse; 0 where the verdict stays or one of the two has no band."""
        return 0 if self.before is None or self.after is None else self.after - self.before

    @property
    def lean(self) -> Lean:
        """Easier or harder to meet than before, by verdict, attainment and whether it is a miss; EITHER if the same."""
        if self.before is None or self.after is None:
            return Lean.EITHER
        old = (self.before, self.old.attainment or 0, not self.old.is_miss)
        new = (self.after, self.new.attainment or 0, not self.new.is_miss)
        return Lean((new > old) - (new < old))


@dataclass(frozen=True, slots=True)
class Count:
    """How many periods got a verdict before and would get it after."""

    verdict: int | None
    before: int
    after: int


@dataclass(frozen=True)
class Backtest:
    """Old and new side by side, newest row first; `series` is drawn over the band as it would have judged.

    `rejudged` says how many readings a signature would judge anew, shown or not. `judged_otherwise` counts the shown
    periods that were judged by an earlier band than the one that is replaced. `terms` are what is compared.
    """

    kpi: Kpi
    series: Series
    rows: list[Replayed]
    before: Outcome
    after: Outcome
    rejudged: int
    old_terms: Terms | None
    new_terms: Terms | None
    periods: int
    judged_otherwise: int = 0
    one_sided: Sequence[OneSided] = ()

    @property
    def better(self) -> int:
        return sum(row.moved > 0 for row in self.rows)

    @property
    def worse(self) -> int:
        return sum(row.moved < 0 for row in self.rows)

    @property
    def same(self) -> int:
        return sum(row.moved == 0 and row.before is not None for row in self.rows)

    @property
    def easier(self) -> int:
        """Periods in which less is asked of the side that performs it."""
        return sum(row.lean == Lean.EASIER for row in self.rows)

    @property
    def harder(self) -> int:
        return sum(row.lean == Lean.HARDER for row in self.rows)

    @property
    def counts(self) -> list[Count]:
        """Each verdict, best first; periods without a band last, where there are any."""
        before, after = self.before.verdicts, self.after.verdicts
        wanted: list[int | None] = [int(verdict) for verdict in sorted(Verdict, reverse=True)]
        if before.get(None) or after.get(None):
            wanted.append(None)
        return [Count(one, before.get(one, 0), after.get(one, 0)) for one in wanted]

    @property
    def has_room(self) -> bool:
        """Whether either of the two agrees an allowance."""
        return self.before.allowance is not None or self.after.allowance is not None

    @property
    def both(self) -> tuple[Outcome, Outcome]:
        return self.before, self.after

    @property
    def attainment_change(self) -> Decimal | None:
        """In percentage points; None where one of the two has none."""
        before, after = self.before.attainment, self.after.attainment
        return None if before is None or after is None else after - before


@dataclass(frozen=True)
class Compared:
    """The periods of a KPI under the old and the new, and which of them are shown."""

    kpi: Kpi
    shown: Sequence[Period]
    reported: Sequence[Reported]
    old: Run
    new: Run


def compare(compared: Compared, *, on: date, rejudged: int, old: Terms | None, new: Terms | None) -> Backtest:
    """The comparison in numbers and as a picture; no query."""
    kpi = compared.kpi
    told = {one.period.first: one for one in compared.reported}
    drawn = series_of(kpi, compared.shown, {}, (), on=on)
    rows: list[Replayed] = []
    points: list[Point] = []
    for point in drawn.points:
        one = told.get(point.first_day)
        after = compared.new.said.get(point.first_day, Said())
        shown = point
        if one is not None:
            shown = replace(
                point, value=one.value, verdict=after.verdict, status=_status(one), state=one.state
            )
        unmoved = None if after.signed == after.band else _thresholds(after.signed)
        shown = replace(shown, band=_thresholds(after.band), unmoved=unmoved)
        points.append(shown)
        if one is not None and one.counts:
            rows.append(Replayed(shown, compared.old.said[point.first_day], after))
    return Backtest(
        kpi,
        replace(drawn, points=tuple(points)),
        rows[::-1],
        outcome_of((row.old for row in rows), compared.old),
        outcome_of((row.new for row in rows), compared.new),
        rejudged,
        old,
        new,
        len(compared.shown),
    )


def _status(one: Reported) -> str:
    if one.counts:
        return ""
    return "NOT_APPLICABLE" if one.is_not_applicable else "DISPUTED"


def _thresholds(band: Band | None) -> Thresholds | None:
    if band is None:
        return None
    floor, tolerance, target, *upper = six(band)
    return Thresholds(floor, tolerance, target, *upper)  # type: ignore[arg-type]
