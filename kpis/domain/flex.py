"""Bands that move with the environment and with trust (method, sections 3 and 4).

A measurement is never edited to make a band fit: what moves is the band, by rules both sides signed, and the verdict
of the band as it stands is kept beside. Moved thresholds are rounded half to even to the six decimals in which
thresholds are written down, once, and judge as rounded: what judges is a number that both sides can see.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from kpis.domain.bands import Band, DisorderedBand, Polarity, check
from portal.lib.rounding import half_even

PLACES: Final = 6
UNTOUCHED: Final = Fraction(0)

Six = tuple[Decimal | None, Decimal | None, Decimal | None, Decimal | None, Decimal | None, Decimal | None]


class Kind(StrEnum):
    """How a rule moves a band."""

    SHIFT = "SHIFT"
    REPLACE = "REPLACE"
    DRIVER = "DRIVER"


class UnusableRule(ValueError):
    """A rule lacks a number that its kind needs, or has one that makes no sense."""


@dataclass(frozen=True)
class Rule:
    """One flex rule. `amounts` are added (SHIFT) or used instead (REPLACE), in the KPI's unit and in a band's order.

    A DRIVER rule has `baseline` (in the driver's unit, not 0), `slope` (units for each 1.00 of relative deviation),
    `deadband` (a share) and `cap` (units).
    """

    environment: Hashable
    kind: str
    priority: int
    amounts: Band | None = None
    baseline: Decimal | None = None
    slope: Decimal | None = None
    deadband: Decimal | None = None
    cap: Decimal | None = None
    key: Hashable = field(default=None, compare=False)


@dataclass(frozen=True)
class Flexed:
    """A band as it judges a period. `share` is the part of the period's days that the environment covers.

    `deviation` is the driver's relative deviation from its baseline; None for other rules. Without a `rule` the band
    is the one that was given.
    """

    band: Band
    rule: Rule | None = None
    share: Fraction = UNTOUCHED
    deviation: Fraction | None = None


def flex(
    polarity: str,
    band: Band,
    rules: Sequence[Rule],
    *,
    covered: Mapping[Hashable, int],
    days: int,
    driven: Mapping[Hashable, Decimal | None] | None = None,
) -> Flexed:
    """The band of a period of `days` days, moved by the one rule of highest priority whose environment covers any.

    `covered` says on how many of the days each environment held. `driven` holds the driver's value in the period by
    the rule's `key`; a DRIVER rule without one does not apply, because nothing is known to follow. Rules never stack:
    each threshold becomes `base + share × (flexed − base)`. Raises UnusableRule.
    """
    values = driven or {}
    for rule in sorted(rules, key=lambda one: -one.priority):
        held = min(covered.get(rule.environment, 0), days)
        if held <= 0 or (rule.kind == Kind.DRIVER and values.get(rule.key) is None):
            continue
        share = Fraction(held, days)
        deviation = _deviation(rule, values.get(rule.key))
        return Flexed(_between(band, _fully(polarity, band, rule, deviation), share), rule, share, deviation)
    return Flexed(band)


def widen(polarity: str, band: Band, *, max_earned: Decimal, trust: Decimal | Fraction) -> Band:
    """Earned room: `tolerance' = target + (tolerance − target) × (1 + max_earned × trust)`, never beyond floor.

    `max_earned` and `trust` are shares from 0 to 1; a range is widened on both halves. Raises UnusableRule for others.
    """
    if not (0 <= max_earned <= 1 and 0 <= trust <= 1):
        raise UnusableRule("earned room and trust are shares from 0 to 1")
    factor = 1 + Fraction(max_earned) * Fraction(trust)
    if factor == 1:
        return band
    upper = band.upper_half
    lower = _widened(band.floor, band.tolerance, band.target, factor)
    if polarity != Polarity.WITHIN_RANGE:
        return Band(band.floor, lower, band.target)
    upper_target, upper_tolerance, upper_floor = upper
    if upper_target is None or upper_tolerance is None or upper_floor is None:
        raise DisorderedBand("a range needs three thresholds in each half")
    wider = _widened(upper_floor, upper_tolerance, upper_target, factor)
    return Band(band.floor, lower, band.target, upper_target, wider, upper_floor)


def check_rule(polarity: str, band: Band, rule: Rule) -> None:
    """Raises UnusableRule or DisorderedBand unless the rule, fully applied, leaves the band in order.

    What lies between two bands in order is in order too, so that no partly covered period can break it.
    """
    if rule.kind == Kind.DRIVER:
        _deviation(rule, Decimal(1))
        slope, deadband, cap = rule.slope or 0, rule.deadband or 0, rule.cap or 0
        if slope <= 0 or deadband < 0 or cap <= 0:
            raise UnusableRule("slope and cap are above 0, the deadband is not below")
    check(polarity, _band(_fully(polarity, band, rule, UNTOUCHED)))


def quarter_start(day: date) -> date:
    """The first day of the calendar quarter of `day`: trust is frozen as of it."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def mutual_trust(customer: Decimal | None, provider: Decimal | None) -> Decimal:
    """The smaller of the two sides' trust indices (0 to 1); 0 while one of them has none."""
    return Decimal(0) if customer is None or provider is None else min(customer, provider)


def six(band: Band) -> Six:
    """Floor, tolerance, target, and the upper half in a band's order; None where there is none."""
    return (band.floor, band.tolerance, band.target, *band.upper_half)


def _fully(polarity: str, band: Band, rule: Rule, deviation: Fraction | None) -> list[Fraction | None]:
    """The exact thresholds of a period that the environment covers whole."""
    base = six(band)
    if rule.kind == Kind.DRIVER:
        ease = _ease(rule, deviation)
        return [_plus(value, sign * ease) for value, sign in zip(base, _easier(polarity), strict=True)]
    if rule.amounts is None:
        raise UnusableRule("the rule has no thresholds")
    amounts = six(rule.amounts)
    if [amount is None for amount in amounts] != [value is None for value in base]:
        raise UnusableRule("the rule speaks of other thresholds than the band")
    if rule.kind == Kind.REPLACE:
        return [_plus(amount, UNTOUCHED) for amount in amounts]
    return [_plus(value, Fraction(amount or 0)) for value, amount in zip(base, amounts, strict=True)]


def _between(base: Band, there: Sequence[Fraction | None], share: Fraction) -> Band:
    """`base + share × (there − base)` on each threshold."""
    return _band(
        [
            _plus(value, share * ((end or 0) - Fraction(value or 0)))
            for value, end in zip(six(base), there, strict=True)
        ]
    )


def _plus(value: Decimal | None, amount: Fraction) -> Fraction | None:
    return None if value is None else Fraction(value) + amount


def _easier(polarity: str) -> tuple[int, ...]:
    """In which direction each threshold becomes easier to reach."""
    return (1,) * 3 + (0,) * 3 if polarity == Polarity.LOWER else (-1,) * 3 + (1,) * 3


def _ease(rule: Rule, deviation: Fraction | None) -> Fraction:
    """`slope × max(0, |d| − deadband)`, at most `cap`, in the KPI's unit."""
    if rule.slope is None or rule.deadband is None or rule.cap is None:
        raise UnusableRule("a driver rule needs slope, deadband and cap")
    beyond = max(Fraction(0), abs(deviation or Fraction(0)) - Fraction(rule.deadband))
    return min(Fraction(rule.slope) * beyond, Fraction(rule.cap))


def _deviation(rule: Rule, value: Decimal | None) -> Fraction | None:
    if rule.kind != Kind.DRIVER or value is None:
        return None
    if not rule.baseline:
        raise UnusableRule("a driver's deviation needs a baseline other than 0")
    return (Fraction(value) - Fraction(rule.baseline)) / abs(Fraction(rule.baseline))


def _widened(floor: Decimal, tolerance: Decimal, target: Decimal, factor: Fraction) -> Decimal:
    wide = half_even(Fraction(target) + (Fraction(tolerance) - Fraction(target)) * factor, PLACES)
    return max(wide, floor) if floor < target else min(wide, floor)


def _band(thresholds: Sequence[Decimal | Fraction | None]) -> Band:
    exact = [
        value if value is None or isinstance(value, Decimal) else half_even(value, PLACES)
        for value in thresholds
    ]
    floor, tolerance, target, *upper = exact
    if floor is None or tolerance is None or target is None:
        raise DisorderedBand("a band has floor, tolerance and target")
    return Band(floor, tolerance, target, *upper)
