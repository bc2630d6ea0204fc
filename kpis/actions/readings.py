"""Reporting one reading."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from kpis.actions.cells import Cell, write_cells
from kpis.actions.entries import Number, calendars_of, period_of, today_in, understood
from kpis.actions.errors import NotYourSideToReport, ReadingChangedMeanwhile
from kpis.actions.flexing import follow_drivers
from kpis.actions.judging import judgement_of
from kpis.actions.waiting import clock_for, correct_disputes, settle_clocks
from kpis.models import Kpi, Reading
from kpis.queries.judging import Judge
from kpis.subjects import about_reading, page_of_reading
from relationships.actions import note_event
from relationships.models import Side


@transaction.atomic
def submit_reading(
    *,
    kpi: Kpi,
    period_start: date,
    actor: Person,
    side: Side,
    now: datetime,
    version: int | None,
    value: Number | None = None,
    numerator: Number | None = None,
    denominator: Number | None = None,
    is_not_applicable: bool = False,
    note: str = "",
) -> Reading:
    """Reports (or corrects) the reading of one period, judged by the band in force on its first day.

    `version` is the one of the reading the actor saw; None says "the cell was empty". The other side gets a clock
    to confirm it. A correction keeps what stood before, waits to be confirmed anew, and ends an open dispute.
    Reporting what already stands changes nothing, whatever version was seen. Raises NotYourSideToReport, PeriodNotInCalendar, PeriodNotOver,
    ReadingIncomplete, or ReadingChangedMeanwhile with the reading that stands now.
    """
    if side != kpi.performing_side:
        raise NotYourSideToReport(_("The side that performs this KPI reports it."))
    relationship = kpi.relationship
    period = period_of(kpi, calendars_of([kpi])[kpi.pk], period_start, today_in(relationship, now))
    entry = understood(
        kpi,
        value=value,
        numerator=numerator,
        denominator=denominator,
        is_not_applicable=is_not_applicable,
        note=note,
    )
    current = Reading.objects.select_for_update().filter(kpi=kpi, period_start=period_start).first()
    if current is not None and entry.says_the_same_as(current):
        return current
    if current is not None and current.version != version:
        raise ReadingChangedMeanwhile(current)
    clock_id = clock_for(relationship=relationship, side=side.other, now=now)
    cell = Cell(
        kpi.pk,
        period.first,
        period.last,
        entry,
        judgement_of(Judge([kpi.pk]), kpi, period, entry.value),
        reading_id=None if current is None else current.pk,
        version=version,
    )
    written = write_cells(
        [cell], relationship_id=relationship.pk, actor_id=actor.pk, clock_id=clock_id, now=now
    )
    reading = Reading.objects.get(kpi=kpi, period_start=period_start)
    if not written:
        raise ReadingChangedMeanwhile(reading)
    follow_drivers([(kpi.pk, period.first, period.last)], relationship_id=relationship.pk, now=now)
    if current is not None:
        correct_disputes([current.pk], actor.pk, now)
        settle_clocks({current.clock_id} - {clock_id}, now)
    said = (
        _("reported %(period)s of “%(kpi)s”") if current is None else _("corrected %(period)s of “%(kpi)s”")
    )
    note_event(
        relationship_id=relationship.pk,
        side=side,
        actor=actor,
        now=now,
        text=said % {"period": period.label, "kpi": kpi.name},
        url=page_of_reading(kpi.pk, period.first),
        about=about_reading(kpi.pk, period.first),
    )
    return reading
