"""Pages that span the apps."""

from tests.access.rules.base import Rule

RULES: dict[str, Rule] = {}
