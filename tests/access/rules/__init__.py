"""Who may do what at which address; one line per address of the portal and its API."""

from tests.access.rules import (
    accounts,
    agreements,
    api,
    definitions,
    flex,
    portal,
    pulses,
    readings,
    relationships,
    reviews,
    room,
    uploads,
    value,
)
from tests.access.rules.base import Rule

GROUPS = (
    accounts,
    agreements,
    api,
    definitions,
    flex,
    portal,
    pulses,
    readings,
    relationships,
    reviews,
    room,
    uploads,
    value,
)
RULES: dict[str, Rule] = {name: rule for group in GROUPS for name, rule in group.RULES.items()}

__all__ = ["RULES", "Rule"]
