"""What the two have signed on paper: a master agreement with its schedule, a work order, an amendment."""

from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.core.files.base import ContentFile

from portal.demo.stage import Scene
from portal.demo.story import Chapter
from relationships import actions
from relationships.models import Contract, Side


def write_contracts(scene: Scene) -> None:
    """A master agreement with its schedule, a work order under it, an amendment in longer relationships."""
    chapter, first = scene.chapter, scene.first_of(0)
    ends = first + relativedelta(years=5, days=-1)
    number = f"{scene.pk:03d}"
    with scene.stage.as_person(chapter.customer_lead, scene.pk) as lead:
        master = _contract(
            scene,
            Contract.Kind.MASTER,
            first - timedelta(days=34),
            title=f"Master agreement: {chapter.name}",
            reference=f"MA-{number}",
            value=Decimal(chapter.contract_value),
            signed_on=first - timedelta(days=35),
            starts_on=first,
            ends_on=ends,
            notice_by_on=ends - relativedelta(months=9),
            accountable=lead,
        )
        actions.upload_document(
            contract=master,
            name="Schedule 2, how performance is measured.txt",
            file=ContentFile(_schedule(chapter), name="schedule.txt"),
            actor=lead,
            side=Side.CUSTOMER,
            now=scene.moment(first - timedelta(days=33), "schedule"),
        )
        order = _contract(
            scene,
            Contract.Kind.WORK_ORDER,
            first - timedelta(days=32),
            parent=master,
            title="Work order 1: run the service",
            reference=f"WO-{number}-1",
            value=Decimal(chapter.contract_value) * 4 / 5,
            signed_on=first - timedelta(days=33),
            starts_on=first,
            ends_on=ends,
            accountable=scene.stage.people[chapter.customer_second],
        )
        if chapter.months > 24:
            _contract(
                scene,
                Contract.Kind.AMENDMENT,
                first + relativedelta(months=23),
                parent=order,
                title="Amendment 1: a higher bar from the third year",
                reference=f"WO-{number}-1A",
                signed_on=first + relativedelta(months=23, days=-4),
                starts_on=first + relativedelta(months=24),
            )


def _contract(
    scene: Scene, kind: str, day: date, *, parent: Contract | None = None, **terms: object
) -> Contract:
    return actions.add_contract(
        relationship=scene.relationship,
        kind=kind,
        parent=parent,
        terms=actions.ContractTerms(**terms),  # type: ignore[arg-type]
        actor=scene.stage.people[scene.chapter.customer_lead],
        side=Side.CUSTOMER,
        now=scene.moment(day, kind),
    )


def _schedule(chapter: Chapter) -> bytes:
    lines = [f"Schedule 2 to the master agreement: {chapter.name}", ""]
    for measure in chapter.measures:
        who = {"PROVIDER": "Provider", "CUSTOMER": "Customer", "JOINT": "Both"}[measure.performed_by]
        lines += [f"{measure.name} ({measure.unit}). Performed by: {who}.", f"  {measure.how_measured}", ""]
    return "\n".join(lines).encode()
