"""Judging readings anew when what judges them changes: exactly those that the change touches, and no others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from kpis.actions.cells import array_of, record_flexings
from kpis.actions.judging import NOT_JUDGED, StoredJudgement, judgement_of
from kpis.domain.periods import Period
from kpis.models import Flexing, Kpi, Reading, Rejudging
from kpis.queries.judging import Judge

AT_ONCE: Final = 1_000

UPDATE: Final = """
UPDATE kpis_reading AS r SET band_revision_id = j.band_revision_id, verdict = j.verdict, attainment = j.attainment,
    flexing_id = j.flexing_id, recorded_at = %(now)s, version = r.version + 1
FROM unnest(%(id)s::bigint[], %(band_revision_id)s::bigint[], %(verdict)s::smallint[], %(attainment)s::int[],
    %(flexing_id)s::bigint[]) AS j(id, band_revision_id, verdict, attainment, flexing_id)
WHERE r.id = j.id
"""

# What a record of a moved band says; two records that agree in all of it are the same judgement.
SAID: Final = (
    "band_revision_id", "flex_rule_id", "spells", "covered_days", "period_days", "driver_value", "trust", "pulse_id",
    "floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor", "unflexed_verdict",
    "unflexed_attainment",
)  # fmt: skip


@dataclass(frozen=True)
class Touched:
    """Readings of one KPI that a change may touch.

    `starts_from` and `starts_before` bound the first day of their periods (a band judges from the day it is in force
    until the next one), `first` and `last` are days that their periods overlap (a spell, a driver's period).
    """

    kpi_id: int
    starts_from: date | None = None
    starts_before: date | None = None
    first: date | None = None
    last: date | None = None

    def as_filter(self) -> Q:
        """The readings as a condition."""
        found = Q(kpi_id=self.kpi_id)
        if self.starts_from is not None:
            found &= Q(period_start__gte=self.starts_from)
        if self.starts_before is not None:
            found &= Q(period_start__lt=self.starts_before)
        if self.first is not None:
            found &= Q(period_end__gte=self.first)
        if self.last is not None:
            found &= Q(period_start__lte=self.last)
        return found

    def as_json(self) -> list[Any]:
        """For a row that remembers what is still to do."""
        days = (self.starts_from, self.starts_before, self.first, self.last)
        return [self.kpi_id, *(None if day is None else day.isoformat() for day in days)]

    @classmethod
    def from_json(cls, row: Sequence[Any]) -> "Touched":
        """What `as_json` wrote down."""
        return cls(row[0], *(None if day is None else date.fromisoformat(day) for day in row[1:]))


@dataclass(frozen=True)
class Outcome:
    """How many readings were looked at and judged otherwise; `later` is the work left to a task, if any."""

    looked_at: int = 0
    changed: int = 0
    later: Rejudging | None = None


def judge_anew(touched: Iterable[Touched], *, relationship_id: int, now: datetime, cause: str) -> Outcome:
    """Judges the touched readings by what is in force now, in this transaction up to 1,000 of them.

    More are left to a task, which does them portion by portion and shows how far it is. A reading whose judgement
    does not change is not written, so that doing it again is harmless and histories show changes only.
    """
    wanted = list(touched)
    total = sum(_readings(one).count() for one in wanted)
    if total > AT_ONCE:
        later = Rejudging.objects.create(
            relationship_id=relationship_id,
            cause=cause[:300],
            spans=[one.as_json() for one in wanted],
            periods_total=total,
            created_at=now,
        )
        return Outcome(later=later)
    return Outcome(total, sum(_judge(one, None, now)[1] for one in wanted))


def go_on_rejudging(*, rejudging_id: int, now: datetime) -> bool:
    """Does one more portion in its own transaction; True while there is more. Safe to kill and to run twice."""
    with transaction.atomic():
        row = Rejudging.objects.select_for_update(skip_locked=True).filter(pk=rejudging_id).first()
        if row is None or row.finished_at is not None:
            return False
        if row.spans:
            touched, *rest = row.spans
            done, _changed, goes_on_from = _judge(Touched.from_json(touched), AT_ONCE, now)
            row.periods_done = min(row.periods_total, row.periods_done + done)
            if goes_on_from is not None:
                touched = [*touched[:1], goes_on_from.isoformat(), *touched[2:]]
                rest = [touched, *rest]
            row.spans = rest
        if not row.spans:
            row.periods_done, row.finished_at = row.periods_total, now
        row.save(update_fields=["spans", "periods_done", "finished_at"])
        return row.finished_at is None


def _judge(touched: Touched, most: int | None, now: datetime) -> tuple[int, int, date | None]:
    """(looked at, changed, the period to go on from) of one KPI's readings, oldest first."""
    kpi = Kpi.objects.get(pk=touched.kpi_id)
    readings = list(
        _readings(touched).order_by("period_start").select_for_update(of=("self",))[: most and most + 1]
    )
    goes_on_from = readings[most].period_start if most is not None and len(readings) > most else None
    readings = readings[:most]
    judge = Judge([kpi.pk])
    before = Flexing.objects.in_bulk([one.flexing_id for one in readings if one.flexing_id is not None])
    changes: list[tuple[Reading, StoredJudgement]] = []
    for reading in readings:
        period = Period(reading.period_start, reading.period_end)
        said = NOT_JUDGED if reading.is_not_applicable else judgement_of(judge, kpi, period, reading.value)
        if not _says_the_same(reading, before.get(reading.flexing_id or 0), said):
            changes.append((reading, said))
    _write(changes, now)
    return len(readings), len(changes), goes_on_from


def _readings(touched: Touched) -> QuerySet[Reading]:
    return Reading.objects.filter(touched.as_filter())


def _says_the_same(reading: Reading, before: Flexing | None, said: StoredJudgement) -> bool:
    if (reading.band_revision_id, reading.verdict, reading.attainment) != said[:3]:
        return False
    if before is None or said.flexing is None:
        return before is said.flexing
    return all(getattr(before, name) == getattr(said.flexing, name) for name in SAID)


def _write(changes: Sequence[tuple[Reading, StoredJudgement]], now: datetime) -> None:
    if not changes:
        return
    record_flexings((said.flexing for _reading, said in changes), now)
    with connection.cursor() as cursor:
        cursor.execute(
            UPDATE,
            {
                "now": now,
                "id": array_of(reading.pk for reading, _said in changes),
                "band_revision_id": array_of(said.band_revision_id for _reading, said in changes),
                "verdict": array_of(said.verdict for _reading, said in changes),
                "attainment": array_of(said.attainment for _reading, said in changes),
                "flexing_id": array_of(said.flexing and said.flexing.pk for _reading, said in changes),
            },
        )
