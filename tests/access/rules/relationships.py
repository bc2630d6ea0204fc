"""Relationships, people, contracts, timeline."""

from relationships.policy import Right
from tests.access.rules.base import Rule


def has_organisation(identity: str, is_own: bool) -> str:
    """Everybody who belongs to an organisation may found relationships and import public contracts."""
    return "hidden" if identity == "without organisation" else "in"


def rel(**more: object) -> Rule:
    return Rule("relationship", "relationship_id", **more)  # type: ignore[arg-type]


def contract(**more: object) -> Rule:
    return Rule("contract", "contract_id", **more)  # type: ignore[arg-type]


RULES: dict[str, Rule] = {
    "relationships:index": Rule(shows=True, proves="relationship-", queries=("?q=canary",)),
    "relationships:new": Rule(check=has_organisation),
    "relationships:import": Rule(check=has_organisation),
    "relationships:invitation_made": rel(needs=Right.SEAT),
    "relationships:invitation_revocation": rel(needs=Right.SEAT),
    # The secret link is the right: whoever holds it may look, and it is nothing to anybody else.
    "relationships:invitation": Rule(public=True, extra={"token": "no-such-token"}),
    "relationships:invitation_declined": Rule(public=True, extra={"token": "no-such-token"}),
    "relationships:timeline": rel(
        writes=Right.COMMENT,
        shows=True,
        proves="comment-",
        queries=("?q=canary", "?about=kpi:{kpi}", "?kind=COMMENT"),
    ),
    "relationships:statement_new": rel(needs=Right.PROPOSE, shows=True),
    "relationships:stage_new": rel(needs=Right.PROPOSE, shows=True),
    "relationships:people": rel(shows=True, proves="seat-"),
    "relationships:seats": rel(needs=Right.SEAT, shows=True),
    "relationships:seat": Rule("seat", "seat_id", needs=Right.SEAT, shows=True, proves="relationship-"),
    "relationships:seat_ending": Rule("seat", "seat_id", needs=Right.SEAT),
    "relationships:contracts": rel(shows=True, proves="contract-"),
    "relationships:contract_new": rel(needs=Right.CONTRIBUTE, shows=True),
    "relationships:contract": contract(shows=True),
    "relationships:contract_terms": contract(needs=Right.CONTRIBUTE, shows=True),
    "relationships:documents": contract(needs=Right.CONTRIBUTE, shows=True),
    "relationships:document": Rule("document", "document_id", shows=True),
}
