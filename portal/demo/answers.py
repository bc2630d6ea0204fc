"""What the other side does with a reading: confirm it, dispute it, or say nothing until its clock runs out."""

from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.db import transaction

from governance.models import Clock
from kpis import actions
from kpis.models import Kpi, Reading
from portal.demo.numbers import moved
from portal.demo.stage import Scene
from portal.demo.story import Episode
from portal.lib import scope
from relationships.models import Side


def answer(scene: Scene, month: int, reporting: Side) -> None:
    """The other side disputes what the story says, confirms the rest; or is silent, and the clock runs out."""
    answering = reporting.other
    if (month, answering) in scene.chapter.silent:
        _let_the_clock_run_out(scene, answering)
        return
    day = scene.first_of(month) + relativedelta(months=1, days=9)
    now = scene.moment(day, "answer", reporting)
    for episode in scene.chapter.episodes:
        if episode.month == month and scene.kpis[episode.measure][0].performing_side == reporting:
            _dispute(scene, episode, answering, now - timedelta(minutes=25), now)
    with scene.stage.as_person(scene.lead_of(answering), scene.pk) as person:
        waiting = [
            reading
            for reading in Reading.objects.filter(
                relationship=scene.relationship,
                period_start=scene.first_of(month),
                state=Reading.State.SUBMITTED,
            ).select_related("kpi")
            if reading.kpi.performing_side == reporting
        ]
        if waiting:
            actions.confirm_readings(
                relationship=scene.relationship,
                readings={reading.pk: reading.version for reading in waiting},
                actor=person,
                side=answering,
                now=now,
            )


def _let_the_clock_run_out(scene: Scene, answering: Side) -> None:
    """What the background does when nobody answers: one reminder, then deemed confirmed."""
    for _step in ("reminder", "end"):
        with scope.acting_as(relationship_ids=(scene.pk,)), transaction.atomic():
            clock = Clock.objects.get(
                relationship=scene.relationship, side=answering, outcome=Clock.Outcome.RUNNING
            )
            moment = clock.remind_at if clock.reminded_at is None else clock.due_at
            actions.attend_to_clocks(relationship=scene.relationship, now=moment + timedelta(seconds=40))


def _dispute(scene: Scene, episode: Episode, side: Side, opened: datetime, ended: datetime) -> None:
    kpi, measure = scene.kpis[episode.measure]
    with scene.stage.as_person(scene.lead_of(side), scene.pk) as lead:
        reading = Reading.objects.get(kpi=kpi, period_start=scene.first_of(episode.month))
        dispute = actions.dispute_reading(
            reading=reading,
            version=reading.version,
            reason=episode.reason,
            claimed_value=None if episode.claim is None else moved(reading, measure, episode.claim),
            actor=lead,
            side=side,
            now=opened,
        )
    if not episode.ending:
        return
    ending_side = side.other if episode.ending == "CORRECTED" else side
    day = ended.date() + timedelta(days=4)
    with scene.stage.as_person(scene.lead_of(ending_side), scene.pk) as lead:
        dispute.refresh_from_db()
        actions.resolve_dispute(
            dispute=dispute,
            resolution=episode.ending,
            note=episode.note,
            actor=lead,
            side=ending_side,
            now=scene.moment(day, episode.reason),
        )
    if episode.ending != "UPHELD":
        confirm_after(scene, kpi, episode.month, side, day + timedelta(days=2))


def confirm_after(scene: Scene, kpi: Kpi, month: int, side: Side, day: date) -> None:
    """The side that had disputed (or whose colleague corrected) confirms what stands now."""
    with scene.stage.as_person(scene.lead_of(side), scene.pk) as lead:
        reading = Reading.objects.get(kpi=kpi, period_start=scene.first_of(month))
        actions.confirm_readings(
            relationship=scene.relationship,
            readings={reading.pk: reading.version},
            actor=lead,
            side=side,
            now=scene.moment(day, kpi.name, "confirms"),
        )
