"""The API."""

from relationships.policy import Right
from tests.access.rules.base import Rule

RULES: dict[str, Rule] = {
    "api:schema": Rule(public=True),
    "api:elsewhere": Rule(public=True, extra={"rest": "nowhere"}),
    "api:session": Rule(),
    # Lists are open to everybody who is signed in, and cut to what they may read.
    **{
        f"api:{name}": Rule(
            shows=True, proves=proves, queries=("?relationship={relationship}", "?name=canary")
        )
        for name, proves in {
            "relationships": "relationship-",
            "contracts": "contract-",
            "goals": "goal-",
            "kpis": "kpi-",
            "agreements": "agreement-",
            "readings": "reading-",
            "shared_values": "score-",
            "environments": "environment-",
            "spells": "spell-",
            "rebases": "rebase-",
        }.items()
    },
    "api:band_revisions": Rule(queries=("?relationship={relationship}", "?kpi={kpi}")),
    **{
        f"api:{name}": Rule(queries=("?relationship={relationship}",))
        for name in ("drivers", "reviews", "pulses")
    },
    "api:relationship": Rule("relationship", "id", shows=True),
    "api:relationship_contracts": Rule("relationship", "id", needs=Right.CONTRIBUTE, methods=("POST",)),
    "api:relationship_goals": Rule("relationship", "id", needs=Right.CONTRIBUTE, methods=("POST",)),
    "api:relationship_readings": Rule("relationship", "id", needs=Right.REPORT, methods=("POST",)),
    "api:relationship_confirmations": Rule("relationship", "id", needs=Right.SETTLE, methods=("POST",)),
    "api:contract": Rule("contract", "id", writes=Right.CONTRIBUTE, shows=True),
    "api:goal": Rule("goal", "id", writes=Right.CONTRIBUTE, shows=True),
    "api:goal_kpis": Rule("goal", "id", needs=Right.CONTRIBUTE, methods=("POST",)),
    "api:kpi": Rule("kpi", "id", writes=Right.CONTRIBUTE, shows=True),
    "api:kpi_band_revisions": Rule("kpi", "id", needs=Right.PROPOSE, methods=("POST",)),
    "api:band_revision": Rule("band", "id"),
    "api:agreement": Rule("agreement", "id", shows=True),
    "api:agreement_signature": Rule("agreement", "id", needs=Right.SIGN, methods=("POST",)),
    "api:agreement_decline": Rule("agreement", "id", needs=Right.SIGN, methods=("POST",)),
    "api:agreement_withdrawal": Rule("agreement", "id", needs=Right.PROPOSE, methods=("POST",)),
    "api:reading": Rule("reading", "id", shows=True),
    "api:reading_dispute": Rule("reading", "id", needs=Right.SETTLE, methods=("POST",)),
    "api:shared_value": Rule("score", "id", shows=True),
    "api:relationship_drivers": Rule("relationship", "id", needs=Right.CONTRIBUTE, methods=("POST",)),
    "api:relationship_environments": Rule("relationship", "id", needs=Right.PROPOSE, methods=("POST",)),
    "api:relationship_pulses": Rule("relationship", "id", needs=Right.PROPOSE, methods=("POST",)),
    "api:environment": Rule("environment", "id", shows=True),
    "api:environment_revisions": Rule("environment", "id", needs=Right.PROPOSE, methods=("POST",)),
    "api:environment_spells": Rule("environment", "id", needs=Right.PROPOSE, methods=("POST",)),
    "api:spell": Rule("spell", "id", shows=True),
    "api:rebase": Rule("rebase", "id", shows=True),
    "api:review": Rule("review", "id"),
    "api:review_choice": Rule("review", "id", needs=Right.PROPOSE, methods=("POST",)),
    "api:pulse": Rule("pulse", "id"),
    "api:pulse_answer": Rule("pulse", "id", methods=("POST",)),
    "api:pulse_closing": Rule("pulse", "id", needs=Right.PROPOSE, methods=("POST",)),
    "api:kpi_back_test": Rule("kpi", "id", methods=("POST",)),
    "api:kpi_room": Rule("kpi", "id", queries=("?on=2026-01-31",)),
    "api:kpi_signals": Rule("kpi", "id", queries=("?on=2026-01-31",)),
    "api:kpi_rebases": Rule("kpi", "id", needs=Right.PROPOSE, methods=("POST",)),
    # The calculators know of no relationship: whoever is signed in may compute.
    **{
        f"api:method_{name}": Rule(methods=("POST",))
        for name in ("verdict", "flex", "earned_room", "budget", "signals", "condition")
    },
}
