"""A government contract whose printed bands leave gaps: noticed, explained, and entered as closed bands."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from kpis import actions as kpi_actions
from kpis.domain.bands import Verdict
from kpis.domain.printed import Printed, Restated, read_printed
from kpis.forms.printed import explain
from kpis.models import Kpi
from portal.real_data.bands import Terms, agree_bands
from portal.real_data.room import Party, Plan, Room, found, is_here
from relationships.models import Side

FILE = "dfe_contract/contract_terms.json"
PLAN = Plan(
    reference="real-data:dfe-induction",
    name="Full Induction Programme for early career teachers",
    service="Training and mentoring of teachers in their first two years",
    attribution=(
        "Facts of the Department for Education's call-off contract 2023-24 (redacted), Crown copyright. Printed bands"
        " leave gaps; how they were closed stands with each band."
    ),
    customer=Party("dfe", "Department for Education"),
    provider=Party("dfe-lead-provider", "Lead provider (redacted in the contract)"),
)
AGREED = datetime(2023, 7, 3, 10, tzinfo=UTC)
PERIODS = [
    ("Oct 2023", date(2023, 8, 1), date(2023, 10, 31)),
    ("Dec 2023", date(2023, 11, 1), date(2023, 12, 31)),
    ("Mar 2024", date(2024, 1, 1), date(2024, 3, 31)),
    ("Jul 2024 (final)", date(2024, 4, 1), date(2024, 7, 31)),
]
VERDICTS = {
    "Good": Verdict.GOOD,
    "Approaching Target": Verdict.APPROACHING,
    "Requires Improvement": Verdict.REQUIRES_IMPROVEMENT,
    "Inadequate": Verdict.INADEQUATE,
}


def bring_in(folder: Path) -> Iterator[str]:
    """Four KPIs with the contract's bands, closed; the findings go into the proposals both sides sign."""
    if is_here(PLAN):
        yield f"{PLAN.name}: here already"
        return
    terms = json.loads((folder / FILE).read_text(encoding="utf-8"))
    with transaction.atomic():
        room = found(PLAN, AGREED)
        bands = [_terms(kpi, restate(printed)) for kpi, printed in _define(room, terms["kpis"])]
        agree_bands(room, bands, AGREED)
    gaps = sum(len(restate(printed).findings) for printed in terms["kpis"])
    yield f"{PLAN.name}: {len(bands)} KPIs, {gaps} gaps and overlaps of the printed bands explained and closed"


def restate(printed: dict[str, Any]) -> Restated:
    """The printed rows of one KPI, read; the last row is printed as "below"."""
    rows = [
        Printed(
            VERDICTS[word],
            None if low is None else Decimal(low),
            None if high is None else Decimal(high),
            includes_high=low is not None,
        )
        for word, low, high in printed["bands"]
    ]
    return read_printed("HIGHER", rows)


def _define(room: Room, printed: list[dict[str, Any]]) -> list[tuple[Kpi, dict[str, Any]]]:
    with room.acting(room.customer_lead), transaction.atomic():
        said: dict[str, Any] = {"actor": room.customer_lead, "side": Side.CUSTOMER, "now": AGREED}
        calendar = kpi_actions.add_calendar(
            relationship=room.relationship, name="Reporting dates of the contract", periods=PERIODS, **said
        )
        goal = kpi_actions.add_goal(
            relationship=room.relationship, name="New teachers stay and get better",
            outcome="Early career teachers finish their induction.", **said,
        )  # fmt: skip
        return [
            (
                kpi_actions.add_kpi(
                    goal=goal, reference=f"KPI {kpi['id']}", name=kpi["name"], performed_by="PROVIDER",
                    polarity="HIGHER", unit=kpi["unit"][:40], decimals=1, frequency="CALENDAR", calendar=calendar,
                    starts_on=PERIODS[0][1], ends_on=PERIODS[-1][2], customer_owner=room.customer_lead,
                    provider_owner=room.provider_lead, **said,
                ),
                kpi,
            )
            for kpi in printed
        ]  # fmt: skip


def _terms(kpi: Kpi, restated: Restated) -> Terms:
    found_out = " ".join(explain(finding) for finding in restated.findings)
    note = f"As printed: {found_out} Closed so that each value has exactly one verdict." if found_out else ""
    return Terms(kpi, PERIODS[0][1], restated.floor, restated.tolerance, restated.target, note)
