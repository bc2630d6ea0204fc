"""Plays the story through the product's own actions, so that the demonstration is as real as real use.

Every submission, signature and dispute goes through the same verb a person would use, under the same database
scope; only the clock is turned back.
"""

import math
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.db import transaction

from accounts.models import Organisation, Person
from kpis import actions as kpi_actions
from kpis.models import Goal, Kpi, Reading
from portal.demo.story import CHAPTERS, ORGANISATIONS, PASSWORD, PEOPLE, Chapter, Measure
from portal.lib import scope
from portal.signing import sign
from relationships import actions
from relationships.models import Agreement, Contract, Relationship, Role, Seat, Side, StatementOfIntent

Say = Callable[[str], None]


@dataclass
class Stage:
    """The people and relationships on stage."""

    now: datetime
    people: dict[str, Person] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)

    @contextmanager
    def as_person(self, key: str, *relationship_ids: int) -> Iterator[Person]:
        """Acts with the eyes and keys of one person, in one transaction."""
        person = self.people[key]
        with (
            scope.acting_as(
                person_id=person.pk,
                organisation_id=person.organisation_id or 0,
                relationship_ids=relationship_ids,
            ),
            transaction.atomic(),
        ):
            yield person


def is_staged() -> bool:
    """Whether the demonstration is already there."""
    return Person.objects.filter(email=PEOPLE[0].email).exists()


def stage_demo(*, now: datetime, say: Say) -> None:
    """Builds the whole demonstration; each chapter is one step that is either whole or absent."""
    stage = Stage(now)
    with transaction.atomic():
        _introduce_people(stage)
    for chapter in CHAPTERS:
        say(chapter.name)
        _play(stage, chapter)


def _introduce_people(stage: Stage) -> None:
    joined = stage.now - relativedelta(months=40)
    for key, (name, buys, provides) in ORGANISATIONS.items():
        stage.organisations[key] = Organisation.objects.create(
            name=name, is_customer=buys, is_provider=provides, is_invented=True, created_at=joined
        )
    for cast in PEOPLE:
        stage.people[cast.key] = Person.objects.create_user(
            cast.email,
            PASSWORD,
            full_name=cast.name,
            organisation=stage.organisations[cast.organisation],
            is_organisation_admin=cast.is_admin,
            is_executive=cast.is_executive,
            joined_at=joined,
        )


def _month_start(stage: Stage, months_ago: int) -> date:
    return stage.now.date().replace(day=1) - relativedelta(months=months_ago)


def _at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def _play(stage: Stage, chapter: Chapter) -> None:
    first_day = _month_start(stage, chapter.months)
    began = _at(first_day - timedelta(days=60))
    relationship = _meet(stage, chapter, began)
    _sign_intent(stage, chapter, relationship, began + timedelta(days=10))
    _write_contracts(stage, chapter, relationship, first_day)
    kpis = _agree_measures(stage, chapter, relationship, first_day)
    _live_through(stage, chapter, relationship, kpis)
    _leave_things_open(stage, chapter, relationship, kpis)
    _talk(stage, chapter, relationship, kpis)


def _meet(stage: Stage, chapter: Chapter, began: datetime) -> Relationship:
    with stage.as_person(chapter.customer_lead) as lead:
        relationship = Relationship.objects.create(
            name=chapter.name,
            customer=stage.organisations[chapter.customer],
            provider=stage.organisations[chapter.provider],
            initiated_by_side=Side.CUSTOMER,
            service=chapter.service,
            stage=chapter.stage,
            is_invented=True,
            created_by=lead,
            created_at=began,
            accepted_by=stage.people[chapter.provider_lead],
            accepted_at=began + timedelta(days=3),
            changed_at=began,
        )
    seats = {
        (chapter.customer_lead, Role.LEAD): "Relationship manager",
        (chapter.customer_second, Role.LEAD): "Deputy relationship manager",
        (chapter.provider_lead, Role.LEAD): "Provider lead",
        (chapter.provider_staff, Role.MEMBER): "Service delivery manager",
        (chapter.customer_staff, Role.MEMBER): "Service owner",
    }
    seats |= {(key, role): title for key, role, title in chapter.seats}
    made: dict[tuple[str, str], Seat] = {}
    with stage.as_person(chapter.customer_lead, relationship.pk):
        for (key, role), title in seats.items():
            if (key, Role.LEAD) in made and role == Role.MEMBER:
                continue
            person = stage.people[key]
            side = relationship.side_of(person.organisation_id)
            if side is not None:
                made[key, role] = Seat.objects.create(
                    relationship=relationship,
                    person=person,
                    side=side,
                    role=role,
                    title=title,
                    started_at=began,
                )
        for role in Role.values:
            ours = [s for (_, r), s in made.items() if r == role and s.side == Side.CUSTOMER]
            theirs = [s for (_, r), s in made.items() if r == role and s.side == Side.PROVIDER]
            for one, other in zip(ours, theirs, strict=False):
                one.counterpart, other.counterpart = other, one
                one.save()
                other.save()
    return relationship


def _sign_intent(stage: Stage, chapter: Chapter, relationship: Relationship, moment: datetime) -> None:
    with stage.as_person(chapter.customer_lead, relationship.pk) as lead:
        agreement = actions.propose_agreement(
            relationship=relationship,
            kind=Agreement.Kind.STATEMENT_OF_INTENT,
            title="Statement of intent",
            content=[{"label": "Text", "before": None, "after": chapter.intent}],
            actor=lead,
            side=Side.CUSTOMER,
            now=moment,
        )
        StatementOfIntent.objects.create(relationship=relationship, agreement=agreement, text=chapter.intent)
    _countersign(stage, chapter, relationship, agreement, moment + timedelta(days=4))


def _countersign(
    stage: Stage, chapter: Chapter, relationship: Relationship, agreement: Agreement, moment: datetime
) -> None:
    """The lead of the side that has not signed signs."""
    side = agreement.waits_for[0]
    key = chapter.customer_lead if side == Side.CUSTOMER else chapter.provider_lead
    with stage.as_person(key, relationship.pk) as lead:
        sign(agreement_id=agreement.pk, version=agreement.version, actor=lead, side=side, now=moment)


def _write_contracts(stage: Stage, chapter: Chapter, relationship: Relationship, first_day: date) -> None:
    with stage.as_person(chapter.customer_lead, relationship.pk) as lead:
        ends = first_day + relativedelta(years=5, days=-1)
        master = Contract.objects.create(
            relationship=relationship,
            kind=Contract.Kind.MASTER,
            title=f"Master agreement: {chapter.name}",
            reference=f"MA-{relationship.pk:03d}",
            value=Decimal(chapter.contract_value),
            signed_on=first_day - timedelta(days=35),
            starts_on=first_day,
            ends_on=ends,
            notice_by_on=ends - relativedelta(months=9),
            accountable=lead,
            created_at=_at(first_day),
            created_by=lead,
        )
        order = Contract.objects.create(
            relationship=relationship,
            parent=master,
            kind=Contract.Kind.WORK_ORDER,
            title="Work order 1: run the service",
            reference=f"WO-{relationship.pk:03d}-1",
            value=Decimal(chapter.contract_value) * 4 / 5,
            starts_on=first_day,
            ends_on=ends,
            accountable=stage.people[chapter.customer_second],
            created_at=_at(first_day),
            created_by=lead,
        )
        if chapter.months > 18:
            Contract.objects.create(
                relationship=relationship,
                parent=order,
                kind=Contract.Kind.AMENDMENT,
                title="Amendment 1: raised targets after the second year",
                reference=f"WO-{relationship.pk:03d}-1A",
                starts_on=first_day + relativedelta(months=24),
                created_at=_at(first_day + relativedelta(months=23)),
                created_by=lead,
            )


def _propose_and_sign_band(
    stage: Stage,
    chapter: Chapter,
    relationship: Relationship,
    kpi: Kpi,
    thresholds: list[Decimal],
    effective_from: date,
    moment: datetime,
    note: str,
) -> None:
    names = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")
    with stage.as_person(chapter.provider_lead, relationship.pk) as lead:
        revision = kpi_actions.propose_band(
            kpi=kpi,
            effective_from=effective_from,
            **dict(zip(names, thresholds, strict=False)),
            note=note,
            actor=lead,
            side=Side.PROVIDER,
            now=moment,
        )
        agreement = revision.agreement
    _countersign(stage, chapter, relationship, agreement, moment + timedelta(days=2))


def _agree_measures(
    stage: Stage, chapter: Chapter, relationship: Relationship, first_day: date
) -> list[tuple[Kpi, Measure]]:
    made: list[tuple[Kpi, Measure]] = []
    written = _at(first_day - timedelta(days=30))
    with stage.as_person(chapter.customer_lead, relationship.pk) as lead:
        goals = [
            Goal.objects.create(
                relationship=relationship,
                name=name,
                outcome=outcome,
                worth_to_customer=ours,
                worth_to_provider=theirs,
                position=position,
                created_at=written,
                created_by=lead,
            )
            for position, (name, outcome, ours, theirs) in enumerate(chapter.goals)
        ]
        for position, measure in enumerate(chapter.measures):
            kpi = Kpi.objects.create(
                relationship=relationship,
                goal=goals[measure.goal],
                reference=f"K{position + 1}",
                name=measure.name,
                performed_by=measure.performed_by,
                polarity=measure.polarity,
                unit=measure.unit,
                decimals=measure.decimals,
                entry=Kpi.Entry.RATIO if measure.volume else Kpi.Entry.VALUE,
                frequency=Kpi.Frequency.MONTH,
                starts_on=first_day,
                weight=measure.weight,
                outcome=measure.outcome,
                how_measured=measure.how_measured,
                source=measure.source,
                customer_owner=stage.people[chapter.customer_staff],
                provider_owner=stage.people[chapter.provider_staff],
                position=position,
                created_at=written,
                created_by=lead,
            )
            made.append((kpi, measure))
    for kpi, measure in made:
        _propose_and_sign_band(
            stage,
            chapter,
            relationship,
            kpi,
            measure.thresholds(measure.band),
            first_day,
            written + timedelta(days=1),
            "First band, from the baseline both teams measured.",
        )
        if measure.later_band and chapter.months > 24:
            later = first_day + relativedelta(months=24)
            _propose_and_sign_band(
                stage,
                chapter,
                relationship,
                kpi,
                measure.thresholds(measure.later_band),
                later,
                _at(later - timedelta(days=20)),
                "Two good years: we raise the bar together.",
            )
    return made


def _number(measure: Measure, month: int, months: int, calendar_month: int, dice: random.Random) -> float:
    share = month / max(1, months - 1)
    value = measure.start + (measure.end - measure.start) * share
    value += measure.season * math.cos((calendar_month - 1) / 12 * 2 * math.pi)
    value += dice.gauss(0, measure.noise)
    if measure.dip and measure.dip[0] <= month <= measure.dip[1]:
        value += measure.dip[2]
    if measure.unit == "%":
        value = min(value, 100.0)
    return max(value, 0.0)


def _row(kpi: Kpi, measure: Measure, month: int, chapter: Chapter, first: date) -> dict[str, object]:
    dice = random.Random(f"{chapter.name}/{measure.name}/{month}")
    value = _number(measure, month, chapter.months, first.month, dice)
    row: dict[str, object] = {"kpi_id": kpi.pk, "period_start": first}
    if measure.volume:
        volume = round(measure.volume * dice.uniform(0.9, 1.1))
        row |= {"numerator": Decimal(round(volume * value / 100)), "denominator": Decimal(volume)}
    else:
        row["value"] = Decimal(str(round(value, measure.decimals)))
    return row


def _live_through(
    stage: Stage, chapter: Chapter, relationship: Relationship, kpis: list[tuple[Kpi, Measure]]
) -> None:
    """Month by month: each side reports what it performs, the other side confirms; the newest month is partly open."""
    for month in range(chapter.months):
        first = _month_start(stage, chapter.months - month)
        is_newest = month == chapter.months - 1
        reported = min(_at(first + relativedelta(months=1, days=5)), stage.now - timedelta(hours=20))
        for side, reporter, confirmer in (
            (Side.PROVIDER, chapter.provider_staff, chapter.customer_lead),
            (Side.CUSTOMER, chapter.customer_staff, chapter.provider_lead),
        ):
            mine = [
                (kpi, measure)
                for position, (kpi, measure) in enumerate(kpis)
                if kpi.performing_side == side
                and month not in measure.skip
                and not (is_newest and position % 3 == 2)
            ]
            if not mine:
                continue
            with stage.as_person(reporter, relationship.pk) as person:
                kpi_actions.submit_readings_in_bulk(
                    relationship=relationship,
                    rows=[_row(kpi, measure, month, chapter, first) for kpi, measure in mine],
                    actor=person,
                    side=side,
                    now=reported,
                    all_or_nothing=True,
                )
            if is_newest:
                continue
            with stage.as_person(confirmer, relationship.pk) as person:
                waiting = Reading.objects.filter(
                    relationship=relationship, period_start=first, state=Reading.State.SUBMITTED
                )
                kpi_actions.confirm_readings(
                    relationship=relationship,
                    readings={
                        reading.pk: reading.version
                        for reading in waiting.select_related("kpi")
                        if reading.kpi.performing_side == side
                    },
                    actor=person,
                    side=side.other,
                    now=min(reported + timedelta(days=3), stage.now - timedelta(hours=1)),
                )


def _leave_things_open(
    stage: Stage, chapter: Chapter, relationship: Relationship, kpis: list[tuple[Kpi, Measure]]
) -> None:
    """A dispute, and proposals on both sides' desks, so that the inbox has something to act on."""
    provider_kpi, provider_measure = next(p for p in kpis if p[1].performed_by == "PROVIDER")
    thresholds = provider_measure.thresholds(provider_measure.later_band or provider_measure.band)
    step = (thresholds[2] - thresholds[1]) / 4
    names = ("floor", "tolerance", "target")
    with stage.as_person(chapter.provider_lead, relationship.pk) as lead:
        kpi_actions.propose_band(
            kpi=provider_kpi,
            effective_from=_month_start(stage, -1),
            **dict(zip(names, (value + step for value in thresholds), strict=True)),
            note="The last six months sit above the target; let us aim a little higher.",
            actor=lead,
            side=Side.PROVIDER,
            now=stage.now - timedelta(days=4),
        )
    other_kpi, other_measure = next(p for p in kpis if p[1].performed_by == "CUSTOMER")
    thresholds = other_measure.thresholds(other_measure.band)
    step = (thresholds[2] - thresholds[1]) / 5
    with stage.as_person(chapter.customer_second, relationship.pk) as lead:
        kpi_actions.propose_band(
            kpi=other_kpi,
            effective_from=_month_start(stage, -1),
            **dict(zip(names, (value - step for value in thresholds), strict=True)),
            note="Two vacancies in our team until the summer: an honest band for the time being.",
            actor=lead,
            side=Side.CUSTOMER,
            now=stage.now - timedelta(days=2),
        )
    with stage.as_person(chapter.customer_lead, relationship.pk) as lead:
        reading = (
            Reading.objects.filter(kpi=provider_kpi, state=Reading.State.SUBMITTED)
            .order_by("-period_start")
            .first()
        )
        if reading is not None:
            kpi_actions.dispute_reading(
                reading=reading,
                version=reading.version,
                reason="Our own count of closed incidents differs for the Easton site.",
                claimed_value=None,
                actor=lead,
                side=Side.CUSTOMER,
                now=stage.now - timedelta(hours=6),
            )


def _talk(
    stage: Stage, chapter: Chapter, relationship: Relationship, kpis: list[tuple[Kpi, Measure]]
) -> None:
    about = f"kpi:{kpis[0][0].pk}"
    said = (
        (chapter.provider_lead, False, 9, about, "The new triage script went live; we expect two weaker weeks, then a rise."),
        (chapter.customer_lead, False, 8, about, "Thank you for saying so early. I have told the site managers."),
        (chapter.customer_lead, True, 7, "", "For us only: finance asks whether the amendment covers the new site."),
        (chapter.provider_lead, True, 6, "", "Internal: plan two extra analysts for the go-live week."),
        (chapter.customer_second, False, 3, "", "The joint review moves to Thursday, 14:00."),
    )  # fmt: skip
    for key, internal, days, where, text in said:
        with stage.as_person(key, relationship.pk) as person:
            side = relationship.side_of(person.organisation_id)
            if side is not None:
                actions.comment(
                    relationship=relationship,
                    actor=person,
                    side=side,
                    now=stage.now - timedelta(days=days),
                    text=text,
                    about=where,
                    internal=internal,
                )
