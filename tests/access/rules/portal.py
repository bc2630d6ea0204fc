"""Pages that span the apps."""

from tests.access.rules.base import Rule

RULES: dict[str, Rule] = {
    "health": Rule(public=True),
    "favicon": Rule(public=True),
    "home": Rule(),
    "search": Rule(),
    "method": Rule(),
    "gallery": Rule(),
    "portfolio": Rule(),
    "overview": Rule("relationship", "relationship_id", shows=True),
}
