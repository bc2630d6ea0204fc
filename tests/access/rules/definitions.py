"""Goals, KPIs, bands, weights, calendars."""

from relationships.policy import Right
from tests.access.rules.base import Rule

CONTRIBUTE, PROPOSE = Right.CONTRIBUTE, Right.PROPOSE
RULES: dict[str, Rule] = {
    "kpis:goals": Rule("relationship", "relationship_id", shows=True, proves="goal-"),
    "kpis:goal_new": Rule("relationship", "relationship_id", needs=CONTRIBUTE),
    # Moving nothing, or what is not there, finds nothing.
    "kpis:order": Rule(
        "relationship", "relationship_id", needs=CONTRIBUTE, shows=True, proves="goal-", may_be_gone=True
    ),
    # Whoever may only read is led to the goal among the others.
    "kpis:goal": Rule("goal", "goal_id", writes=CONTRIBUTE),
    "kpis:kpi_new": Rule("relationship", "relationship_id", needs=CONTRIBUTE, shows=True),
    "kpis:kpi": Rule("kpi", "kpi_id", shows=True, queries=("?on=2026-02-01",)),
    "kpis:kpi_definition": Rule("kpi", "kpi_id", needs=CONTRIBUTE, shows=True),
    "kpis:band_new": Rule("kpi", "kpi_id", needs=PROPOSE, shows=True),
    "kpis:weights": Rule("relationship", "relationship_id", writes=PROPOSE, shows=True, proves="kpi-"),
    "kpis:calendars": Rule(
        "relationship", "relationship_id", writes=CONTRIBUTE, shows=True, proves="calendar-"
    ),
}
