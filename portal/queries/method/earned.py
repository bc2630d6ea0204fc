"""A tolerance that mutual trust widens: each number on the way there."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from kpis.domain.bands import Band
from kpis.domain.flex import mutual_trust, widen
from portal.queries.method.flexes import thresholds
from portal.queries.method.steps import Number, Step, band_of, bracketed, said
from portal.queries.method.verdicts import Judged, judged_by


@dataclass(frozen=True)
class EarnedExample:
    """A tolerance that mutual trust widens."""

    band: Band
    moved: Band
    trust: Decimal
    steps: tuple[Step, ...]
    unflexed: Judged | None = None
    flexed: Judged | None = None

    @property
    def thresholds(self) -> list[tuple[str, Decimal, Decimal]]:
        """(name, as agreed, as it judges) of each threshold."""
        return thresholds(self.band, self.moved)


def earned_example(values: Mapping[str, Any]) -> EarnedExample:
    """How far trust widens the tolerance. Raises NotComputable."""
    polarity, band = values["polarity"], band_of(values)
    customer, provider = values.get("trust_customer"), values.get("trust_provider")
    trust, most = mutual_trust(customer, provider), values["max_earned"]
    moved = widen(polarity, band, max_earned=most, trust=trust)
    factor = 1 + Fraction(most) * Fraction(trust)
    steps = [
        Step(_("Mutual trust"), _trust(customer, provider)),
        Step(
            _("The tolerance lies further off by the factor"),
            f"1 + {said(most)} \u00d7 {said(trust)} = {said(factor)}",
        ),
        _widened(_("Tolerance"), band.floor, band.tolerance, band.target, factor, moved.tolerance),
    ]
    upper = (band.upper_floor, band.upper_tolerance, band.upper_target, moved.upper_tolerance)
    if upper[0] is not None and upper[1] is not None and upper[2] is not None and upper[3] is not None:
        steps.append(_widened(_("Upper tolerance"), upper[0], upper[1], upper[2], factor, upper[3]))
    value = values.get("value")
    return EarnedExample(
        band,
        moved,
        trust,
        tuple(steps),
        None if value is None else judged_by(polarity, band, value),
        None if value is None else judged_by(polarity, moved, value),
    )


def _trust(customer: Decimal | None, provider: Decimal | None) -> str:
    if customer is None or provider is None:
        return _("0: one side has no index yet")
    return f"min({said(customer)}, {said(provider)}) = {said(min(customer, provider))}"


def _widened(
    name: str, floor: Number, tolerance: Number, target: Number, factor: Fraction, moved: Decimal
) -> Step:
    wide = Fraction(target) + (Fraction(tolerance) - Fraction(target)) * factor
    inside = f"({said(tolerance)} \u2212 {bracketed(target)})"
    formula = f"{said(target)} + {inside} \u00d7 {said(factor)} = {said(wide)}"
    if moved == floor and wide != moved:
        formula = _("%(formula)s, never beyond the floor: %(floor)s") % {
            "formula": formula,
            "floor": said(floor),
        }
    return Step(name, formula)
