"""What one address needs."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from relationships.policy import Right
from tests.access.world import Furnished

NAMED = ("relationship", "kpi", "goal", "contract", "environment", "spell")


@dataclass(frozen=True)
class Rule:
    """What one address needs.

    `noun` names the row of the world whose id fills `argument` (None: no target); `needs` is the right of GET,
    `writes` that of the other methods (default: the same). `shows`: GET must show the canary to whoever is in, a text
    that begins with `proves` (default: one of the noun; of a relationship, any) meant for `proves_to`. GET is asked with each of `queries`
    too ("{relationship}" stands for the relationship's id, "{kpi}" for the KPI's, "canary" for what is looked for).
    `check(identity, is_own)` overrides everything for addresses that are not about relationships.
    """

    noun: str | None = None
    argument: str = ""
    needs: Right | None = Right.READ
    writes: Right | None = None
    shows: bool = False
    proves: str = ""
    proves_to: str = "shared"
    queries: tuple[str, ...] = ()
    public: bool = False
    may_be_gone: bool = False
    methods: tuple[str, ...] = ()
    check: Callable[[str, bool], str] | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    named: bool = True
    path: str = ""

    def arguments(self, furnished: Furnished) -> dict[str, Any]:
        if self.noun is None:
            return dict(self.extra)
        row = furnished.rows[self.noun]
        return {self.argument: getattr(row, "pk", row), **self.extra}

    def for_method(self, method: str) -> "Rule":
        return self if method == "GET" or self.writes is None else replace(self, needs=self.writes)

    def queries_of(self, furnished: Furnished) -> tuple[str, ...]:
        """What GET is asked with: nothing, and each of the queries."""
        ids = {noun: furnished.rows[noun].pk for noun in NAMED}
        return ("", *(query.format(**ids) for query in self.queries))
