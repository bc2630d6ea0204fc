"""Shared value."""

from tests.access.rules.base import Rule

RULES: dict[str, Rule] = {}
