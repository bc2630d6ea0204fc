"""What two sides gain together, and why it moved; computed by the very arithmetic that scores."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from value.domain.evidence import AGE_WEIGHTS
from value.domain.movement import Snapshot, why_it_moved
from value.domain.score import gain, hidden_imbalance, mean, rounded, shared_value
from value.domain.terms import DEFAULT_TERMS, Dimension, Side

BEFORE: Final = {
    (Side.CUSTOMER, Dimension.OUTCOMES): 0.70,
    (Side.CUSTOMER, Dimension.RECEIVED): 0.80,
    (Side.PROVIDER, Dimension.OUTCOMES): 0.70,
    (Side.PROVIDER, Dimension.RECEIVED): 0.50,
}
AFTER: Final = {
    **BEFORE,
    (Side.PROVIDER, Dimension.RECEIVED): 0.75,
    (Side.CUSTOMER, Dimension.RECEIVED): 0.76,
}


@dataclass(frozen=True)
class Scored:
    """A shared value with its parts."""

    shared_value: Decimal
    v_customer: Decimal
    v_provider: Decimal
    value_customer: Decimal
    value_provider: Decimal
    hidden_imbalance: Decimal

    @property
    def note_customer(self) -> str:
        return f"v = {self.v_customer}"

    @property
    def note_provider(self) -> str:
        return f"v = {self.v_provider}"


@dataclass(frozen=True)
class MovedLine:
    """The points that one dimension of one side added."""

    side: Side
    dimension: Dimension
    before: Decimal
    after: Decimal
    points: Decimal


@dataclass(frozen=True)
class Moved:
    """An example of why a score moved."""

    before: Decimal
    after: Decimal
    change: Decimal
    lines: list[MovedLine]


def score_example(values: Mapping[str, Any]) -> Scored:
    """The shared value of the values of a ScoreForm, both dimensions weighing the same."""
    outcomes, by_provider, by_customer = (
        float(values[name]) / 100 for name in ("outcomes", "by_provider", "by_customer")
    )
    v_customer, v_provider = mean([(1, outcomes), (1, by_provider)]), mean([(1, outcomes), (1, by_customer)])
    g_customer = gain(v_customer, float(values["walkaway_customer"]))
    g_provider = gain(v_provider, float(values["walkaway_provider"]))
    alpha = float(values["alpha"])
    together = shared_value(g_customer, g_provider, alpha)
    return Scored(
        rounded(together),
        rounded(v_customer),
        rounded(v_provider),
        rounded(100 * g_customer),
        rounded(100 * g_provider),
        rounded(hidden_imbalance(g_customer, g_provider, alpha, together)),
    )


def movement_example() -> Moved:
    """A year in which the customer's commitments got better and the provider's service a little worse."""
    before, after = Snapshot(BEFORE, DEFAULT_TERMS), Snapshot(AFTER, DEFAULT_TERMS)
    movement = why_it_moved(before, after)
    points = movement.points or {}
    lines = [
        MovedLine(*key, rounded(100 * BEFORE[key]), rounded(100 * AFTER[key]), rounded(points[key]))
        for key in BEFORE
    ]
    ends = [score_example(_as_form(qs)).shared_value for qs in (BEFORE, AFTER)]
    return Moved(ends[0], ends[1], rounded(movement.change or 0.0), lines)


def age_weights() -> list[tuple[int, Decimal]]:
    """(age in whole months, weight) as counted: whole millionths."""
    return [(age, Decimal(weight) / 1_000_000) for age, weight in enumerate(AGE_WEIGHTS)]


def _as_form(qs: Mapping[tuple[Side, Dimension], float]) -> dict[str, float | Decimal]:
    return {
        "outcomes": 100 * qs[Side.CUSTOMER, Dimension.OUTCOMES],
        "by_provider": 100 * qs[Side.CUSTOMER, Dimension.RECEIVED],
        "by_customer": 100 * qs[Side.PROVIDER, Dimension.RECEIVED],
        "walkaway_customer": DEFAULT_TERMS.walkaway_customer,
        "walkaway_provider": DEFAULT_TERMS.walkaway_provider,
        "alpha": DEFAULT_TERMS.alpha,
    }
