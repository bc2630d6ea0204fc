"""Living through the months: each side reports what it performs, the other confirms, disputes, or says nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.core.files.base import ContentFile

from kpis import actions
from kpis.models import Kpi, Reading
from portal.demo.answers import answer, confirm_after
from portal.demo.founding import enter_stage
from portal.demo.measures import raise_the_bar
from portal.demo.numbers import moved, row_of
from portal.demo.pulses import take_the_pulse
from portal.demo.stage import Scene, dice_for
from portal.demo.story import Measure
from portal.demo.surroundings import surround
from portal.demo.talk import say_in_turn
from relationships.models import Side


def live_through(scene: Scene) -> None:
    """Month by month, in order, up to the newest month that is over."""
    for month in range(scene.chapter.months):
        enter_stage(scene, month)
        _talk_in(scene, month)
        for side in (Side.PROVIDER, Side.CUSTOMER):
            _report(scene, month, side)
        for side in (Side.PROVIDER, Side.CUSTOMER):
            answer(scene, month, side)
        _report_late(scene, month)
        _correct(scene, month)
        raise_the_bar(scene, month)
        surround(scene, month)
        take_the_pulse(scene, month)


def _report(scene: Scene, month: int, side: Side) -> None:
    days = dice_for(scene.chapter.name, month, side).randint(3, 6)
    day = scene.first_of(month) + relativedelta(months=1, days=days)
    in_time = scene.moment(day, "report", side, hours_ago=30)
    _hand_in(scene, month, side, list(_due(scene, month, side)), in_time)
    if month % 12 == 7:
        _attach(scene, month, side, in_time + timedelta(minutes=11))


def _hand_in(
    scene: Scene, month: int, side: Side, measures: list[tuple[Kpi, Measure]], now: datetime
) -> None:
    rows = [row_of(scene, kpi, measure, month) for kpi, measure in measures]
    if not rows:
        return
    last_day = scene.first_of(month) + relativedelta(months=1, days=-1)
    now = max(now, datetime(last_day.year, last_day.month, last_day.day, 6, tzinfo=UTC))
    with scene.stage.as_person(scene.reporter_of(side), scene.pk) as person:
        outcome = actions.submit_readings_in_bulk(
            relationship=scene.relationship, rows=rows, actor=person, side=side, now=now, all_or_nothing=True
        )
    if outcome.problems:
        raise RuntimeError(f"the story does not add up: {outcome.problems[0]}")


def hand_in_the_newest(scene: Scene) -> None:
    """Part of the newest month came in only lately and waits to be confirmed; another part is still missing."""
    month = scene.chapter.months - 1
    for side in (Side.PROVIDER, Side.CUSTOMER):
        lately = scene.moment(scene.stage.now.date() - timedelta(days=2), side, hours_ago=5)
        measures = [
            pair
            for place, pair in enumerate(scene.kpis.values())
            if place % 3 == 1 and pair[0].performing_side == side and month not in pair[1].skip
        ]
        _hand_in(scene, month, side, measures, lately)


def _due(scene: Scene, month: int, side: Side) -> Iterator[tuple[Kpi, Measure]]:
    is_newest = month == scene.chapter.months - 1
    for place, (kpi, measure) in enumerate(scene.kpis.values()):
        left_out = is_newest and place % 3 != 0
        if kpi.performing_side == side and month not in (*measure.skip, *measure.late) and not left_out:
            yield kpi, measure


def _attach(scene: Scene, month: int, side: Side, now: datetime) -> None:
    with scene.stage.as_person(scene.reporter_of(side), scene.pk) as person:
        readings = Reading.objects.filter(
            relationship=scene.relationship, period_start=scene.first_of(month), submitted_by=person
        )
        reading = readings.select_related("kpi").order_by("pk").first()
        if reading is None:
            return
        name = f"{reading.period_start:%B %Y}"
        content = f"period,kpi,value\n{name},{reading.kpi.reference},{reading.value}\n".encode()
        actions.add_evidence(
            reading=reading,
            file=ContentFile(content, name=f"Export {name}.csv"),
            actor=person,
            side=side,
            now=now,
        )


def _report_late(scene: Scene, month: int) -> None:
    for kpi, measure in scene.kpis.values():
        if month not in measure.late:
            continue
        side = kpi.performing_side
        day = scene.first_of(month) + relativedelta(months=1, days=19)
        row = row_of(scene, kpi, measure, month)
        with scene.stage.as_person(scene.reporter_of(side), scene.pk) as person:
            actions.submit_reading(
                kpi=kpi,
                actor=person,
                side=side,
                now=scene.moment(day, kpi.name, "late"),
                version=None,
                **{key: said for key, said in row.items() if key != "kpi_id"},
            )
        confirm_after(scene, kpi, month, side.other, day + timedelta(days=2))


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
                value=moved(reading, measure, difference),
                note="Recounted: two days had been read in twice.",
                version=reading.version,
                actor=person,
                side=kpi.performing_side,
                now=scene.moment(day, name, "corrects"),
            )
        confirm_after(scene, kpi, month, kpi.performing_side.other, day + timedelta(days=1))


def _talk_in(scene: Scene, month: int) -> None:
    remarks = [remark for remark in scene.chapter.remarks if remark.month == month]
    day = scene.first_of(month) + timedelta(days=14)
    say_in_turn(scene, remarks, [day] * len(remarks))
