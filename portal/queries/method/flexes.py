"""A band that moves with the environment: each number on the way there."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from kpis.domain.bands import Band, DisorderedBand, Polarity
from kpis.domain.flex import Flexed, Kind, Rule, UnusableRule, check_rule, flex, six
from portal.queries.method.steps import (
    NAMES,
    NotComputable,
    Step,
    band_of,
    bracketed,
    check_order,
    names_of,
    said,
)
from portal.queries.method.verdicts import Judged, judged_by

OF_DRIVER = ("baseline", "slope", "deadband", "cap")


@dataclass(frozen=True)
class Considered:
    """One rule and what became of it: used, set aside for one of higher priority, or not applying at all."""

    number: int
    kind: str
    priority: int
    covered_days: int
    is_used: bool
    why: str


@dataclass(frozen=True)
class FlexedExample:
    """A band as it judges one period; `rule` counts from 1, None where nothing applies."""

    band: Band
    moved: Band
    rule: int | None
    share: Fraction
    deviation: Fraction | None
    rules: tuple[Considered, ...]
    steps: tuple[Step, ...]
    unflexed: Judged | None = None
    flexed: Judged | None = None

    @property
    def thresholds(self) -> list[tuple[str, Decimal, Decimal]]:
        """(name, as agreed, as it judges) of each threshold."""
        return thresholds(self.band, self.moved)


def thresholds(band: Band, moved: Band) -> list[tuple[str, Decimal, Decimal]]:
    """(name, as agreed, as it judges) of each threshold, in the reader's words."""
    pairs = zip(names_of().values(), six(band), six(moved), strict=True)
    return [(name, old, new) for name, old, new in pairs if old is not None and new is not None]


def flex_example(values: Mapping[str, Any]) -> FlexedExample:
    """How the rules move the band of a period. Raises NotComputable."""
    polarity, band, days = values["polarity"], band_of(values), values["days"]
    given = values["rules"]
    rules = [_rule(polarity, band, number, row, days) for number, row in enumerate(given)]
    priorities = [rule.priority for rule in rules]
    for number, priority in enumerate(priorities):
        if priority in priorities[:number]:
            raise NotComputable(
                _("Another rule has this priority; each needs its own."), f"rules[{number}].priority"
            )
    covered: dict[Hashable, int] = {number: row["covered_days"] for number, row in enumerate(given)}
    driven: dict[Hashable, Decimal | None] = {
        number: row.get("driver_value") for number, row in enumerate(given)
    }
    found = flex(polarity, band, rules, covered=covered, days=days, driven=driven)
    used = None if found.rule is None else int(str(found.rule.key))
    value = values.get("value")
    return FlexedExample(
        band,
        found.band,
        None if used is None else used + 1,
        found.share,
        found.deviation,
        tuple(_considered(rules, given, used)),
        tuple(
            _flex_steps(polarity, band, found, given[used]["covered_days"] if used is not None else 0, days)
        ),
        None if value is None else judged_by(polarity, band, value),
        None if value is None else judged_by(polarity, found.band, value),
    )


def _rule(polarity: str, band: Band, number: int, row: Mapping[str, Any], days: int) -> Rule:
    at = f"rules[{number}]."
    if row["covered_days"] > days:
        raise NotComputable(_("A spell covers no more days than the period has."), f"{at}covered_days")
    is_driver = row["kind"] == Kind.DRIVER
    wanted = OF_DRIVER if is_driver else NAMES[:3] if polarity != Polarity.WITHIN_RANGE else NAMES
    for name in (*OF_DRIVER, *NAMES):
        if name in wanted and row.get(name) is None:
            raise NotComputable(_("This number is needed."), f"{at}{name}")
        if name not in wanted and row.get(name) is not None:
            raise NotComputable(_("This number does not belong to this kind of rule."), f"{at}{name}")
    amounts = None if is_driver else Band(*(row[name] for name in wanted))
    baseline, slope, deadband, cap = (row.get(name) for name in OF_DRIVER)
    rule = Rule(number, row["kind"], row["priority"], amounts, baseline, slope, deadband, cap, key=number)
    _check(polarity, band, rule, at)
    return rule


def _check(polarity: str, band: Band, rule: Rule, at: str) -> None:
    try:
        check_rule(polarity, band, rule)
    except UnusableRule as error:
        field, message = _unusable(rule)
        raise NotComputable(message, f"{at}{field}") from error
    except DisorderedBand as error:
        if rule.kind == Kind.REPLACE and rule.amounts is not None:
            names = NAMES if rule.amounts.upper_target is not None else NAMES[:3]
            check_order(polarity, dict(zip(names, rule.amounts.thresholds, strict=True)), at=at)
        message = _(
            "Moved like this, the thresholds would no longer run from floor over tolerance to target."
        )
        raise NotComputable(message, f"{at}tolerance") from error


def _unusable(rule: Rule) -> tuple[str, str]:
    if not rule.baseline:
        return "baseline", _("A deviation is measured from a baseline, so it cannot be 0.")
    for name in ("slope", "cap"):
        if (getattr(rule, name) or 0) <= 0:
            return name, _("Give a number larger than 0.")
    return "deadband", _("A deadband is a share of the baseline: 0 or more.")


def _considered(
    rules: Sequence[Rule], given: Sequence[Mapping[str, Any]], used: int | None
) -> list[Considered]:
    found = []
    for number, (rule, row) in enumerate(zip(rules, given, strict=True)):
        if number == used:
            why = _("used: of the rules that apply it has the highest priority")
        elif row["covered_days"] == 0:
            why = _("not used: its environment holds on no day of the period")
        elif rule.kind == Kind.DRIVER and row.get("driver_value") is None:
            why = _("not used: its driver has no value in the period")
        else:
            why = _("not used: rules never stack, and another one has a higher priority")
        found.append(
            Considered(number + 1, rule.kind, rule.priority, row["covered_days"], number == used, why)
        )
    return found


def _flex_steps(polarity: str, band: Band, found: Flexed, covered: int, days: int) -> list[Step]:
    if found.rule is None:
        return [Step(_("Nothing moves"), _("no rule applies in this period"))]
    rule, share = found.rule, found.share
    steps = [Step(_("Share of the period"), f"{covered} \u00f7 {days} = {said(share)}")]
    if rule.kind == Kind.DRIVER:
        steps += _driver_steps(rule, found.deviation or Fraction(0))
    fully = flex(
        polarity, band, [rule], covered={rule.environment: days}, days=days, driven={rule.key: _driver(found)}
    ).band
    part = f"{covered}/{days}"
    for name, base, whole, moved in zip(
        names_of().values(), six(band), six(fully), six(found.band), strict=True
    ):
        if base is None or whole is None or moved is None:
            continue
        inside = f"({said(whole)} \u2212 {bracketed(base)})"
        steps.append(Step(name, f"{said(base)} + {part} \u00d7 {inside} = {said(moved)}"))
    return steps


def _driver(found: Flexed) -> Decimal | None:
    """The driver's value back from its deviation, so that the fully covered band can be asked for."""
    if found.deviation is None or found.rule is None or found.rule.baseline is None:
        return None
    exact = Fraction(found.rule.baseline) + found.deviation * abs(Fraction(found.rule.baseline))
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def _driver_steps(rule: Rule, deviation: Fraction) -> list[Step]:
    slope, deadband, cap = (Fraction(number or 0) for number in (rule.slope, rule.deadband, rule.cap))
    baseline = rule.baseline or Decimal(1)
    value = Fraction(baseline) + deviation * abs(Fraction(baseline))
    beyond = max(Fraction(0), abs(deviation) - deadband)
    ease = min(slope * beyond, cap)
    return [
        Step(
            _("Deviation d of the driver"),
            f"({said(value)} \u2212 {bracketed(baseline)}) \u00f7 {said(abs(baseline))} = {said(deviation)}",
        ),
        Step(
            _("Beyond the deadband"),
            f"max(0, {said(abs(deviation))} \u2212 {said(deadband)}) = {said(beyond)}",
        ),
        Step(
            _("Easier by, at most the cap"),
            f"min({said(slope)} \u00d7 {said(beyond)}, {said(cap)}) = {said(ease)}",
        ),
    ]
