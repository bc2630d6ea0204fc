"""What people say to each other, and among themselves."""

from collections.abc import Sequence
from datetime import date, datetime

from portal.demo.stage import Scene
from portal.demo.story import Remark
from relationships import actions


def say_in_turn(scene: Scene, remarks: Sequence[Remark], days: Sequence[date]) -> None:
    """The remarks in the order in which they stand, whatever hours the dice give."""
    moments = [
        scene.moment(day, number, remark.text)
        for number, (day, remark) in enumerate(zip(days, remarks, strict=True))
    ]
    for remark, moment in zip(remarks, sorted(moments), strict=True):
        say(scene, remark, moment)


def say(scene: Scene, remark: Remark, now: datetime) -> None:
    """Somebody says something on the timeline, to both sides or to their own."""
    with scene.stage.as_person(remark.who, scene.pk) as person:
        actions.comment(
            relationship=scene.relationship,
            actor=person,
            side=scene.side_of(remark.who),
            now=now,
            text=remark.text,
            about=f"kpi:{scene.kpis[remark.measure][0].pk}" if remark.measure else "",
            internal=remark.internal,
        )
