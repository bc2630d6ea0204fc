"""Pages that span the apps."""

from tests.access.rules.base import Rule

RULES: dict[str, Rule] = {
    "health": Rule(public=True),
    "favicon": Rule(public=True),
    "home": Rule(shows=True),
    "search": Rule(
        shows=True,
        proves="kpi-",
        queries=("?q=canary", "?q=internal", "?q=comment-about"),
    ),
    "method": Rule(),
    "gallery": Rule(),
}
