"""How a relationship begins: founded, accepted, people seated, intent signed; and the stages it enters."""

from datetime import datetime, timedelta

from django.urls import reverse

from portal.demo.stage import Scene, Stage
from portal.demo.story import Chapter
from portal.signing import sign
from relationships import actions
from relationships.models import Agreement, Relationship, Role, Seat, Side
from relationships.models import Stage as LifeStage

# The life-cycle stages a relationship has come through, and in which of its months it entered each.
STAGES = (
    (LifeStage.WORKING_TOGETHER, 0),
    (LifeStage.VALUE_CREATION, 14),
    (LifeStage.STAYING_TOGETHER, 30),
)


def invitation_link(token: str) -> str:
    """Where an invitation is answered."""
    return reverse("relationships:invitation", args=[token])


def meet(stage: Stage, chapter: Chapter) -> Scene:
    """The customer founds the relationship and invites the provider, who accepts by the link."""
    began = stage.month(chapter.months) - timedelta(days=62)
    provider = stage.organisations[chapter.provider]
    with stage.as_person(chapter.customer_lead) as founder:
        relationship, token = actions.found_relationship(
            name=chapter.name,
            service=chapter.service,
            side=Side.CUSTOMER,
            organisation_name=provider.name,
            email=stage.people[chapter.provider_lead].email,
            currency="GBP",
            time_zone="Europe/London",
            actor=founder,
            now=stage.moment(began, chapter.name),
            link_to=invitation_link,
        )
        Relationship.objects.filter(pk=relationship.pk).update(is_invented=True)
    with stage.as_person(chapter.provider_lead) as lead:
        actions.join_as_organisation(
            token=token, actor=lead, now=stage.moment(began + timedelta(days=3), chapter.name)
        )
    with stage.as_person(chapter.customer_lead, relationship.pk):
        relationship = Relationship.objects.select_related("customer", "provider").get(pk=relationship.pk)
    return Scene(stage, chapter, relationship)


def seat_everybody(scene: Scene) -> None:
    """Each lead seats the people of their own side; who has the same role on both sides become counterparts."""
    chapter, day = scene.chapter, scene.first_of(0) - timedelta(days=50)
    seats = [
        (chapter.customer_second, Role.LEAD, "Deputy relationship manager"),
        (chapter.customer_staff, Role.MEMBER, "Service owner"),
        (chapter.provider_staff, Role.MEMBER, "Service delivery manager"),
        *chapter.seats,
    ]
    leads = {chapter.customer_lead, chapter.customer_second, chapter.provider_lead}
    for number, (key, role, title) in enumerate(seats):
        if role == Role.MEMBER and key in leads:
            continue
        side = scene.side_of(key)
        with scene.stage.as_person(scene.lead_of(side), scene.pk) as lead:
            free = Seat.objects.filter(
                relationship=scene.relationship, role=role, side=side.other, counterpart__isnull=True
            )
            actions.give_seat(
                relationship=scene.relationship,
                person=scene.stage.people[key],
                role=role,
                title=title,
                counterpart=None if role == Role.LEAD else free.first(),
                actor=lead,
                side=side,
                now=scene.moment(day + timedelta(days=number // 3), number),
            )
    _title_leads(scene)


def _title_leads(scene: Scene) -> None:
    titles = {Side.CUSTOMER: "Relationship manager", Side.PROVIDER: "Provider lead"}
    for side, title in titles.items():
        key = scene.lead_of(side)
        with scene.stage.as_person(key, scene.pk) as lead:
            seat = Seat.objects.get(relationship=scene.relationship, person=lead, role=Role.LEAD)
            actions.change_seat(
                seat=seat,
                title=title,
                counterpart=seat.counterpart,
                actor=lead,
                side=side,
                now=scene.moment(scene.first_of(0) - timedelta(days=48), title),
            )


def sign_intent(scene: Scene) -> None:
    """Both sides sign why they work together."""
    day = scene.first_of(0) - timedelta(days=42)
    with scene.stage.as_person(scene.chapter.customer_lead, scene.pk) as lead:
        statement = actions.propose_statement(
            relationship=scene.relationship,
            text=scene.chapter.intent,
            actor=lead,
            side=Side.CUSTOMER,
            now=scene.moment(day, "intent"),
        )
    countersign(scene, statement.agreement, scene.moment(day + timedelta(days=5), "intent"))


def enter_stage(scene: Scene, month: int) -> None:
    """Moves to the life-cycle stage that the story reaches in this month, if there is one."""
    for stage, when in STAGES:
        if when != month or stage > scene.chapter.stage:
            continue
        day = scene.first_of(month)
        with scene.stage.as_person(scene.chapter.customer_lead, scene.pk) as lead:
            scene.relationship.refresh_from_db(fields=["stage"])
            change = actions.propose_stage(
                relationship=scene.relationship,
                stage=stage,
                actor=lead,
                side=Side.CUSTOMER,
                now=scene.moment(day, stage),
            )
        countersign(scene, change.agreement, scene.moment(day + timedelta(days=3), stage))


def countersign(scene: Scene, agreement: Agreement, moment: datetime) -> None:
    """The lead of the side that has not signed signs."""
    [side] = agreement.waits_for
    with scene.stage.as_person(scene.lead_of(side), scene.pk) as lead:
        sign(agreement_id=agreement.pk, version=agreement.version, actor=lead, side=side, now=moment)
