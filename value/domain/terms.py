"""The terms of the score: weights, walk-aways, bargaining power and evidence threshold (method, section 10)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Side(StrEnum):
    """The two parties."""

    CUSTOMER = "CUSTOMER"
    PROVIDER = "PROVIDER"


class Dimension(StrEnum):
    """In what a side experiences the partnership."""

    OUTCOMES = "OUTCOMES"
    RECEIVED = "RECEIVED"


class TermsOutOfRange(ValueError):
    """A weight, walk-away, exponent or threshold that no score can be computed with."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What both parties agree about their score; the defaults hold until they agree otherwise.

    Walk-aways lie in [0, 1), `alpha` (the customer's share of the exponent) in (0, 1), the threshold in [0, 1],
    each with two decimals. Raises TermsOutOfRange.
    """

    weight_outcomes: int = 1
    weight_received: int = 1
    walkaway_customer: Decimal = Decimal("0.20")
    walkaway_provider: Decimal = Decimal("0.20")
    alpha: Decimal = Decimal("0.50")
    evidence_threshold: Decimal = Decimal("0.60")

    def __post_init__(self) -> None:
        good = (
            min(self.weight_outcomes, self.weight_received) >= 0
            and self.weight_outcomes + self.weight_received > 0
            and 0 <= self.walkaway_customer < 1
            and 0 <= self.walkaway_provider < 1
            and 0 < self.alpha < 1
            and 0 <= self.evidence_threshold <= 1
        )
        if not good:
            raise TermsOutOfRange(
                "weights from 0, not both 0; walk-aways below 1; alpha strictly inside 0 and 1"
            )

    def weight(self, dimension: Dimension) -> int:
        """w of a dimension."""
        return self.weight_outcomes if dimension is Dimension.OUTCOMES else self.weight_received

    def walkaway(self, side: Side) -> float:
        """The v at which a side would rather leave."""
        return float(self.walkaway_customer if side is Side.CUSTOMER else self.walkaway_provider)

    def share(self, side: Side) -> float:
        """The exponent of a side: α for the customer, 1 − α for the provider."""
        return float(self.alpha) if side is Side.CUSTOMER else 1.0 - float(self.alpha)

    def as_text(self) -> dict[str, str | int]:
        """Whole numbers and two-decimal texts, for parts and digest."""
        return {
            "weight_outcomes": self.weight_outcomes,
            "weight_received": self.weight_received,
            "walkaway_customer": f"{self.walkaway_customer:.2f}",
            "walkaway_provider": f"{self.walkaway_provider:.2f}",
            "alpha": f"{self.alpha:.2f}",
            "evidence_threshold": f"{self.evidence_threshold:.2f}",
        }

    @classmethod
    def from_text(cls, text: dict[str, str | int]) -> "Terms":
        """The terms that `as_text` wrote down."""
        return cls(
            int(text["weight_outcomes"]),
            int(text["weight_received"]),
            *(
                Decimal(str(text[name]))
                for name in ("walkaway_customer", "walkaway_provider", "alpha", "evidence_threshold")
            ),
        )


DEFAULT_TERMS = Terms()
