"""Joint reviews and rebases: everybody who reads may look, leads choose and propose."""

from relationships.policy import Right
from tests.access.rules.base import Rule

PROPOSE = Right.PROPOSE
RULES: dict[str, Rule] = {
    "kpis:reviews": Rule("relationship", "relationship_id", shows=True, proves="kpi-"),
    "kpis:review": Rule("review", "review_id", writes=PROPOSE, shows=True, proves="kpi-"),
    "kpis:rebase_new": Rule("kpi", "kpi_id", needs=PROPOSE, shows=True, queries=("?from_period=2026-01-01",)),
}
