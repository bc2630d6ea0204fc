"""Shared value."""

from relationships.policy import Right
from tests.access.rules.base import Rule


def administers(identity: str, _is_own: bool) -> str:
    """Runs are for organisation administrators; somebody without an organisation finds nothing."""
    if identity == "without organisation":
        return "hidden"
    return (
        "in"
        if identity in ("customer administrator", "provider administrator", "rival lead")
        else "forbidden"
    )


RULES: dict[str, Rule] = {
    "value:score": Rule("relationship", "relationship_id", shows=True),
    "value:terms_new": Rule("relationship", "relationship_id", needs=Right.PROPOSE, shows=True),
    "value:runs": Rule(check=administers),
}
