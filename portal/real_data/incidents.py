"""An outsourced service desk's log of incidents, counted into one service level a month."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from kpis import actions as kpi_actions
from portal.real_data.bands import Terms, agree_bands
from portal.real_data.room import Party, Plan, confirm_everything, found, is_here, upload
from relationships.models import Side

FILE = "incident_log/incident_event_log_sample.csv"
PLAN = Plan(
    reference="real-data:incident-log",
    name="IT service desk of an incident log",
    service="Incidents of a company's IT, recorded in ServiceNow",
    attribution=(
        "Amaral, Fantinato, Peres: Incident management process enriched event log, UCI Machine Learning Repository,"
        " CC BY 4.0 (excerpt). Organisations are anonymous; the band is ours."
    ),
    customer=Party("log-customer", "Anonymous company (incident log)"),
    provider=Party("log-provider", "Anonymous service desk (incident log)"),
)
STARTS = date(2016, 2, 1)
AGREED = datetime(2016, 1, 15, 10, tzinfo=UTC)
REPORTED = datetime(2016, 4, 5, 10, tzinfo=UTC)
CONFIRMED = datetime(2016, 4, 7, 10, tzinfo=UTC)


def bring_in(folder: Path) -> Iterator[str]:
    """Sends the log as it is: its columns are recognised, the last row of each incident counts."""
    if is_here(PLAN):
        yield f"{PLAN.name}: here already"
        return
    file = folder / FILE
    with transaction.atomic():
        room = found(PLAN, AGREED)
        with room.acting(room.customer_lead), transaction.atomic():
            said: dict[str, Any] = {"actor": room.customer_lead, "side": Side.CUSTOMER, "now": AGREED}
            goal = kpi_actions.add_goal(
                relationship=room.relationship, name="People can work again soon", outcome="Incidents end in time.",
                **said,
            )  # fmt: skip
            kpi = kpi_actions.add_kpi(
                goal=goal, reference="SLA", name="Incidents solved within their service level",
                performed_by="PROVIDER", polarity="HIGHER", unit="%", entry="RATIO", frequency="MONTH",
                starts_on=STARTS, customer_owner=room.customer_lead, provider_owner=room.provider_lead, **said,
                how_measured="Incidents whose last record says made_sla ÷ incidents opened in the month.",
            )  # fmt: skip
        agree_bands(room, [Terms(kpi, STARTS, Decimal(75), Decimal(85), Decimal(90))], AGREED)
        sent = upload(room, name=file.name, content=file.read_bytes(), mapping=None, now=REPORTED)
        confirm_everything(room, CONFIRMED)
    yield f"{PLAN.name}: {sent.rows_total - 1} events counted into {sent.rows_good} readings"
