"""Rows that many tests stand on, made by the product's own verbs: a goal, KPIs with agreed bands, readings."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from time import monotonic
from typing import Any

from django.db import connection

from accounts.models import Person
from kpis import actions
from kpis.models import BandRevision, Goal, Kpi, Reading
from portal.signing import sign
from relationships.models import Relationship, Side
from tests.cast import BEGAN, NOW, acting

JANUARY_2025 = date(2025, 1, 1)


def add_goal(relationship: Relationship, lead: Person, name: str = "Staff get back to work fast") -> Goal:
    """A joint goal, written by a lead of the customer's side."""
    with acting(lead, relationship):
        return actions.add_goal(
            relationship=relationship, name=name, actor=lead, side=Side.CUSTOMER, now=BEGAN
        )


def add_kpi(goal: Goal, lead: Person, name: str = "First-contact resolution", **definition: Any) -> Kpi:
    """A monthly KPI in per cent, higher is better, performed by the provider, from January 2025, unless said otherwise."""
    card: dict[str, Any] = {
        "performed_by": "PROVIDER",
        "polarity": "HIGHER",
        "unit": "%",
        "frequency": "MONTH",
        "starts_on": JANUARY_2025,
        **definition,
    }
    with acting(lead, goal.relationship):
        kpi = actions.add_kpi(goal=goal, name=name, actor=lead, side=Side.CUSTOMER, now=BEGAN, **card)
    kpi.relationship = goal.relationship  # so that tests can name it outside any scope
    return kpi


def agree_band(
    kpi: Kpi,
    customer_lead: Person,
    provider_lead: Person,
    thresholds: tuple[int | str, ...] = (60, 70, 80),
    *,
    effective_from: date = JANUARY_2025,
    now: datetime = BEGAN,
) -> BandRevision:
    """A band proposed by the customer's lead and signed by the provider's."""
    names = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")
    values = {name: Decimal(value) for name, value in zip(names, thresholds, strict=False)}
    with acting(customer_lead, kpi.relationship):
        revision = actions.propose_band(
            kpi=kpi,
            effective_from=effective_from,
            actor=customer_lead,
            side=Side.CUSTOMER,
            now=now,
            **values,
        )
    with acting(provider_lead, kpi.relationship):
        sign(
            agreement_id=revision.agreement_id,
            version=1,
            actor=provider_lead,
            side=Side.PROVIDER,
            now=now + timedelta(hours=1),
        )
        revision.refresh_from_db()
    return revision


def report(
    kpi: Kpi,
    person: Person,
    period_start: date,
    value: Decimal | int | str,
    *,
    now: datetime = NOW,
    **more: Any,
) -> Reading:
    """A reading of an empty period, reported by `person` of the performing side."""
    with acting(person, kpi.relationship):
        return actions.submit_reading(
            kpi=kpi,
            period_start=period_start,
            actor=person,
            side=kpi.performing_side,
            now=now,
            version=None,
            value=value,
            **more,
        )


def moment(year: int, month: int, day: int, hour: int = 9) -> datetime:
    """A moment in UTC."""
    return datetime(year, month, day, hour, tzinfo=UTC)


def until_somebody_waits() -> None:
    """Returns once another connection waits for a lock that this one holds."""
    deadline = monotonic() + 20
    while monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks AS l"
                " WHERE NOT l.granted AND pg_backend_pid() = ANY (pg_blocking_pids(l.pid)))"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")


def agree(
    agreement_id: int, person: Person, relationship: Relationship, side: Side, *, now: datetime = NOW
) -> None:
    """The second key: `person` signs the first version of a proposal for `side`."""
    with acting(person, relationship):
        sign(agreement_id=agreement_id, version=1, actor=person, side=side, now=now)
