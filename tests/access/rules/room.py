"""What watches a KPI: its wiggle room and its signals."""

from tests.access.rules.base import Rule

RULES: dict[str, Rule] = {
    "kpis:room": Rule("kpi", "kpi_id", shows=True),
    "kpis:signals": Rule("kpi", "kpi_id", shows=True),
}
