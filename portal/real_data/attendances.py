"""Accident and emergency departments: three years of months, seen within four hours or not."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from kpis import actions as kpi_actions
from kpis.models import Kpi
from kpis.spreadsheets.writing import as_csv
from portal.real_data.bands import Terms, agree_bands
from portal.real_data.franchise import rows_of
from portal.real_data.room import Party, Plan, Room, confirm_everything, found, is_here, upload
from relationships.models import Side

FILE = "ae_attendances/ae_attendances.csv"
ATTRIBUTION = (
    "NHS England, A&E attendances and emergency admissions, Open Government Licence v3.0; via NHSRdatasets (CC0)."
    " The standard of 95 % is the NHS's; tolerance and floor are ours."
)
ENGLAND = Party("nhs-england", "NHS England")
LARGEST = 10
NAMES = {
    "R1H": "Barts Health NHS Trust",
    "RW6": "Pennine Acute Hospitals NHS Trust",
    "R1K": "London North West University Healthcare NHS Trust",
    "RQM": "Chelsea and Westminster Hospital NHS Foundation Trust",
    "RF4": "Barking, Havering and Redbridge University Hospitals NHS Trust",
    "RJ2": "Lewisham and Greenwich NHS Trust",
    "RYJ": "Imperial College Healthcare NHS Trust",
    "RJZ": "King's College Hospital NHS Foundation Trust",
    "RAL": "Royal Free London NHS Foundation Trust",
    "RJE": "University Hospitals of North Midlands NHS Trust",
}
STARTS = date(2016, 4, 1)
AGREED = datetime(2016, 3, 1, 10, tzinfo=UTC)
REPORTED = datetime(2019, 4, 11, 10, tzinfo=UTC)
CONFIRMED = datetime(2019, 4, 15, 10, tzinfo=UTC)
MEASURES = {
    "AE": "Seen within four hours, all departments",
    "AE1": "Seen within four hours, major departments",
}


def bring_in(folder: Path) -> Iterator[str]:
    """One relationship for each of the ten providers with most attendances."""
    rows = rows_of(folder / FILE)
    volume: Counter[str] = Counter()
    for row in rows:
        volume[row["org_code"]] += int(row["attendances"])
    for code, _attendances in volume.most_common(LARGEST):
        plan = plan_of(code)
        if is_here(plan):
            yield f"{plan.name}: here already"
            continue
        with transaction.atomic():
            taken = _bring_in(plan, [row for row in rows if row["org_code"] == code])
        yield f"{plan.name}: {taken} readings"


def plan_of(code: str) -> Plan:
    """The relationship of one provider."""
    provider = Party(f"nhs-{code.lower()}", NAMES.get(code, f"NHS provider {code}"))
    name = f"Emergency care: {provider.name}"
    service = f"Accident and emergency departments (provider code {code})"
    return Plan(f"real-data:ae:{code}", name, service, ATTRIBUTION, ENGLAND, provider)


def _bring_in(plan: Plan, rows: list[dict[str, str]]) -> int:
    room = found(plan, AGREED)
    agree_bands(
        room, [Terms(kpi, STARTS, Decimal(80), Decimal(90), Decimal(95)) for kpi in _define(room)], AGREED
    )
    table = b"".join(as_csv(within_four_hours(rows)))
    sent = upload(room, name="attendances-within-four-hours.csv", content=table, mapping=None, now=REPORTED)
    confirm_everything(room, CONFIRMED)
    return sent.rows_good


def _define(room: Room) -> list[Kpi]:
    with room.acting(room.customer_lead), transaction.atomic():
        said: dict[str, Any] = {"actor": room.customer_lead, "side": Side.CUSTOMER, "now": AGREED}
        goal = kpi_actions.add_goal(
            relationship=room.relationship, name="Nobody waits long for urgent care",
            outcome="Admitted, transferred or discharged within four hours.", **said,
        )  # fmt: skip
        return [
            kpi_actions.add_kpi(
                goal=goal, reference=reference, name=name, performed_by="PROVIDER", polarity="HIGHER", unit="%",
                entry="RATIO", frequency="MONTH", starts_on=STARTS, customer_owner=room.customer_lead,
                provider_owner=room.provider_lead, **said,
                how_measured="Attendances without a four-hour breach ÷ attendances.",
            )
            for reference, name in MEASURES.items()
        ]  # fmt: skip


def within_four_hours(rows: list[dict[str, str]]) -> Iterator[tuple[str | int | date, ...]]:
    """The published table as a file of readings: attendances without a breach, and all of them."""
    yield ("KPI", "Period", "Numerator", "Denominator")
    sums: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        for reference in ("AE", "AE1") if row["type"] == "1" else ("AE",):
            sums[row["period"], reference, "all"] += int(row["attendances"])
            sums[row["period"], reference, "breached"] += int(row["breaches"])
    for period, reference in sorted({(period, reference) for period, reference, _what in sums}):
        every = sums[period, reference, "all"]
        yield (reference, date.fromisoformat(period), every - sums[period, reference, "breached"], every)
