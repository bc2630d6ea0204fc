"""Shared value: one number for two sides, and everything that explains it (method, section 10).

Nash's product of the gains over both walk-aways, as a weighted geometric mean: one side's strength never hides the
other's weakness. Logarithms and powers are taken in double precision; numbers are rounded once, to 4 decimals.
"""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from value.domain.evidence import AGE_WEIGHTS, Evidence, Sums
from value.domain.terms import DEFAULT_TERMS, Dimension, Side, Terms

METHOD_VERSION: Final = "1"
LOWEST_Q: Final = 0.01
PLACES: Final = 4
SMALLEST: Final = Decimal("0.0001")

__all__ = [
    "AGE_WEIGHTS",
    "DEFAULT_TERMS",
    "METHOD_VERSION",
    "Dimension",
    "Evidence",
    "Result",
    "Side",
    "Sums",
    "Terms",
]


class Cause(StrEnum):
    """Why a score is withheld on a side."""

    NOTHING_MEASURED = "NOTHING_MEASURED"
    TOO_LITTLE_EVIDENCE = "TOO_LITTLE_EVIDENCE"
    NO_EVIDENCE = "NO_EVIDENCE"


@dataclass(frozen=True, slots=True)
class Withheld:
    """On which side, why, and which share of the expected evidence exists there."""

    side: Side
    cause: Cause
    coverage: float | None


@dataclass(frozen=True, slots=True)
class Experience:
    """What one side experiences: v (0.01 to 1) and its gain over the walk-away g (0 to 1).

    None where there is no evidence at all. `coverage` is None where nothing is expected.
    """

    v: float | None
    g: float | None
    coverage: float | None
    withheld: Withheld | None


@dataclass(frozen=True, slots=True)
class Result:
    """A score with its parts; the four figures are None when it is withheld."""

    shared_value: Decimal | None
    value_customer: Decimal | None
    value_provider: Decimal | None
    hidden_imbalance: Decimal | None
    customer: Experience
    provider: Experience
    input_digest: str

    @property
    def withheld(self) -> tuple[Withheld, ...]:
        """Every reason to withhold, customer first; empty for a score."""
        return tuple(e.withheld for e in (self.customer, self.provider) if e.withheld is not None)


def sums_of(evidence: Evidence, side: Side, dimension: Dimension) -> Sums:
    """The evidence of one dimension of one side: joint KPIs, or what the other side performs."""
    if dimension is Dimension.OUTCOMES:
        return evidence.joint
    return evidence.by_provider if side is Side.CUSTOMER else evidence.by_customer


def score(evidence: Evidence, terms: Terms = DEFAULT_TERMS) -> Result:
    """The shared value (0 to 100) of the evidence under the terms, or why it is withheld."""
    customer, provider = (_experience(evidence, side, terms) for side in Side)
    digest = digest_of(evidence, terms)
    if customer.withheld or provider.withheld or customer.g is None or provider.g is None:
        return Result(None, None, None, None, customer, provider, digest)
    together = shared_value(customer.g, provider.g, float(terms.alpha))
    imbalance = hidden_imbalance(customer.g, provider.g, float(terms.alpha), together)
    return Result(
        rounded(together),
        rounded(100.0 * customer.g),
        rounded(100.0 * provider.g),
        rounded(imbalance),
        customer,
        provider,
        digest,
    )


def mean(qs: list[tuple[int, float]]) -> float:
    """v: the weighted geometric mean of (weight, q), q counted as at least 0.01."""
    total, weight = 0.0, 0
    for w, q in qs:
        total += w * math.log(max(q, LOWEST_Q))
        weight += w
    return math.exp(total / weight)


def gain(v: float, walkaway: float) -> float:
    """g: how far v lies above the walk-away, from 0 to 1."""
    return min(max((v - walkaway) / (1.0 - walkaway), 0.0), 1.0)


def shared_value(g_customer: float, g_provider: float, alpha: float) -> float:
    """100 · g_C^α · g_P^(1−α); 0 when either side is at or below its walk-away."""
    if g_customer == 0.0 or g_provider == 0.0:
        return 0.0
    return 100.0 * math.exp(alpha * math.log(g_customer) + (1.0 - alpha) * math.log(g_provider))


def hidden_imbalance(g_customer: float, g_provider: float, alpha: float, together: float) -> float:
    """What the arithmetic mean of the gains would hide, in points; never below 0."""
    return max(100.0 * (alpha * g_customer + (1.0 - alpha) * g_provider) - together, 0.0)


def rounded(value: float) -> Decimal:
    """Four decimals, half to even, from the exact value of the double: `half_even` of it, thirty times faster."""
    return Decimal(value).quantize(SMALLEST, ROUND_HALF_EVEN)


def coverage_of(sums: list[tuple[int, Sums]], threshold: Decimal) -> tuple[float | None, bool]:
    """Σ w·coverage ÷ Σ w over the dimensions in which something is expected, and whether it reaches the threshold.

    Compared in whole numbers, so that 60 % of evidence is 60 % whatever the weights. None when nothing is expected.
    """
    counted = [(w, s) for w, s in sums if w and s.expected]
    if not counted:
        return None, False
    common = math.prod(s.expected for _w, s in counted)
    there = sum(w * min(s.periods, s.expected) * (common // s.expected) for w, s in counted)
    whole = common * sum(w for w, _s in counted)
    return there / whole, there * 100 >= int(threshold * 100) * whole


def digest_of(evidence: Evidence, terms: Terms) -> str:
    """SHA-256 of method version, terms and sums: the same inputs, the same digits."""
    sums = (
        (s.points, s.weight, s.periods, s.expected)
        for s in (evidence.joint, evidence.by_provider, evidence.by_customer)
    )
    text = f"{METHOD_VERSION}|{';'.join(f'{k}={v}' for k, v in terms.as_text().items())}|{';'.join(map(str, sums))}"
    return sha256(text.encode()).hexdigest()


def parts_of(result: Result, evidence: Evidence, terms: Terms) -> dict[str, Any]:
    """Terms, and for each side v, g, coverage and its dimensions with q and sums: what a page shows as "why"."""
    sides: dict[str, Any] = {}
    for side, experience in ((Side.CUSTOMER, result.customer), (Side.PROVIDER, result.provider)):
        dimensions = {}
        for dimension in Dimension:
            sums = sums_of(evidence, side, dimension)
            dimensions[dimension.value] = {
                "q": sums.q,
                "points": str(sums.points),
                "weight": str(sums.weight),
                "periods": sums.periods,
                "expected": sums.expected,
            }
        sides[side.value] = {
            "v": experience.v,
            "g": experience.g,
            "coverage": experience.coverage,
            "dimensions": dimensions,
        }
    causes = [{"side": w.side.value, "cause": w.cause.value} for w in result.withheld]
    return {"terms": terms.as_text(), "sides": sides, "withheld": causes}


def _experience(evidence: Evidence, side: Side, terms: Terms) -> Experience:
    sums = [(terms.weight(d), sums_of(evidence, side, d)) for d in Dimension]
    coverage, is_enough = coverage_of(sums, terms.evidence_threshold)
    qs = [(w, q) for w, s in sums if w and (q := s.q) is not None]
    withheld = why_withheld(side, coverage, is_enough=is_enough, has_evidence=bool(qs))
    if not qs:
        return Experience(None, None, coverage, withheld)
    v = mean(qs)
    return Experience(v, gain(v, terms.walkaway(side)), coverage, withheld)


def why_withheld(
    side: Side, coverage: float | None, *, is_enough: bool, has_evidence: bool
) -> Withheld | None:
    """The reason to withhold on one side; None when there is enough evidence."""
    if coverage is None:
        return Withheld(side, Cause.NOTHING_MEASURED, None)
    if not is_enough:
        return Withheld(side, Cause.TOO_LITTLE_EVIDENCE, coverage)
    return None if has_evidence else Withheld(side, Cause.NO_EVIDENCE, coverage)
