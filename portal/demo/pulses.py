"""How far the two sides trust each other: a short pulse every half year, answered by whoever has a seat."""

from datetime import timedelta
from typing import Final

from dateutil.relativedelta import relativedelta

from portal.demo.stage import Scene, dice_for
from relationships import actions
from relationships.models import Side
from relationships.queries.people import readers

EVERY: Final = 6
FEWEST: Final = 3
# From which month of the story on, and what a typical answer is there at first; it rises a little each time.
TRUST: Final = {"Service desk and workplace IT": (11, 5.2), "HR operations and payroll": (17, 4.4)}


def take_the_pulse(scene: Scene, month: int) -> None:
    """In one month of the story both sides are asked, and all answer within the fortnight."""
    begins, level = TRUST.get(scene.chapter.name, (0, 0.0))
    if not level or month < begins or (month - begins) % EVERY or month >= scene.chapter.months - 1:
        return
    if any(_seated(scene, side) < FEWEST for side in Side):
        return
    opens = scene.first_of(month) + timedelta(days=4)
    moment = scene.moment(opens, "pulse")
    with scene.stage.as_person(scene.lead_of(Side.CUSTOMER), scene.pk) as lead:
        pulse = actions.open_pulse(
            relationship=scene.relationship,
            closes_at=moment + relativedelta(days=14),
            actor=lead,
            side=Side.CUSTOMER,
            now=moment,
        )
    for side in Side:
        for key, person in scene.stage.people.items():
            if person.organisation_id != scene.stage.people[scene.lead_of(side)].organisation_id:
                continue
            dice = dice_for(scene.chapter.name, "pulse", month, key)
            with scene.stage.as_person(key, scene.pk) as answering:
                if not readers(scene.relationship, side).filter(pk=answering.pk).exists():
                    continue
                trust = round(level + (month - begins) / EVERY * 0.2 + dice.uniform(-1.2, 1.2))
                actions.answer_pulse(
                    pulse_id=pulse.pk,
                    trust=max(1, min(7, trust)),
                    actor=answering,
                    side=side,
                    now=scene.moment(opens + timedelta(days=dice.randint(1, 12)), key, "pulse"),
                )
    with scene.stage.as_person(scene.lead_of(Side.CUSTOMER), scene.pk):
        actions.close_pulse(pulse_id=pulse.pk, now=moment + relativedelta(days=14))


def _seated(scene: Scene, side: Side) -> int:
    with scene.stage.as_person(scene.lead_of(side), scene.pk):
        return readers(scene.relationship, side).count()
