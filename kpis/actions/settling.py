"""Settling readings between the sides: confirm, dispute line by line, resolve."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions import notify
from accounts.models import Person
from kpis.actions.entries import Number, claimed, period_name
from kpis.actions.errors import (
    NothingToResolve,
    NotOfThisRelationship,
    NotYourSideToReport,
    NotYourSideToSettle,
    ReadingChangedMeanwhile,
    ReadingIncomplete,
    ReadingIsSettled,
)
from kpis.actions.flexing import follow_drivers
from kpis.actions.readings import submit_reading
from kpis.actions.waiting import clock_for, settle_clocks
from kpis.models import Dispute, Reading
from kpis.subjects import about_reading, page_of_reading
from relationships.actions import note_event
from relationships.models import Relationship, Side


@transaction.atomic
def confirm_readings(
    *, relationship: Relationship, readings: Mapping[int, int], actor: Person, side: Side, now: datetime
) -> int:
    """Confirms the other side's readings, each named by its id with the version the actor saw; all or none.

    Returns how many were confirmed; confirming again what one's own side has just confirmed changes nothing. Raises
    NotOfThisRelationship, NotYourSideToSettle, ReadingIsSettled (disputed, or settled before), or
    ReadingChangedMeanwhile with the reading that stands now.
    """
    locked = _lock(relationship.pk, readings)
    waiting = [reading for reading in locked if not _was_just_confirmed(reading, readings[reading.pk])]
    for reading in waiting:
        _check_waiting(reading, readings[reading.pk], side)
    if not waiting:
        return 0
    _settle([reading.pk for reading in waiting], Reading.State.CONFIRMED, actor.pk, now)
    settle_clocks({reading.clock_id for reading in waiting}, now)
    _tell_confirmed(relationship, waiting, actor, side, now)
    return len(waiting)


@transaction.atomic
def dispute_reading(
    *,
    reading: Reading,
    version: int,
    reason: str,
    claimed_value: Number | None,
    actor: Person,
    side: Side,
    now: datetime,
) -> Dispute:
    """Objects to one reading of the other side, with a reason and, where known, the value this side sees.

    The dispute answers the clock for that reading. Who reported it gets a notice. Raises ReadingIncomplete without
    a reason or for a claim that is no number, and otherwise what confirm_readings raises.
    """
    reason = reason.replace("\x00", "").strip()
    if not reason:
        raise ReadingIncomplete(_("Say what is disputed, so that the other side can check it."), "reason")
    claim = None if claimed_value is None else claimed(claimed_value)
    [current] = _lock(reading.relationship_id, [reading.pk])
    _check_waiting(current, version, side)
    _settle([current.pk], Reading.State.DISPUTED, None, now)
    settle_clocks({current.clock_id}, now)
    dispute = Dispute.objects.create(
        relationship_id=current.relationship_id,
        reading=current,
        side=side,
        reason=reason,
        claimed_value=claim,
        opened_by=actor,
        opened_at=now,
    )
    _follow(current, now)
    _tell(current, actor, side, now, _("disputed “%(kpi)s” for %(period)s"))
    if current.submitted_by_id is not None:
        notify(
            person_id=current.submitted_by_id,
            key=f"dispute:{dispute.pk}",
            text=_("%(who)s disputes “%(kpi)s” for %(period)s")
            % {"who": actor.full_name, **_named(current, most=150)},
            url=_url(current),
            now=now,
        )
    return dispute


@transaction.atomic
def resolve_dispute(
    *, dispute: Dispute, resolution: str, note: str, actor: Person, side: Side, now: datetime
) -> Dispute:
    """Ends a dispute.

    UPHELD (the reading stands, and is confirmed) and WITHDRAWN (taken back; the reading waits again under a new
    clock) are for the side that disputed. CORRECTED is for the side that reported: it takes over the value claimed,
    which then waits to be confirmed; any other correction is a new reading, and ends the dispute by itself.

    Raises NothingToResolve when it has ended or nothing was claimed that could be taken over, NotYourSideToSettle or
    NotYourSideToReport for the wrong side.
    """
    [reading] = _lock(dispute.relationship_id, [dispute.reading_id])
    current = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute.pk)
    if current.resolved_at is not None:
        raise NothingToResolve(_("This dispute has already ended."))
    note = note.replace("\x00", "").strip()
    if resolution == Dispute.Resolution.CORRECTED:
        return _take_over_claim(reading, current, note, actor, side, now)
    if side != current.side:
        raise NotYourSideToSettle(_("Only the side that disputed can let the reading stand."))
    _end(current, resolution, note, actor, now)
    if resolution == Dispute.Resolution.UPHELD:
        _settle([reading.pk], Reading.State.CONFIRMED, actor.pk, now)
        said = _("agreed that “%(kpi)s” for %(period)s stands as reported")
    else:
        _wait_again(reading, now)
        said = _("withdrew the dispute about “%(kpi)s” for %(period)s")
    _follow(reading, now)
    _tell(reading, actor, side, now, said)
    return current


def _take_over_claim(
    reading: Reading, dispute: Dispute, note: str, actor: Person, side: Side, now: datetime
) -> Dispute:
    if side != reading.kpi.performing_side:
        raise NotYourSideToReport(_("The side that performs this KPI corrects it."))
    if dispute.claimed_value is None:
        raise NothingToResolve(_("No value was claimed. Correct the reading itself; that ends the dispute."))
    _end(dispute, Dispute.Resolution.CORRECTED, note, actor, now)
    corrected = submit_reading(
        kpi=reading.kpi,
        period_start=reading.period_start,
        actor=actor,
        side=side,
        now=now,
        version=reading.version,
        value=dispute.claimed_value,
        note=reading.note,
    )
    if corrected.state == Reading.State.DISPUTED:  # what was claimed is what had been reported
        _wait_again(corrected, now)
    return dispute


def _follow(reading: Reading, now: datetime) -> None:
    """What is disputed moves no band; what stands again does."""
    follow_drivers(
        [(reading.kpi_id, reading.period_start, reading.period_end)],
        relationship_id=reading.relationship_id,
        now=now,
    )


def _end(dispute: Dispute, resolution: str, note: str, actor: Person, now: datetime) -> None:
    dispute.resolution = Dispute.Resolution(resolution)
    dispute.resolution_note = note
    dispute.resolved_by, dispute.resolved_at = actor, now
    dispute.save(update_fields=["resolution", "resolution_note", "resolved_by", "resolved_at"])


def _lock(relationship_id: int, ids: Iterable[int]) -> list[Reading]:
    """The readings in the order in which everybody locks them. Raises NotOfThisRelationship when one is missing."""
    wanted = set(ids)
    found = Reading.objects.select_for_update(of=("self",)).select_related("kpi").order_by("pk")
    locked = list(found.filter(relationship_id=relationship_id, pk__in=wanted))
    if len(locked) != len(wanted):
        raise NotOfThisRelationship(_("There is no such reading in this relationship."))
    return locked


def _was_just_confirmed(reading: Reading, seen: int) -> bool:
    """Whether the version seen is the one that is now confirmed: somebody pressed the button twice."""
    return reading.state == Reading.State.CONFIRMED and reading.version == seen + 1


def _check_waiting(reading: Reading, seen: int, side: Side) -> None:
    if side == reading.kpi.performing_side:
        raise NotYourSideToSettle(_("A side does not confirm or dispute what it reported itself."))
    if reading.version != seen:
        raise ReadingChangedMeanwhile(reading)
    if reading.state != Reading.State.SUBMITTED:
        raise ReadingIsSettled(
            _("Nothing waits here: the reading is %(state)s.")
            % {"state": reading.get_state_display().lower()}
        )


def _settle(reading_ids: list[int], state: str, settled_by: int | None, now: datetime) -> None:
    settled_at = now if state == Reading.State.CONFIRMED else None
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kpis_reading SET state = %s, settled_by_id = %s, settled_at = %s, recorded_at = %s,"
            " version = version + 1 WHERE id = ANY(%s)",
            [state, settled_by, settled_at, now, reading_ids],
        )


def _wait_again(reading: Reading, now: datetime) -> None:
    """The reading waits for the other side under a new clock."""
    clock_id = clock_for(
        relationship=reading.kpi.relationship, side=reading.kpi.performing_side.other, now=now
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kpis_reading SET state = 'SUBMITTED', clock_id = %s, settled_by_id = NULL, settled_at = NULL,"
            " recorded_at = %s, version = version + 1 WHERE id = %s",
            [clock_id, now, reading.pk],
        )


def _tell_confirmed(
    relationship: Relationship, readings: list[Reading], actor: Person, side: Side, now: datetime
) -> None:
    if len(readings) == 1:
        _tell(readings[0], actor, side, now, _("confirmed “%(kpi)s” for %(period)s"))
        return
    count = len(readings)
    note_event(
        relationship_id=relationship.pk,
        side=side,
        actor=actor,
        now=now,
        text=ngettext("confirmed %(count)d reading", "confirmed %(count)d readings", count)
        % {"count": count},
        url=f"/relationships/{relationship.pk}/readings/",
    )


def _tell(reading: Reading, actor: Person, side: Side, now: datetime, said: str) -> None:
    note_event(
        relationship_id=reading.relationship_id,
        side=side,
        actor=actor,
        now=now,
        text=said % _named(reading),
        url=_url(reading),
        about=about_reading(reading.kpi_id, reading.period_start),
    )


def _named(reading: Reading, *, most: int = 300) -> dict[str, str]:
    return {"kpi": reading.kpi.name[:most], "period": period_name(reading.kpi, reading.period_start)}


def _url(reading: Reading) -> str:
    return page_of_reading(reading.kpi_id, reading.period_start)
