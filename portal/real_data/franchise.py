"""A rail franchise: thirteen irregular periods a year, benchmarks that change with each of them.

The contract's readings are all inside their thresholds while trains run late against target: green outside, red
inside.
"""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from kpis import actions as kpi_actions
from kpis.models import Goal, Kpi, NamedCalendar
from kpis.spreadsheets.mapping import LONG, Mapping
from portal.real_data.bands import Terms, agree_bands
from portal.real_data.room import Party, Plan, Room, confirm_everything, found, is_here, upload
from relationships.models import Side

FOLDER = "southeastern_franchise"
BENCHMARKS, BY_ROUTE, GAPS = (
    "contract_benchmarks.csv",
    "ppm_by_route_2014_15.csv",
    "ppm_gap_to_target_2015_16.csv",
)
PLAN = Plan(
    reference="real-data:southeastern-franchise",
    name="Southeastern rail franchise",
    service="Passenger trains between London, Kent and part of East Sussex",
    attribution=(
        "Figures released by the UK Department for Transport (FOI F0013528) and by the operator. Tolerance and floor"
        " of punctuality are ours."
    ),
    customer=Party("dft", "Department for Transport"),
    provider=Party("southeastern", "London & South Eastern Railway Limited (Southeastern)"),
)
AGREED = datetime(2014, 9, 1, 10, tzinfo=UTC)
REPORTED = datetime(2016, 4, 20, 10, tzinfo=UTC)
CONFIRMED = datetime(2016, 4, 22, 10, tzinfo=UTC)
STARTS = date(2014, 10, 12)
HUNDREDTH = Decimal("0.01")
NO_PLAN = (
    "The contract prints no threshold for an improvement plan here, so there is no wiggle room: target is the last"
    " hundredth inside the breach threshold."
)


def rows_of(file: Path) -> list[dict[str, str]]:
    """The rows of a table with headings."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def bring_in(folder: Path) -> Iterator[str]:
    """Makes the relationship from the three published tables; says what it did."""
    if is_here(PLAN):
        yield f"{PLAN.name}: here already"
        return
    source = folder / FOLDER
    with transaction.atomic():
        room = found(PLAN, AGREED)
        kpis = _define(room, source)
        signed = _agree(room, source, kpis)
        taken = _report(room, source)
        confirm_everything(room, CONFIRMED)
    yield f"{PLAN.name}: {len(kpis)} KPIs, {signed} bands signed by both sides, {taken} readings"


def _define(room: Room, source: Path) -> dict[str, Kpi]:
    benchmarks = {row["kpi"]: row["unit"] for row in rows_of(source / BENCHMARKS)}
    routes = list(dict.fromkeys(row["route"] for row in rows_of(source / GAPS)))
    with room.acting(room.customer_lead), transaction.atomic():
        calendar = _calendar(room, source)
        contract = _goal(room, "Benchmarks of the contract", "What the franchise agreement measures.")
        punctual = _goal(room, "Trains arrive on time", "What passengers notice.")
        common: dict[str, Any] = {
            "frequency": "CALENDAR",
            "calendar": calendar,
            "starts_on": STARTS,
            "performed_by": "PROVIDER",
        }
        made = [
            _kpi(room, contract, name, polarity="LOWER", unit=unit, decimals=2, **common)
            for name, unit in benchmarks.items()
        ]
        made += [
            _kpi(room, punctual, name, polarity="HIGHER", unit="points to target", decimals=1, **common,
                 how_measured="Public performance measure of the period minus its target, in percentage points.")
            for name in routes
        ]  # fmt: skip
    return {kpi.name: kpi for kpi in made}


def _calendar(room: Room, source: Path) -> NamedCalendar:
    rows = [row for name in (BENCHMARKS, BY_ROUTE, GAPS) for row in rows_of(source / name)]
    periods = {
        (row["period"], date.fromisoformat(row["start"]), date.fromisoformat(row["end"])) for row in rows
    }
    return kpi_actions.add_calendar(
        relationship=room.relationship, name="Railway periods", periods=sorted(periods, key=lambda p: p[1]),
        actor=room.customer_lead, side=Side.CUSTOMER, now=AGREED,
    )  # fmt: skip


def _goal(room: Room, name: str, outcome: str) -> Goal:
    return kpi_actions.add_goal(
        relationship=room.relationship,
        name=name,
        outcome=outcome,
        actor=room.customer_lead,
        side=Side.CUSTOMER,
        now=AGREED,
    )


def _kpi(room: Room, goal: Goal, name: str, **card: Any) -> Kpi:
    owners: dict[str, Any] = {"customer_owner": room.customer_lead, "provider_owner": room.provider_lead}
    return kpi_actions.add_kpi(
        goal=goal, actor=room.customer_lead, side=Side.CUSTOMER, now=AGREED, name=name, **owners, **card
    )


def _agree(room: Room, source: Path, kpis: dict[str, Kpi]) -> int:
    terms = [_benchmark(row, kpis) for row in rows_of(source / BENCHMARKS)]
    terms += [
        Terms(kpi, STARTS, Decimal(-5), Decimal("-2.5"), Decimal(0), "Target as published; the rest is ours.")
        for kpi in kpis.values()
        if kpi.polarity == Kpi.Polarity.HIGHER
    ]
    return agree_bands(room, terms, AGREED)


def _benchmark(row: dict[str, str], kpis: dict[str, Kpi]) -> Terms:
    """Worse than the default threshold is Inadequate, than the breach threshold needs improvement."""
    breach = Decimal(row["breach_above"])
    printed = row["improvement_plan_above"]
    return Terms(
        kpis[row["kpi"]],
        date.fromisoformat(row["start"]),
        floor=Decimal(row["default_above"]),
        tolerance=breach,
        target=Decimal(printed) if printed else breach - HUNDREDTH,
        note="" if printed else NO_PLAN,
    )


def _report(room: Room, source: Path) -> int:
    mappings = {
        BENCHMARKS: Mapping(LONG, period=0, kpi=3, value=6),
        BY_ROUTE: Mapping(LONG, period=0, kpi=3, value=6),
        GAPS: Mapping(LONG, period=0, kpi=3, value=4),
    }
    return sum(
        upload(room, name=name, content=(source / name).read_bytes(), mapping=mapping, now=REPORTED).rows_good
        for name, mapping in mappings.items()
    )
