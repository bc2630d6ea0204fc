"""KPIs and their calendars."""

import itertools
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Person
from kpis.actions.errors import (
    CalendarNameIsTaken,
    ChangedMeanwhile,
    EndsBeforeItsReadings,
    KpiHasReadings,
    PeriodsDoNotTile,
    ReferenceIsTaken,
)
from kpis.actions.goals import check_order_complete
from kpis.models import Goal, Kpi, NamedCalendar, NamedPeriod
from portal.lib.uniqueness import once_only
from relationships.actions import note_event
from relationships.models import Relationship, Side

# Changing one of these would make existing readings mean something else.
FIXED_BY_READINGS: Final = (
    "performed_by",
    "polarity",
    "frequency",
    "contract_month_day",
    "calendar",
    "entry",
    "ratio_factor",
    "starts_on",
)
EDITABLE: Final = (
    *FIXED_BY_READINGS,
    "goal",
    "contract",
    "reference",
    "name",
    "unit",
    "decimals",
    "ends_on",
    "due_days",
    "outcome",
    "standard",
    "how_measured",
    "source",
    "customer_owner",
    "provider_owner",
)


@transaction.atomic
def add_kpi(
    *, goal: Goal, actor: Person | None, side: Side, now: datetime, weight: int = 1, **definition: Any
) -> Kpi:
    """Adds a KPI under a goal; `definition` holds fields of the definition card.

    The weight starts at 1 unless the two sides bring agreed weights with them; later it moves under two keys.
    Raises ReferenceIsTaken.
    """
    unknown = set(definition) - set(EDITABLE)
    if unknown:
        raise TypeError(f"not part of a KPI's definition: {sorted(unknown)}")
    with _reference_once():
        kpi = Kpi.objects.create(
            relationship_id=goal.relationship_id,
            goal=goal,
            weight=weight,
            position=_next_position(goal.relationship_id),
            created_at=now,
            created_by=actor,
            **definition,
        )
    _tell(kpi, actor, side, now, _("added the KPI “%(name)s”"))
    return kpi


@transaction.atomic
def add_driver(
    *, relationship: Relationship, actor: Person | None, side: Side, now: datetime, **definition: Any
) -> Kpi:
    """Adds a series of context: reported and imported like a KPI, under no goal, never judged and never scored.

    `definition` holds fields of the definition card; without a `polarity` it has the formal one. Raises ReferenceIsTaken.
    """
    unknown = set(definition) - (set(EDITABLE) - {"goal"})
    if unknown:
        raise TypeError(f"not part of a driver's definition: {sorted(unknown)}")
    with _reference_once():
        driver = Kpi.objects.create(
            relationship=relationship,
            is_driver=True,
            position=_next_position(relationship.pk),
            created_at=now,
            created_by=actor,
            **{"polarity": Kpi.Polarity.HIGHER, **definition},
        )
    _tell(driver, actor, side, now, _("added the driver “%(name)s”"))
    return driver


def _next_position(relationship_id: int) -> int:
    last = Kpi.objects.filter(relationship_id=relationship_id).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


@transaction.atomic
def edit_kpi(*, kpi: Kpi, version: int, actor: Person, side: Side, now: datetime, **definition: Any) -> Kpi:
    """Rewrites a definition card; `version` is the one the actor saw.

    Raises ChangedMeanwhile with the current KPI, ReferenceIsTaken, EndsBeforeItsReadings, and KpiHasReadings when the
    change would give existing readings another meaning.
    """
    unknown = set(definition) - set(EDITABLE)
    if unknown:
        raise TypeError(f"not part of a KPI's definition: {sorted(unknown)}")
    current = Kpi.objects.select_for_update(of=("self",)).get(pk=kpi.pk)
    if current.version != version:
        raise ChangedMeanwhile(current)
    moved = [
        name
        for name in FIXED_BY_READINGS
        if name in definition and definition[name] != getattr(current, name)
    ]
    if moved and current.readings.exists():
        raise KpiHasReadings(
            _(
                "This KPI has readings; direction, periods and who performs it can no longer change. Add a new KPI."
            )
        )
    if {"polarity"} & set(moved) and current.band_revisions.exists():
        raise KpiHasReadings(_("This KPI has a band; its direction can no longer change."))
    was_until = current.ends_on
    for name, value in definition.items():
        setattr(current, name, value)
    if current.ends_on != was_until:
        _check_end(current)
    current.version += 1
    with _reference_once():
        current.save()
    _tell(current, actor, side, now, _("changed the definition of “%(name)s”"))
    return current


@transaction.atomic
def end_kpi(*, kpi: Kpi, version: int, ends_on: date, actor: Person, side: Side, now: datetime) -> Kpi:
    """Stops measuring a KPI: the period that starts on `ends_on` or before it is the last.

    Raises ChangedMeanwhile, or EndsBeforeItsReadings for a day before the first one measured or before a period
    that already has a reading.
    """
    current = Kpi.objects.select_for_update(of=("self",)).get(pk=kpi.pk)
    if current.version != version:
        raise ChangedMeanwhile(current)
    current.ends_on = ends_on
    _check_end(current)
    current.version += 1
    current.save(update_fields=["ends_on", "version"])
    _tell(current, actor, side, now, _("ended the KPI “%(name)s” on %(day)s"), day=f"{ends_on:%-d %b %Y}")
    return current


@transaction.atomic
def reorder_kpis(
    *, relationship: Relationship, order: Sequence[int], actor: Person, side: Side, now: datetime
) -> None:
    """Puts the KPIs in the order of the ids given; raises OrderIncomplete unless each is named once."""
    kpis = {kpi.pk: kpi for kpi in relationship.kpis.select_for_update(of=("self",)).order_by("pk")}
    check_order_complete(order, kpis)
    for position, kpi_id in enumerate(order):
        kpis[kpi_id].position = position
    Kpi.objects.bulk_update(kpis.values(), ["position"])
    note_event(
        relationship_id=relationship.pk,
        side=side,
        actor=actor,
        now=now,
        text=_("put the KPIs in another order"),
        url=f"/relationships/{relationship.pk}/goals/",
    )


@transaction.atomic
def add_calendar(
    *,
    relationship: Relationship,
    name: str,
    periods: Sequence[tuple[str, date, date]],
    actor: Person | None,
    side: Side,
    now: datetime,
) -> NamedCalendar:
    """Adds a calendar of explicit periods, each (label, first day, last day).

    Raises PeriodsDoNotTile or CalendarNameIsTaken.
    """
    in_order = sorted(periods, key=lambda period: period[1])
    for before, (label, first, _last) in itertools.pairwise(in_order):
        if (first - before[2]).days != 1:
            raise PeriodsDoNotTile(
                _("“%(label)s” does not start on the day after the period before it.") % {"label": label}
            )
    taken = CalendarNameIsTaken(_("This relationship already has a calendar of this name."))
    with once_only("calendar_name_once", taken):
        calendar = NamedCalendar.objects.create(relationship=relationship, name=name)
    NamedPeriod.objects.bulk_create(
        NamedPeriod(relationship=relationship, calendar=calendar, label=label, first_day=first, last_day=last)
        for label, first, last in in_order
    )
    note_event(
        relationship_id=relationship.pk,
        side=side,
        actor=actor,
        now=now,
        text=_("added the calendar “%(name)s”") % {"name": name},
        url=f"/relationships/{relationship.pk}/calendars/",
    )
    return calendar


def _check_end(kpi: Kpi) -> None:
    if kpi.ends_on is None:
        return
    if kpi.ends_on < kpi.starts_on:
        raise EndsBeforeItsReadings(_("A KPI cannot end before the day it is measured from."))
    if kpi.readings.filter(period_start__gt=kpi.ends_on).exists():
        raise EndsBeforeItsReadings(_("There are readings of periods that start after this day."))


def _reference_once() -> AbstractContextManager[None]:
    taken = ReferenceIsTaken(_("Another KPI of this relationship has this reference."))
    return once_only("kpi_reference_once", taken)


def _tell(kpi: Kpi, actor: Person | None, side: Side, now: datetime, said: str, **more: str) -> None:
    note_event(
        relationship_id=kpi.relationship_id,
        side=side,
        actor=actor,
        now=now,
        text=said % {"name": kpi.name, **more},
        url=f"/kpis/{kpi.pk}/",
        about=f"kpi:{kpi.pk}",
    )
