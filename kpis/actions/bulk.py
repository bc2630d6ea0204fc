"""Reporting many readings at once: one file, one paste, one request."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from kpis.actions.cells import Cell, Written, write_cells
from kpis.actions.flexing import follow_drivers
from kpis.actions.judging import judgement_of
from kpis.actions.outcome import BulkOutcome, tell_of
from kpis.actions.rows import ANY_VERSION, Problem, Reader, Row, standing_for
from kpis.actions.waiting import clock_for, correct_disputes, settle_clocks
from kpis.queries.judging import Judge
from relationships.models import Relationship, Side


class _Change(NamedTuple):
    row: Row
    cell: Cell
    old_clock_id: int | None


class _Plan(NamedTuple):
    changes: list[_Change]
    unchanged: int
    problems: list[Problem]


class _SomebodyWasFaster(Exception):
    """Rows were filled or changed between reading and writing them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(f"{len(problems)} rows")


@transaction.atomic
def submit_readings_in_bulk(
    *,
    relationship: Relationship,
    rows: Sequence[Mapping[str, Any]],
    actor: Person,
    side: Side,
    now: datetime,
    all_or_nothing: bool,
) -> BulkOutcome:
    """Reports or corrects many readings, each judged by the band in force on the first day of its period.

    A row holds `kpi_id`, `period_start`, then `value`, or `numerator` and `denominator`, or `is_not_applicable`, and
    optionally `note` and `version` (the one the actor saw, None for an empty cell; a row without it replaces whatever
    stands). A row that says what already stands changes nothing, so that handing in the same file again is harmless.
    Nothing foreseen is raised: what is wrong with a row stands in the outcome.

    With `all_or_nothing` one bad row keeps all out; without, the good ones go in. Everything written waits under
    one clock of the other side and makes one line on the timeline.
    """
    plan = _plan(relationship, rows, side, now, lock=True)
    if all_or_nothing and plan.problems:
        return BulkOutcome(len(rows), problems=plan.problems, is_refused=True)
    try:
        with transaction.atomic():
            return _write(relationship, plan, len(rows), actor, side, now, all_or_nothing=all_or_nothing)
    except _SomebodyWasFaster as late:
        return BulkOutcome(len(rows), problems=late.problems, is_refused=True)


def preview_readings_in_bulk(
    *, relationship: Relationship, rows: Sequence[Mapping[str, Any]], side: Side, now: datetime
) -> BulkOutcome:
    """What submit_readings_in_bulk would do with the good ones of these rows; writes nothing."""
    plan = _plan(relationship, rows, side, now, lock=False)
    reported = sum(change.cell.reading_id is None for change in plan.changes)
    return BulkOutcome(
        len(rows), reported, len(plan.changes) - reported, plan.unchanged, problems=plan.problems
    )


def _plan(
    relationship: Relationship, rows: Sequence[Mapping[str, Any]], side: Side, now: datetime, *, lock: bool
) -> _Plan:
    good, problems = Reader(relationship, side, now).understand(rows)
    standing = standing_for((row.key for row in good), relationship_id=relationship.pk, lock=lock)
    judge = Judge({row.key[0] for row in good})
    changes: list[_Change] = []
    unchanged = 0
    for row in good:
        current = standing.get(row.key)
        seen = None if current is None else current.version
        if current is not None and row.entry.says_the_same_as(current):
            unchanged += 1
        elif row.version is not ANY_VERSION and row.version != seen:
            problems.append(_conflict(row))
        else:
            judged = judgement_of(judge, row.kpi, row.period, row.entry.value)
            place = (*row.key, row.period.last)
            reading_id, clock_id = (None, None) if current is None else (current.pk, current.clock_id)
            cell = Cell(*place, row.entry, judged, reading_id=reading_id, version=seen)
            changes.append(_Change(row, cell, clock_id))
    return _Plan(changes, unchanged, sorted(problems))


def _conflict(row: Row) -> Problem:
    return Problem(
        row.index,
        "version",
        _("Somebody changed this reading while you were writing. Nothing was overwritten."),
    )


def _write(
    relationship: Relationship,
    plan: _Plan,
    total: int,
    actor: Person,
    side: Side,
    now: datetime,
    *,
    all_or_nothing: bool,
) -> BulkOutcome:
    if not plan.changes:
        return BulkOutcome(total, unchanged=plan.unchanged, problems=plan.problems)
    clock_id = clock_for(relationship=relationship, side=side.other, now=now)
    cells = [change.cell for change in plan.changes]
    written = write_cells(
        cells, relationship_id=relationship.pk, actor_id=actor.pk, clock_id=clock_id, now=now
    )
    late = [_conflict(change.row) for change in plan.changes if change.row.key not in written]
    if late and all_or_nothing:
        raise _SomebodyWasFaster(late)
    reported = [(row.key[0], row.period.first, row.period.last) for row in _rows_in(plan, written)]
    follow_drivers(reported, relationship_id=relationship.pk, now=now)
    corrected = [
        change for change in plan.changes if change.cell.reading_id is not None and change.row.key in written
    ]
    if corrected:
        correct_disputes([written[change.row.key] for change in corrected], actor.pk, now)
        settle_clocks({change.old_clock_id for change in corrected} - {clock_id}, now)
    outcome = BulkOutcome(
        total,
        reported=len(written) - len(corrected),
        corrected=len(corrected),
        unchanged=plan.unchanged,
        problems=sorted([*plan.problems, *late]),
    )
    if written:
        tell_of(outcome, _rows_in(plan, written), relationship, actor, side, now)
    return outcome


def _rows_in(plan: _Plan, written: Written) -> list[Row]:
    return [change.row for change in plan.changes if change.row.key in written]
