"""Proposed terms of a KPI, replayed on its last periods against those they would replace."""

from dataclasses import replace
from datetime import date
from typing import Final

from kpis.models import Kpi, Reading
from kpis.queries.backtest.comparing import Backtest, Compared, compare
from kpis.queries.backtest.leaning import Lean, one_sided
from kpis.queries.backtest.replay import readings_for, run
from kpis.queries.calendars import calendars_of
from kpis.queries.judging import Judge, Terms, pick_terms, surroundings_for, terms_in_force
from kpis.queries.series import last_periods

PERIODS: Final = 24
CHOICES: Final = (12, 18, 24)


def backtest_terms(kpi: Kpi, proposed: Terms, *, on: date, periods: int = PERIODS) -> Backtest:
    """The last periods that are over on the day `on`, as the proposed terms would have judged all of them.

    Against them stand the terms that a signature would replace, those in force on the day from which the new ones
    would be, on the same periods: so that the difference is what this signature changes and nothing else, whatever was
    agreed in between. Spells, drivers and trust are those that really were. At most nine queries, however many periods.
    """
    agreed = terms_in_force([kpi.pk]).get(kpi.pk, [])
    old = pick_terms(agreed, proposed.effective_from)
    compared_terms = [one for one in (old, proposed) if one is not None]
    world = surroundings_for({kpi.pk: compared_terms}, [kpi.pk])
    shown = last_periods(kpi, calendars_of([kpi])[kpi.pk], until=on, count=periods)
    reported = readings_for([kpi.pk], since=shown[0].first, on=on).get(kpi.pk, []) if shown else []
    before, after = (
        run(kpi, reported, Judge((), instead=_always(kpi, terms), surroundings=world), on=on, shown=shown)
        for terms in (old, proposed)
    )
    ends = next((one.effective_from for one in agreed if one.effective_from > proposed.effective_from), None)
    found = compare(
        Compared(kpi, shown, reported, before, after),
        on=on,
        rejudged=_rejudged(kpi, proposed.effective_from, ends),
        old=old,
        new=proposed,
    )
    judged_by = {one.period.first: one.revision_id for one in reported}
    otherwise = sum(
        old is not None and judged_by[row.point.first_day] != old.revision_id for row in found.rows
    )
    leans = [row.lean for row in found.rows if row.lean != Lean.EITHER]
    return replace(found, judged_otherwise=otherwise, one_sided=one_sided(kpi, old, proposed, leans))


def _always(kpi: Kpi, terms: Terms | None) -> dict[int, list[Terms]]:
    return {} if terms is None else {kpi.pk: [replace(terms, effective_from=date.min)]}


def _rejudged(kpi: Kpi, first: date, until: date | None) -> int:
    """How many values lie in periods that the terms would judge once signed: up to the next agreed band."""
    readings = Reading.objects.filter(kpi=kpi, period_start__gte=first, value__isnull=False)
    if until is not None:
        readings = readings.filter(period_start__lt=until)
    return readings.count()
