"""Relationships, people, contracts, timeline."""

from tests.access.rules.base import Rule

RULES: dict[str, Rule] = {}
