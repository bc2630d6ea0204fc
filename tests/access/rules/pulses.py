"""Pulses: everybody who reads may look, those with a seat may answer, leads open and close."""

from relationships.policy import Right
from tests.access.rules.base import Rule

RULES: dict[str, Rule] = {
    "relationships:pulses": Rule(
        "relationship", "relationship_id", writes=Right.PROPOSE, shows=True, proves="relationship-"
    ),
    "relationships:pulse": Rule("pulse", "pulse_id", shows=True, proves="relationship-"),
    "relationships:pulse_closing": Rule("pulse", "pulse_id", needs=Right.PROPOSE),
}
