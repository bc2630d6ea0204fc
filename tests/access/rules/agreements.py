"""Two keys, the overview and the portfolio."""

from relationships.policy import Right
from tests.access.rules.base import Rule

AGREEMENT = {"noun": "agreement", "argument": "agreement_id"}

RULES: dict[str, Rule] = {
    "overview": Rule("relationship", "relationship_id", shows=True),
    "portfolio": Rule(),
    "portfolio_export": Rule(),
    "agreements": Rule("relationship", "relationship_id", shows=True),
    "agreement": Rule(**AGREEMENT, shows=True),
    "agreement_signature": Rule(**AGREEMENT, needs=Right.SIGN, methods=("GET", "POST")),
    "agreement_decline": Rule(**AGREEMENT, needs=Right.SIGN, methods=("GET", "POST")),
    "agreement_withdrawal": Rule(**AGREEMENT, needs=Right.PROPOSE, methods=("GET", "POST")),
}
