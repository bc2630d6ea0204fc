"""Living through the months: each side reports what it performs, the other confirms, disputes, or says nothing."""

import math
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.files.base import ContentFile
from django.db import transaction

from governance.models import Clock
from kpis import actions
from kpis.models import Kpi, Reading
from portal.demo.founding import enter_stage
from portal.demo.measures import raise_the_bar
from portal.demo.stage import Scene, dice_for
from portal.demo.story import Episode, Measure, Remark
from portal.lib import scope
from relationships import actions as relationship_actions
from relationships.models import Side

FULL = 100.0
NEWEST_LEAVES_OUT = 3  # every third measure of the newest month has not come in yet


def live_through(scene: Scene) -> None:
    """Month by month, in order, up to the newest month that is over."""
    for month in range(scene.chapter.months):
        enter_stage(scene, month)
        _talk_in(scene, month)
        for side in (Side.PROVIDER, Side.CUSTOMER):
            _report(scene, month, side)
        for side in (Side.PROVIDER, Side.CUSTOMER):
            _answer(scene, month, side)
        _report_late(scene, month)
        _correct(scene, month)
        raise_the_bar(scene, month)


def _report(scene: Scene, month: int, side: Side) -> None:
    rows = [_row(scene, kpi, measure, month) for kpi, measure in _due(scene, month, side)]
    if not rows:
        return
    day = scene.first_of(month) + relativedelta(
        months=1, days=dice_for(scene.chapter.name, month, side).randint(3, 6)
    )
    reporter = scene.reporter_of(side)
    now = scene.stage.moment(day, scene.chapter.name, "report", side)
    with scene.stage.as_person(reporter, scene.pk) as person:
        outcome = actions.submit_readings_in_bulk(
            relationship=scene.relationship, rows=rows, actor=person, side=side, now=now, all_or_nothing=True
        )
        if outcome.problems:
            raise RuntimeError(f"the story does not add up: {outcome.problems[0]}")
        if month % 12 == 7:
            _attach(scene, rows[0], side, now + timedelta(minutes=11))


def _due(scene: Scene, month: int, side: Side) -> Iterator[tuple[Kpi, Measure]]:
    is_newest = month == scene.chapter.months - 1
    for place, (kpi, measure) in enumerate(scene.kpis.values()):
        left_out = is_newest and place % NEWEST_LEAVES_OUT == NEWEST_LEAVES_OUT - 1
        if kpi.performing_side == side and month not in (*measure.skip, *measure.late) and not left_out:
            yield kpi, measure


def _attach(scene: Scene, row: dict[str, Any], side: Side, now: datetime) -> None:
    reading = Reading.objects.select_related("kpi").get(
        kpi_id=row["kpi_id"], period_start=row["period_start"]
    )
    month = f"{reading.period_start:%B %Y}"
    content = f"period,kpi,value\n{month},{reading.kpi.reference},{reading.value}\n".encode()
    actions.add_evidence(
        reading=reading,
        file=ContentFile(content, name=f"Export {month}.csv"),
        actor=scene.stage.people[scene.reporter_of(side)],
        side=side,
        now=now,
    )


def _answer(scene: Scene, month: int, reporting: Side) -> None:
    """The other side disputes what the story says, confirms the rest; or is silent, and the clock runs out."""
    answering = reporting.other
    if (month, answering) in scene.chapter.silent:
        _let_the_clock_run_out(scene, answering)
        return
    day = scene.first_of(month) + relativedelta(months=1, days=9)
    now = scene.stage.moment(day, scene.chapter.name, "answer", reporting)
    is_newest = month == scene.chapter.months - 1
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
        chosen = waiting[:1] if is_newest and reporting == Side.PROVIDER else [] if is_newest else waiting
        if chosen:
            actions.confirm_readings(
                relationship=scene.relationship,
                readings={reading.pk: reading.version for reading in chosen},
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
            claimed_value=None if episode.claim is None else _moved(reading, measure, episode.claim),
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
            now=scene.stage.moment(day, episode.reason),
        )
    if episode.ending != "UPHELD":
        _confirm_after(scene, kpi, episode.month, side, day + timedelta(days=2))


def _confirm_after(scene: Scene, kpi: Kpi, month: int, side: Side, day: date) -> None:
    """The side that had disputed (or whose colleague corrected) confirms what stands now."""
    with scene.stage.as_person(scene.lead_of(side), scene.pk) as lead:
        reading = Reading.objects.get(kpi=kpi, period_start=scene.first_of(month))
        actions.confirm_readings(
            relationship=scene.relationship,
            readings={reading.pk: reading.version},
            actor=lead,
            side=side,
            now=scene.stage.moment(day, kpi.name, "confirms"),
        )


def _report_late(scene: Scene, month: int) -> None:
    for kpi, measure in scene.kpis.values():
        if month not in measure.late:
            continue
        side = kpi.performing_side
        day = scene.first_of(month) + relativedelta(months=1, days=19)
        row = _row(scene, kpi, measure, month)
        with scene.stage.as_person(scene.reporter_of(side), scene.pk) as person:
            actions.submit_reading(
                kpi=kpi,
                actor=person,
                side=side,
                now=scene.stage.moment(day, kpi.name, "late"),
                version=None,
                **{key: said for key, said in row.items() if key != "kpi_id"},
            )
        _confirm_after(scene, kpi, month, side.other, day + timedelta(days=2))


def _correct(scene: Scene, month: int) -> None:
    """The side that reported noticed a mistake after the other had confirmed."""
    for when, name, difference in scene.chapter.corrected:
        if when != month:
            continue
        kpi, measure = scene.kpis[name]
        day = scene.first_of(month) + relativedelta(months=1, days=16)
        with scene.stage.as_person(scene.reporter_of(kpi.performing_side), scene.pk) as person:
            reading = Reading.objects.get(kpi=kpi, period_start=scene.first_of(month))
            actions.submit_reading(
                kpi=kpi,
                period_start=reading.period_start,
                value=_moved(reading, measure, difference),
                note="Recounted: two days had been read in twice.",
                version=reading.version,
                actor=person,
                side=kpi.performing_side,
                now=scene.stage.moment(day, name, "corrects"),
            )
        _confirm_after(scene, kpi, month, kpi.performing_side.other, day + timedelta(days=1))


def _moved(reading: Reading, measure: Measure, difference: float) -> Decimal:
    value = float(reading.value or 0) + difference
    return Decimal(str(round(min(value, FULL) if measure.unit == "%" else value, max(measure.decimals, 1))))


def _talk_in(scene: Scene, month: int) -> None:
    for number, remark in enumerate(scene.chapter.remarks):
        if remark.month == month:
            say(
                scene,
                remark,
                scene.stage.moment(scene.first_of(month) + timedelta(days=14), scene.chapter.name, number),
            )


def say(scene: Scene, remark: Remark, now: datetime) -> None:
    """Somebody says something on the timeline, to both sides or to their own."""
    with scene.stage.as_person(remark.who, scene.pk) as person:
        relationship_actions.comment(
            relationship=scene.relationship,
            actor=person,
            side=scene.side_of(remark.who),
            now=now,
            text=remark.text,
            about=f"kpi:{scene.kpis[remark.measure][0].pk}" if remark.measure else "",
            internal=remark.internal,
        )


def _row(scene: Scene, kpi: Kpi, measure: Measure, month: int) -> dict[str, Any]:
    first = scene.first_of(month)
    row: dict[str, Any] = {"kpi_id": kpi.pk, "period_start": first}
    if month in measure.not_applicable:
        return {**row, "is_not_applicable": True, "note": "The rooms were rebuilt; nothing was measured."}
    dice = dice_for(scene.chapter.name, measure.name, month)
    value = _number(measure, month, scene.chapter.months, first.month, dice)
    if measure.volume:
        volume = round(measure.volume * dice.uniform(0.9, 1.1))
        return {**row, "numerator": round(volume * value / FULL), "denominator": volume}
    return {**row, "value": Decimal(str(round(value, measure.decimals)))}


def _number(measure: Measure, month: int, months: int, calendar_month: int, dice: random.Random) -> float:
    share = month / max(1, months - 1)
    value = measure.start + (measure.end - measure.start) * share
    value += measure.season * math.cos((calendar_month - 1) / 12 * 2 * math.pi)
    value += dice.gauss(0, measure.noise)
    if measure.dip and measure.dip[0] <= month <= measure.dip[1]:
        value += measure.dip[2]
    return max(min(value, FULL) if measure.unit == "%" else value, 0.0)
