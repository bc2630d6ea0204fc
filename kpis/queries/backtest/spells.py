"""A proposed spell replayed: which periods of which KPIs it touches, and what they would have been."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count

from kpis.domain.budget import YEAR, months_before
from kpis.domain.periods import Period, PeriodCalendar
from kpis.models import Environment, Kpi, Reading
from kpis.queries.backtest.comparing import Backtest, Compared, compare
from kpis.queries.backtest.leaning import Lean, one_sided
from kpis.queries.backtest.replay import readings_for, run
from kpis.queries.backtest.terms import PERIODS
from kpis.queries.bands import kpis_moved_by
from kpis.queries.calendars import calendars_of
from kpis.queries.judging import Judge, Terms, pick_terms, surroundings_for, terms_in_force
from kpis.queries.series import last_periods
from kpis.queries.surroundings import Span, Surroundings


@dataclass(frozen=True)
class SpellBacktest:
    """What a spell would do to each KPI that has a rule for its environment.

    `replayed` are the days that were replayed: those of the spell, or, for one that lies wholly ahead (`is_ahead`), the
    same days a year earlier. Each KPI's rows are the periods that share a day with them and have a value.
    """

    environment: Environment
    span: Span | None
    replayed: Span
    is_ahead: bool
    kpis: list[Backtest]

    @property
    def touched(self) -> int:
        """Periods with a value that share a day with the spell."""
        return sum(len(one.rows) for one in self.kpis)

    @property
    def better(self) -> int:
        return sum(one.better for one in self.kpis)

    @property
    def worse(self) -> int:
        return sum(one.worse for one in self.kpis)

    @property
    def same(self) -> int:
        return sum(one.same for one in self.kpis)

    @property
    def rejudged(self) -> int:
        """Readings that the second signature would judge anew."""
        return sum(one.rejudged for one in self.kpis)


def backtest_spell(
    environment: Environment,
    span: Span | None,
    *,
    on: date,
    instead_of: int | None = None,
    periods: int = PERIODS,
) -> SpellBacktest:
    """Replays the newest periods that the spell touches, of every KPI whose agreed bands have a rule for it.

    `instead_of` is the spell that it would replace; without a `span` that one is only taken back. A spell that lies
    ahead touches nothing yet: it is replayed a year earlier, under the terms that will be in force when it begins, and
    against the same days without the environment. At most ten queries, however many KPIs and periods.
    """
    kpis = kpis_moved_by(environment.pk)
    for kpi in kpis:
        kpi.relationship = environment.relationship
    ids = [kpi.pk for kpi in kpis]
    terms = terms_in_force(ids)
    world = surroundings_for(terms, ids)
    replaced = [one for one in world.spells.get(environment.pk, ()) if one.spell_id == instead_of]
    days = _together([*replaced, *([] if span is None else [span])])
    is_ahead = days.first > on
    replayed = _a_year_earlier(days) if is_ahead else days
    old_world, new_world = _worlds(world, environment.pk, span, instead_of, replayed, is_ahead=is_ahead)
    judged_by = {pk: _terms_then(found, days.first) for pk, found in terms.items()} if is_ahead else terms
    calendars = calendars_of(kpis)
    shown = {kpi.pk: _touched(kpi, calendars[kpi.pk], replayed, on, periods) for kpi in kpis}
    firsts = [found[0].first for found in shown.values() if found]
    reported = readings_for(ids, since=min(firsts), on=on) if firsts else {}
    rejudged = {} if is_ahead else _rejudged(ids, days)
    old, new = (Judge((), instead=judged_by, surroundings=one) for one in (old_world, new_world))
    found = []
    for kpi in kpis:
        told = reported.get(kpi.pk, [])
        before, after = (run(kpi, told, judge, on=on, shown=shown[kpi.pk]) for judge in (old, new))
        held = pick_terms(judged_by.get(kpi.pk, ()), days.first)
        one = compare(
            Compared(kpi, shown[kpi.pk], told, before, after),
            on=on,
            rejudged=rejudged.get(kpi.pk, 0),
            old=held,
            new=held,
        )
        found.append(_with_leaning(one, held))
    return SpellBacktest(environment, span, replayed, is_ahead, found)


def _with_leaning(found: Backtest, terms: Terms | None) -> Backtest:
    if terms is None:
        return found
    leans = [row.lean for row in found.rows if row.lean != Lean.EITHER]
    return replace(found, one_sided=one_sided(found.kpi, terms, terms, leans))


def _worlds(
    world: Surroundings,
    environment_id: int,
    span: Span | None,
    instead_of: int | None,
    replayed: Span,
    *,
    is_ahead: bool,
) -> tuple[Surroundings, Surroundings]:
    """The world without the change and with it; a year earlier without what the environment really did then."""
    standing = [one for one in world.spells.get(environment_id, ()) if one.spell_id == instead_of]
    others = [one for one in world.spells.get(environment_id, ()) if one.spell_id != instead_of]
    proposed = [] if span is None else [span]
    if is_ahead:
        others = [one for one in others if one.last < replayed.first or one.first > replayed.last]
        standing, proposed = ([_a_year_earlier(one) for one in spans] for spans in (standing, proposed))
    old, new = (
        replace(world, spells={**world.spells, environment_id: [*others, *spans]})
        for spans in (standing, proposed)
    )
    return old, new


def _touched(kpi: Kpi, calendar: PeriodCalendar, days: Span, on: date, most: int) -> list[Period]:
    """The newest periods that are over and share a day with the spell, oldest first."""
    last = calendar.of(days.last) if days.last < on else None
    found = last_periods(kpi, calendar, until=min(on, last.last) if last else on, count=most)
    return [period for period in found if days.days_in(period)]


def _terms_then(terms: Sequence[Terms], day: date) -> list[Terms]:
    held = pick_terms(terms, day)
    return [] if held is None else [replace(held, effective_from=date.min)]


def _together(spans: Sequence[Span]) -> Span:
    """All days from the first to the last; nothing is left of a spell that is only taken back and unknown."""
    if not spans:
        return Span(None, date.min, date.min)
    return Span(spans[-1].spell_id, min(one.first for one in spans), max(one.last for one in spans))


def _a_year_earlier(days: Span) -> Span:
    first = months_before(days.first, YEAR)
    return Span(None, first, date.max if days.last == date.max else months_before(days.last, YEAR))


def _rejudged(kpi_ids: Sequence[int], days: Span) -> dict[int, int]:
    readings = Reading.objects.filter(
        kpi_id__in=kpi_ids, period_end__gte=days.first, period_start__lte=days.last, value__isnull=False
    )
    return dict(readings.order_by().values_list("kpi_id").annotate(count=Count("pk")))
