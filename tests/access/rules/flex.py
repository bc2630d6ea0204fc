"""Environments, their spells, drivers, and readings that are judged anew."""

from relationships.policy import Right
from tests.access.rules.base import Rule

CONTRIBUTE, PROPOSE = Right.CONTRIBUTE, Right.PROPOSE
RULES: dict[str, Rule] = {
    "kpis:environments": Rule("relationship", "relationship_id", shows=True, proves="environment-"),
    "kpis:environment": Rule("environment", "environment_id", shows=True),
    "kpis:environment_new": Rule(
        "relationship",
        "relationship_id",
        needs=PROPOSE,
        shows=True,
        proves="environment-",
        queries=("?environment={environment}", "?how=rows&lines=2", "?environment=x"),
        may_be_gone=True,
    ),
    "kpis:spell_new": Rule(
        "relationship",
        "relationship_id",
        needs=PROPOSE,
        shows=True,
        proves="environment-",
        queries=("?replaces={spell}", "?replaces=0"),
        may_be_gone=True,
    ),
    "kpis:spell_import": Rule("relationship", "relationship_id", needs=PROPOSE, shows=True),
    "kpis:drivers": Rule("relationship", "relationship_id", shows=True, proves="driver-"),
    "kpis:driver_new": Rule("relationship", "relationship_id", needs=CONTRIBUTE, shows=True),
    "kpis:rejudging": Rule("rejudging", "rejudging_id", shows=True),
}
