"""What is open today: proposals on both desks, an invitation, something said this week."""

from datetime import timedelta
from decimal import Decimal

from kpis import actions as kpi_actions
from portal.demo.founding import invitation_link
from portal.demo.measures import propose_band
from portal.demo.stage import Scene, Stage
from portal.demo.talk import say_in_turn
from relationships import actions
from relationships.models import Relationship, Side


def leave_things_open(scene: Scene) -> None:
    """Proposals that wait for each side, one that was answered by another, one declined, one taken back."""
    next_month = scene.stage.month(-1)
    performed = {side: _first_of(scene, side) for side in ("PROVIDER", "CUSTOMER", "JOINT")}
    _decline_one(scene, performed["PROVIDER"])
    _counter_one(scene, performed["JOINT"])
    propose_band(
        scene,
        performed["PROVIDER"],
        _nudged(scene, performed["PROVIDER"], "0.25"),
        next_month,
        scene.moment(scene.stage.now.date() - timedelta(days=4), "open", "provider"),
        "The last six months sit above the target; let us aim a little higher.",
        side=Side.PROVIDER,
    )
    propose_band(
        scene,
        performed["CUSTOMER"],
        _nudged(scene, performed["CUSTOMER"], "-0.2"),
        next_month,
        scene.moment(scene.stage.now.date() - timedelta(days=2), "open", "customer"),
        "Two vacancies in our team until the summer: an honest band for the time being.",
        side=Side.CUSTOMER,
    )
    _propose_other_weights(scene)
    remarks = [remark for remark in scene.chapter.remarks if remark.days]
    say_in_turn(scene, remarks, [scene.stage.now.date() - timedelta(days=remark.days) for remark in remarks])


def _first_of(scene: Scene, performed_by: str) -> str:
    return next(
        name
        for name, (_kpi, measure) in scene.kpis.items()
        if measure.performed_by == performed_by and measure.polarity != "WITHIN_RANGE"
    )


def _nudged(scene: Scene, name: str, part: str) -> list[Decimal]:
    """The newest band, moved by a part of its wiggle room; positive is harder."""
    measure = scene.kpis[name][1]
    printed = measure.later_band if measure.later_band and scene.chapter.months > 24 else measure.band
    thresholds = measure.thresholds(printed)
    step = (thresholds[2] - thresholds[1]) * Decimal(part)
    return [threshold + step for threshold in thresholds]


def _decline_one(scene: Scene, name: str) -> None:
    day = scene.stage.now.date() - timedelta(days=26)
    asked = propose_band(
        scene, name, _nudged(scene, name, "0.75"), scene.stage.month(-1), scene.moment(day, name, "asks"),
        "Could we go for this already in the spring?", side=Side.CUSTOMER,
    )  # fmt: skip
    with scene.stage.as_person(scene.lead_of(Side.PROVIDER), scene.pk) as lead:
        actions.decline_agreement(
            agreement_id=asked.agreement_id,
            version=1,
            reason="Too far in one step: the night rota is filled only from next quarter.",
            actor=lead,
            side=Side.PROVIDER,
            now=scene.moment(day + timedelta(days=3), name, "declines"),
        )


def _counter_one(scene: Scene, name: str) -> None:
    day = scene.stage.now.date() - timedelta(days=12)
    asked = propose_band(
        scene, name, _nudged(scene, name, "0.5"), scene.stage.month(-2), scene.moment(day, name, "asks"),
        "This is what both our teams should be measured by.", side=Side.CUSTOMER,
    )  # fmt: skip
    propose_band(
        scene, name, _nudged(scene, name, "0.25"), scene.stage.month(-2),
        scene.moment(day + timedelta(days=5), name, "counters"),
        "Half of the step now, the other half after the review.", side=Side.PROVIDER, counters=asked,
    )  # fmt: skip


def _propose_other_weights(scene: Scene) -> None:
    """In one relationship the customer asks to weigh what both do together more, and the provider took one back."""
    if scene.chapter.name != "Citizen contact centre":
        return
    weights = {
        kpi.pk: measure.weight + 2 * (measure.performed_by == "JOINT") for kpi, measure in scene.kpis.values()
    }
    today = scene.stage.now.date()
    with scene.stage.as_person(scene.lead_of(Side.PROVIDER), scene.pk) as lead:
        taken_back = kpi_actions.propose_weights(
            relationship=scene.relationship,
            weights=dict.fromkeys(weights, 1),
            note="Everything the same, for simplicity?",
            actor=lead,
            side=Side.PROVIDER,
            now=scene.moment(today - timedelta(days=15), "weights", "asks"),
        )
        actions.withdraw_agreement(
            agreement_id=taken_back.pk,
            version=1,
            reason="We see that the outcome would count too little.",
            actor=lead,
            side=Side.PROVIDER,
            now=scene.moment(today - timedelta(days=11), "weights", "withdraws"),
        )
    with scene.stage.as_person(scene.lead_of(Side.CUSTOMER), scene.pk) as lead:
        kpi_actions.propose_weights(
            relationship=scene.relationship,
            weights=weights,
            note="Speed is fine; let the answer count more.",
            actor=lead,
            side=Side.CUSTOMER,
            now=scene.moment(today - timedelta(days=3), "weights", "customer"),
        )


def invite_somebody_new(stage: Stage) -> None:
    """A relationship that has just been founded; the other organisation has not answered yet."""
    with stage.as_person("ruth.adler") as founder:
        relationship, _token = actions.found_relationship(
            name="Patient meals and catering",
            service="Meals for wards and staff on nine sites",
            side=Side.CUSTOMER,
            organisation_name="Greenfield Kitchens",
            email="hello@greenfield.example",
            currency="GBP",
            time_zone="Europe/London",
            actor=founder,
            now=stage.moment(stage.now.date() - timedelta(days=2), "invitation"),
            link_to=invitation_link,
        )
        Relationship.objects.filter(pk=relationship.pk).update(is_invented=True)
