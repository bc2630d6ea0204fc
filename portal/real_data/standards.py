"""Service standards of the Government of Canada: one year, one relationship for each department.

Each department stands as the provider who reports; its customer is the government that publishes the standards.
"""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from io import StringIO
from itertools import groupby
from pathlib import Path

from django.db import transaction

from kpis import actions as kpi_actions
from kpis.models import Goal, Kpi, Reading
from kpis.spreadsheets.mapping import LONG, Mapping
from portal.real_data.bands import Terms, agree_bands
from portal.real_data.franchise import rows_of
from portal.real_data.room import Party, Plan, Room, confirm_everything, found, is_here, upload
from relationships.actions import note_event
from relationships.models import Side

FILE = "service_standards_canada/service_standards.csv"
ATTRIBUTION = (
    "Contains information licensed under the Open Government Licence – Canada (Treasury Board of Canada Secretariat,"
    " Service inventory 2023-24). Tolerance and floor (90 and 75 % of the target) are ours."
)
HOME = ("America/Toronto", "CA", "ON", "CAD")
CANADA = Party("ca", "Government of Canada", *HOME)
YEAR = ("2023-2024", date(2023, 4, 1), date(2024, 3, 31))
AGREED = datetime(2023, 3, 1, 15, tzinfo=UTC)
REPORTED = datetime(2024, 9, 16, 15, tzinfo=UTC)
CONFIRMED = datetime(2024, 9, 20, 15, tzinfo=UTC)
HUNDRED = Decimal(100)


def bring_in(folder: Path) -> Iterator[str]:
    """Each department's standards with their targets, and its own rows of the table as the file it sends."""
    rows = rows_of(folder / FILE)
    taken = bad = departments = 0
    for key, of_department in groupby(sorted(rows, key=_department), key=_department):
        its = list(of_department)
        plan = plan_of(key, its[0]["owner_org_title"])
        if is_here(plan):
            continue
        with transaction.atomic():
            good, problems = _bring_in(plan, its)
        departments, taken, bad = departments + 1, taken + good, bad + problems
    if not departments:
        yield "Service standards of Canada: here already"
        return
    yield (
        f"Service standards of Canada: {departments} departments, {taken} readings,"
        f" {bad} rows left out with their reasons in the upload's report"
    )


def plan_of(key: str, title: str) -> Plan:
    """The relationship of one department."""
    provider = Party(f"ca-{key}"[:60], title[:200], *HOME)
    return Plan(
        f"real-data:ca:{key}", f"Service standards: {title}", "Services to people and businesses", ATTRIBUTION,
        CANADA, provider,
    )  # fmt: skip


def _department(row: dict[str, str]) -> str:
    return row["owner_org"]


def _bring_in(plan: Plan, rows: list[dict[str, str]]) -> tuple[int, int]:
    room = found(plan, AGREED)
    with room.acting(room.customer_lead), transaction.atomic():
        kpis = _define(room, rows)
    terms = [
        band for row in rows if (band := band_of(kpis.pop(row["service_standard_id"], None), row["target"]))
    ]
    if terms:
        agree_bands(room, terms, AGREED)
    sent = upload(room, name=f"service-standards-{rows[0]['owner_org']}.csv", content=table(rows),
                  mapping=columns(rows[0]), now=REPORTED)  # fmt: skip
    with room.acting(room.customer_lead), transaction.atomic():
        waits = Reading.objects.filter(relationship=room.relationship).exists()
    if waits:
        confirm_everything(room, CONFIRMED)
    return sent.rows_good, sent.rows_bad


def table(rows: list[dict[str, str]]) -> bytes:
    """The department's own rows under the headings of the published table."""
    target = StringIO()
    writer = csv.DictWriter(target, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode()


def columns(row: dict[str, str]) -> Mapping:
    """Which column of the published table means what."""
    at = list(row).index
    return Mapping(
        LONG,
        kpi=at("service_standard_id"),
        period=at("fiscal_yr"),
        numerator=at("volume_meeting_target"),
        denominator=at("total_volume"),
        not_applicable=at("target_met"),
        note=at("comments_en"),
    )


def _define(room: Room, rows: list[dict[str, str]]) -> dict[str, Kpi]:
    """Goals are services, KPIs their standards; written at once, because there are thousands."""
    calendar = kpi_actions.add_calendar(
        relationship=room.relationship, name="Fiscal years", periods=[YEAR],
        actor=room.customer_lead, side=Side.CUSTOMER, now=AGREED,
    )  # fmt: skip
    services = dict.fromkeys((row["service_id"], row["service_name_en"]) for row in rows)
    goals = Goal.objects.bulk_create(
        Goal(
            relationship=room.relationship, name=" ".join(name.split())[:200] or "Service", position=position,
            created_at=AGREED, created_by=room.customer_lead,
        )
        for position, (_service, name) in enumerate(services)
    )  # fmt: skip
    by_service = {service: goal for (service, _name), goal in zip(services, goals, strict=True)}
    first_of = {row["service_standard_id"]: row for row in reversed(rows)}
    kpis = Kpi.objects.bulk_create(
        Kpi(
            relationship=room.relationship, goal=by_service[row["service_id"]], reference=reference[:60],
            name=_in_line(row["service_standard_en"])[:300] or reference, standard=row["service_standard_en"],
            performed_by="PROVIDER", polarity="HIGHER", unit="%", entry="RATIO", frequency="CALENDAR",
            calendar=calendar, starts_on=YEAR[1], position=position, created_at=AGREED,
            created_by=room.customer_lead, customer_owner=room.customer_lead, provider_owner=room.provider_lead,
            source="Service inventory",
        )
        for position, (reference, row) in enumerate(sorted(first_of.items()))
    )  # fmt: skip
    note_event(
        relationship_id=room.relationship.pk, side="CUSTOMER", actor=room.customer_lead, now=AGREED,
        text=f"wrote down {len(kpis)} service standards of {len(goals)} services",
        url=f"/relationships/{room.relationship.pk}/goals/",
    )  # fmt: skip
    return {kpi.reference: kpi for kpi in kpis}


def band_of(kpi: Kpi | None, target: str) -> Terms | None:
    """The band of a published target (a share, 1 is 100 %); None where none or nothing is asked for."""
    try:
        share = Decimal(target.strip())
    except InvalidOperation:
        return None
    if kpi is None or not 0 < share <= 1:
        return None
    asked = share * HUNDRED
    return Terms(kpi, YEAR[1], asked * Decimal("0.75"), asked * Decimal("0.9"), asked)


def _in_line(text: str) -> str:
    return " ".join(text.split())
