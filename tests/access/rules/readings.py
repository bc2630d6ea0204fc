"""The grid, cells, disputes, evidence, exports."""

from tests.access.rules.base import Rule

RULES: dict[str, Rule] = {}
