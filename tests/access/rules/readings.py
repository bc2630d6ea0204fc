"""The grid, cells, disputes, evidence, exports."""

from dataclasses import dataclass, replace
from datetime import date

from relationships.policy import Right
from tests.access.rules.base import Rule

JANUARY = date(2026, 1, 1)


# The furnished KPI is performed by the provider: its members report it, the customer's settle it.
PROVIDERS = ("provider lead", "provider member")
CUSTOMERS = ("customer lead", "second customer lead", "customer member")
OUTSIDE = (
    "without organisation",
    "customer administrator",
    "provider administrator",
    "revoked lead",
)


@dataclass(frozen=True)
class BySide(Rule):
    """An address whose writes (and, with `reads_too`, reads) belong to one side's members alone."""

    writers: tuple[str, ...] = ()
    reads_too: bool = False

    def for_method(self, method: str) -> Rule:
        if method == "GET" and not self.reads_too:
            return self

        def check(identity: str, is_own: bool) -> str:
            if identity == "rival lead":  # holds the customer's lead of the foreign relationship
                return "hidden" if is_own else ("in" if "customer lead" in self.writers else "forbidden")
            if not is_own or identity in OUTSIDE:
                return "hidden"
            return "in" if identity in self.writers else "forbidden"

        return replace(self, check=check)


RULES: dict[str, Rule] = {
    "kpis:grid": Rule(
        "relationship",
        "relationship_id",
        writes=Right.REPORT,
        shows=True,
        proves="kpi-",
        queries=("?q=canary",),
    ),
    "kpis:newest": Rule("relationship", "relationship_id", needs=Right.REPORT),
    "kpis:readings_export": Rule(
        "relationship",
        "relationship_id",
        shows=True,
        proves="kpi-",
        queries=("?until=2026-01-31&format=xlsx",),
    ),
    "kpis:confirmations": Rule("relationship", "relationship_id", writes=Right.SETTLE, shows=True),
    "kpis:reading": BySide(
        "kpi",
        "kpi_id",
        shows=True,
        extra={"day": JANUARY},
        writers=PROVIDERS,
        proves="reading-",
        queries=("?beside=1",),
    ),
    "kpis:verdict": Rule("kpi", "kpi_id", extra={"day": JANUARY}, queries=("?value=71",)),
    "kpis:dispute": BySide("reading", "reading_id", shows=False, writers=CUSTOMERS, reads_too=True),
    "kpis:dispute_resolution": BySide(
        "dispute", "dispute_id", writers=(*PROVIDERS, *CUSTOMERS), reads_too=True
    ),
    "kpis:evidence_new": Rule("reading", "reading_id", needs=Right.REPORT),
    "kpis:evidence": Rule("evidence", "evidence_id", shows=True),
}
