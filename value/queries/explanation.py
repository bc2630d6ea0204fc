"""A stored score taken apart, so that a page can show each number and where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kpis.models import Kpi
from relationships.models import Agreement, Relationship, Side
from value.domain import terms as arithmetic
from value.domain.evidence import NOTHING, Sums
from value.domain.terms import Dimension, Terms
from value.models import Score
from value.queries.evidence import evidence_by_kpi
from value.queries.movement import dimension_word
from value.queries.reasons import reason_of


@dataclass(frozen=True)
class DimensionExplained:
    """One dimension of one side: weight w, q (None without evidence), and the whole numbers q comes from."""

    key: str
    label: str
    weight: int
    q: float | None
    points: int
    total_weight: int
    periods: int
    expected: int

    @property
    def coverage(self) -> float | None:
        """Share of the expected periods that are there; None when nothing is expected."""
        return min(self.periods / self.expected, 1.0) if self.expected else None


@dataclass(frozen=True)
class SideExplained:
    """What one side experiences: v, its gain g over the walk-away, and 100 × g."""

    side: Side
    organisation: str
    v: float | None
    g: float | None
    walkaway: float
    coverage: float | None
    share: float
    dimensions: Sequence[DimensionExplained]

    @property
    def value(self) -> float | None:
        return None if self.g is None else 100 * self.g

    @property
    def coverage_percent(self) -> float:
        return 100 * (self.coverage or 0)

    @property
    def counted(self) -> list[DimensionExplained]:
        """The dimensions that have evidence and a weight: those in the formula."""
        return [d for d in self.dimensions if d.q is not None and d.weight]

    @property
    def counted_weight(self) -> int:
        return sum(d.weight for d in self.counted)


@dataclass(frozen=True)
class KpiEvidence:
    """One KPI's part in a score: its mean attainment, and how many of the expected periods were judged."""

    kpi: Kpi
    sums: Sums

    @property
    def attainment(self) -> float | None:
        """Mean attainment in per cent; None while nothing is judged."""
        return None if self.sums.q is None else 100 * self.sums.q

    @property
    def missing(self) -> int:
        return max(self.sums.expected - self.sums.periods, 0)


@dataclass(frozen=True)
class Explanation:
    """Everything behind one score.

    `has_moved_on`: the readings of today give other sums than those the score was computed from.
    """

    score: Score
    terms: Terms
    agreement: Agreement | None
    sides: Sequence[SideExplained]
    evidence: Sequence[KpiEvidence]
    reason: str
    has_moved_on: bool

    @property
    def needed_percent(self) -> int:
        return int(100 * self.terms.evidence_threshold)


def explain(relationship: Relationship, score: Score) -> Explanation:
    """Takes a stored score apart; the evidence by KPI is that of today's readings as of the score's date."""
    parts = score.parts
    terms = Terms.from_text(parts["terms"])
    evidence = _evidence(relationship, score)
    sides = [_side(relationship, side, terms, parts["sides"][side.value]) for side in Side]
    signers = Agreement.objects.select_related("customer_signed_by", "provider_signed_by")
    return Explanation(
        score=score,
        terms=terms,
        agreement=signers.filter(pk=parts["agreement"]).first() if parts.get("agreement") else None,
        sides=sides,
        evidence=evidence,
        reason=reason_of(parts),
        has_moved_on=_totals(evidence) != _stored_totals(sides),
    )


def _side(relationship: Relationship, side: Side, terms: Terms, part: dict[str, Any]) -> SideExplained:
    dimensions = [
        DimensionExplained(
            key=dimension.value,
            label=dimension_word(dimension, side),
            weight=terms.weight(dimension),
            q=found["q"],
            points=int(found["points"]),
            total_weight=int(found["weight"]),
            periods=found["periods"],
            expected=found["expected"],
        )
        for dimension in Dimension
        for found in (part["dimensions"][dimension.value],)
    ]
    arithmetic_side = arithmetic.Side(side.value)
    return SideExplained(
        side=side,
        organisation=str(relationship.organisation_of(side) or ""),
        v=part["v"],
        g=part["g"],
        walkaway=terms.walkaway(arithmetic_side),
        coverage=part["coverage"],
        share=terms.share(arithmetic_side),
        dimensions=dimensions,
    )


def _evidence(relationship: Relationship, score: Score) -> list[KpiEvidence]:
    sums = evidence_by_kpi(relationship.pk, score.as_of)
    kpis = (
        Kpi.objects.scored()
        .filter(relationship=relationship, starts_on__lte=score.as_of)
        .order_by("performed_by", "position", "pk")
    )
    found = [KpiEvidence(kpi, sums.get(kpi.pk, NOTHING)) for kpi in kpis]
    return [line for line in found if line.sums != NOTHING]


def _totals(evidence: Sequence[KpiEvidence]) -> dict[str, tuple[int, int, int, int]]:
    totals = dict.fromkeys(Kpi.PerformedBy.values, (0, 0, 0, 0))
    for line in evidence:
        s, t = line.sums, totals[line.kpi.performed_by]
        totals[line.kpi.performed_by] = (
            t[0] + s.points,
            t[1] + s.weight,
            t[2] + s.periods,
            t[3] + s.expected,
        )
    return totals


def _stored_totals(sides: Sequence[SideExplained]) -> dict[str, tuple[int, int, int, int]]:
    found = {}
    for side in sides:
        for dimension in side.dimensions:
            received_from = side.side.other.value
            performer = "JOINT" if dimension.key == Dimension.OUTCOMES else received_from
            found[performer] = (
                dimension.points,
                dimension.total_weight,
                dimension.periods,
                dimension.expected,
            )
    return found
