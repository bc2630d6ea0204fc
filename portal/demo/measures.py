"""What the two sides agree to look at: goals, KPIs, bands, weights and the terms of the score."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from kpis import actions
from kpis.models import BandRevision, Goal, Kpi
from portal.demo.founding import countersign
from portal.demo.stage import Scene
from portal.demo.story import Measure
from relationships.models import Contract, Side
from value import actions as value_actions
from value.domain.terms import DEFAULT_TERMS

THRESHOLDS = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")
RAISED_IN_MONTH = 24


def write_goals_and_kpis(scene: Scene) -> None:
    """Goals and definition cards, written by the customer's lead with the provider's lead at the table."""
    day = scene.first_of(0) - timedelta(days=30)
    with scene.stage.as_person(scene.chapter.customer_lead, scene.pk) as lead:
        order = Contract.objects.filter(
            relationship=scene.relationship, kind=Contract.Kind.WORK_ORDER
        ).first()
        goals = [
            actions.add_goal(
                relationship=scene.relationship,
                name=name,
                outcome=outcome,
                worth_to_customer=ours,
                worth_to_provider=theirs,
                actor=lead,
                side=Side.CUSTOMER,
                now=scene.moment(day, name),
            )
            for name, outcome, ours, theirs in scene.chapter.goals
        ]
        for number, measure in enumerate(scene.chapter.measures):
            kpi = _add_kpi(scene, goals, order, measure, number, day + timedelta(days=1))
            scene.kpis[measure.name] = (kpi, measure)


def _add_kpi(
    scene: Scene, goals: Sequence[Goal], order: Contract | None, measure: Measure, number: int, day: date
) -> Kpi:
    chapter = scene.chapter
    return actions.add_kpi(
        goal=goals[measure.goal],
        contract=order,
        reference=f"K{number + 1}",
        name=measure.name,
        performed_by=measure.performed_by,
        polarity=measure.polarity,
        unit=measure.unit,
        decimals=measure.decimals,
        entry=Kpi.Entry.RATIO if measure.volume else Kpi.Entry.VALUE,
        frequency=Kpi.Frequency.MONTH,
        starts_on=scene.first_of(0),
        outcome=measure.outcome,
        how_measured=measure.how_measured,
        source=measure.source,
        customer_owner=scene.stage.people[chapter.customer_staff],
        provider_owner=scene.stage.people[chapter.provider_staff],
        actor=scene.stage.people[chapter.customer_lead],
        side=Side.CUSTOMER,
        now=scene.moment(day, measure.name),
    )


def agree_first_terms(scene: Scene) -> None:
    """The first bands, the weights, and the terms of the score: everything under two keys."""
    day = scene.first_of(0) - timedelta(days=24)
    for name in scene.kpis:
        moment = scene.moment(day, name)
        agree_band(
            scene, name, scene.first_of(0), moment, "First band, from the baseline both teams measured."
        )
    _agree_weights(scene, day + timedelta(days=6))
    _agree_score_terms(scene, day + timedelta(days=8))


def _agree_weights(scene: Scene, day: date) -> None:
    with scene.stage.as_person(scene.chapter.customer_lead, scene.pk) as lead:
        agreement = actions.propose_weights(
            relationship=scene.relationship,
            weights={kpi.pk: measure.weight for kpi, measure in scene.kpis.values()},
            note="What the people who use the service notice most counts most.",
            actor=lead,
            side=Side.CUSTOMER,
            now=scene.moment(day, "weights"),
        )
    countersign(scene, agreement, scene.moment(day + timedelta(days=1), "weights"))


def _agree_score_terms(scene: Scene, day: date) -> None:
    customer, provider = map(Decimal, scene.chapter.walkaways)
    terms = replace(DEFAULT_TERMS, walkaway_customer=customer, walkaway_provider=provider)
    if terms == DEFAULT_TERMS:
        return
    with scene.stage.as_person(scene.chapter.provider_lead, scene.pk) as lead:
        proposed = value_actions.propose_terms(
            relationship=scene.relationship,
            effective_from=scene.first_of(0),
            terms=terms,
            note="Each side said below which value it would rather not go on.",
            actor=lead,
            side=Side.PROVIDER,
            now=scene.moment(day, "terms"),
        )
    countersign(scene, proposed.agreement, scene.moment(day + timedelta(days=2), "terms"))


def agree_band(
    scene: Scene, name: str, effective_from: date, moment: datetime, note: str, *, later: bool = False
) -> None:
    """The provider proposes the band of a measure, the customer signs two days later."""
    measure = scene.kpis[name][1]
    printed = measure.later_band if later and measure.later_band else measure.band
    revision = propose_band(
        scene, name, measure.thresholds(printed), effective_from, moment, note, side=Side.PROVIDER
    )
    countersign(scene, revision.agreement, scene.moment(moment.date() + timedelta(days=2), name))


def propose_band(
    scene: Scene,
    name: str,
    thresholds: Sequence[Decimal],
    effective_from: date,
    moment: datetime,
    note: str,
    *,
    side: Side,
    counters: BandRevision | None = None,
) -> BandRevision:
    """One side's lead proposes (or counter-proposes) a band."""
    with scene.stage.as_person(scene.lead_of(side), scene.pk) as lead:
        floor, tolerance, target, *upper = thresholds
        upper_target, upper_tolerance, upper_floor = upper or (None, None, None)
        return actions.propose_band(
            kpi=scene.kpis[name][0],
            effective_from=effective_from,
            floor=floor,
            tolerance=tolerance,
            target=target,
            upper_target=upper_target,
            upper_tolerance=upper_tolerance,
            upper_floor=upper_floor,
            note=note,
            actor=lead,
            side=side,
            now=moment,
            counters=None if counters is None else counters.agreement,
        )


def raise_the_bar(scene: Scene, month: int) -> None:
    """After two good years the two agree a higher bar; for one measure only after a counter-proposal."""
    if month != RAISED_IN_MONTH - 1:
        return
    effective_from = scene.first_of(RAISED_IN_MONTH)
    day = effective_from - relativedelta(days=21)
    for name, (_kpi, measure) in scene.kpis.items():
        if not measure.later_band:
            continue
        agreed = measure.thresholds(measure.later_band)
        asked = [*agreed[:2], agreed[2] + (agreed[2] - agreed[1]) / 2]
        first = propose_band(
            scene, name, asked, effective_from, scene.moment(day, name, "asks"),
            "Two good years: we raise the bar.", side=Side.CUSTOMER,
        )  # fmt: skip
        answer = propose_band(
            scene, name, agreed, effective_from, scene.moment(day + timedelta(days=3), name, "counters"),
            "Gladly, in a step that holds through the winter.", side=Side.PROVIDER, counters=first,
        )  # fmt: skip
        countersign(scene, answer.agreement, scene.moment(day + timedelta(days=6), name, "agrees"))
