"""Two keys."""

from tests.access.rules.base import Rule

RULES: dict[str, Rule] = {}
