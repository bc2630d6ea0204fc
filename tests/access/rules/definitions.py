"""Goals, KPIs, bands, weights, calendars."""

from tests.access.rules.base import Rule

RULES: dict[str, Rule] = {}
