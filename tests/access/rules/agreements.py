"""Two keys, the overview and the portfolio."""

from relationships.policy import Right
from tests.access.rules.base import Rule

AGREEMENT = {"noun": "agreement", "argument": "agreement_id"}

RULES: dict[str, Rule] = {
    "overview": Rule("relationship", "relationship_id", shows=True),
    "portfolio": Rule(shows=True, proves="relationship-", queries=("?q=canary", "?sort=-value")),
    "portfolio_export": Rule(shows=True, proves="standing-", queries=("?format=xlsx", "?q=canary")),
    "agreements": Rule("relationship", "relationship_id", shows=True, proves="agreement-"),
    "agreement": Rule(**AGREEMENT, shows=True),
    "agreement_signature": Rule(**AGREEMENT, needs=Right.SIGN, methods=("GET", "POST")),
    "agreement_decline": Rule(**AGREEMENT, needs=Right.SIGN, methods=("GET", "POST")),
    "agreement_withdrawal": Rule(**AGREEMENT, needs=Right.PROPOSE, methods=("GET", "POST")),
}
