"""Flex rules as part of a proposed band: checked, put into words, and saved with it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from kpis.actions.errors import RuleRefused
from kpis.domain.bands import DisorderedBand
from kpis.domain.flex import Kind, UnusableRule, check_rule
from kpis.models import BandRevision, FlexRule, Kpi
from kpis.queries.bands import band_of
from kpis.queries.judging import rule_of

AMOUNTS: Final = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")
OF_DRIVER: Final = ("baseline", "slope", "deadband", "cap")
# What fits the columns: 18 digits, six of them after the point.
BOUND: Final = Decimal(10) ** 12


def check_rules(kpi: Kpi, band: BandRevision, rules: Sequence[FlexRule]) -> None:
    """Raises RuleRefused for the first rule that is incomplete, doubled, circular or breaks the order of the band."""
    environments: set[int] = set()
    priorities: set[int] = set()
    for index, rule in enumerate(rules):
        if rule.environment_id in environments:
            raise RuleRefused(
                _("There is a rule for this environment already; a band has one for each."),
                index,
                "environment",
            )
        if rule.priority in priorities:
            raise RuleRefused(
                _(
                    "Another rule has this priority. Where several apply the highest one is used, so each needs its own."
                ),
                index,
                "priority",
            )
        environments.add(rule.environment_id)
        priorities.add(rule.priority)
        _check_numbers(rule, index)
        if rule.kind == Kind.DRIVER:
            _check_driver(kpi, rule, index)
        try:
            check_rule(kpi.polarity, band_of(band), rule_of(rule))
        except DisorderedBand as error:
            raise RuleRefused(
                _("Moved like this, the thresholds would no longer run from floor over tolerance to target."),
                index,
                "tolerance",
            ) from error
        except UnusableRule as error:
            raise RuleRefused(
                _("Give an amount for each threshold of the band, and for no other."), index, "floor"
            ) from error


def save_rules(band: BandRevision, rules: Sequence[FlexRule]) -> None:
    """Gives a proposed band these rules and no others."""
    band.flex_rules.all().delete()
    for rule in rules:
        rule.pk = None
        rule.relationship_id, rule.band_revision = band.relationship_id, band
    FlexRule.objects.bulk_create(rules)


def rules_content(kpi: Kpi, rules: Sequence[FlexRule], standing: Sequence[FlexRule]) -> list[dict[str, Any]]:
    """The rows of an agreement that name the rules, before and after; `environment` of each must be loaded."""
    before = {rule.environment.name: rule_in_words(kpi, rule) for rule in standing}
    after = {rule.environment.name: rule_in_words(kpi, rule) for rule in rules}
    return [
        {
            "label": _("Flex: %(environment)s") % {"environment": name},
            "before": before.get(name, ""),
            "after": after.get(name, ""),
        }
        for name in [*after, *(name for name in before if name not in after)]
    ]


def rule_in_words(kpi: Kpi, rule: FlexRule) -> str:
    """A rule as a sentence, with its priority."""
    unit = f"\u00a0{kpi.unit}" if kpi.unit else ""
    if rule.kind == Kind.DRIVER:
        said = _(
            "follows “%(driver)s”: %(slope)s%(unit)s easier for each 100 %% away from %(baseline)s beyond %(deadband)s %%,"
            " at most %(cap)s%(unit)s; priority %(priority)d"
        )
        return said % {
            "driver": rule.driver.name if rule.driver else "",
            "slope": _bare(rule.slope),
            "baseline": _bare(rule.baseline),
            "deadband": _bare((rule.deadband or Decimal(0)) * 100),
            "cap": _bare(rule.cap),
            "unit": unit,
            "priority": rule.priority,
        }
    signed = rule.kind == Kind.SHIFT
    numbers = ", ".join(
        _bare(value, signed=signed) + unit
        for value in (getattr(rule, name) for name in AMOUNTS)
        if value is not None
    )
    said = (
        _("floor, tolerance and target move by %(numbers)s; priority %(priority)d")
        if signed
        else _("floor, tolerance and target are %(numbers)s; priority %(priority)d")
    )
    return said % {"numbers": numbers, "priority": rule.priority}


def _bare(value: Decimal | None, *, signed: bool = False) -> str:
    if value is None:
        return ""
    return f"{value.normalize():+f}" if signed else f"{value.normalize():f}"


def _check_numbers(rule: FlexRule, index: int) -> None:
    if rule.kind not in set(Kind):
        raise RuleRefused(_("Choose how the band moves."), index, "kind")
    if rule.priority < 1:
        raise RuleRefused(_("A priority is a whole number from 1."), index, "priority")
    is_driver = rule.kind == Kind.DRIVER
    for name in AMOUNTS if is_driver else OF_DRIVER:
        if getattr(rule, name) is not None:
            raise RuleRefused(_("This number does not belong to this kind of rule."), index, name)
    for name in OF_DRIVER if is_driver else AMOUNTS[:3]:
        if getattr(rule, name) is None:
            raise RuleRefused(_("This number is needed."), index, name)
    for name in (*AMOUNTS, *OF_DRIVER):
        value = getattr(rule, name)
        if value is not None and (not value.is_finite() or abs(value) >= BOUND):
            raise RuleRefused(_("This number is too large."), index, name)


def _check_driver(kpi: Kpi, rule: FlexRule, index: int) -> None:
    driver = rule.driver
    if driver is None or driver.relationship_id != kpi.relationship_id:
        raise RuleRefused(_("Choose a driver of this relationship."), index, "driver")
    if not rule.baseline:
        raise RuleRefused(_("A deviation is measured from a baseline, so it cannot be 0."), index, "baseline")
    for name in ("slope", "cap"):
        if (getattr(rule, name) or 0) <= 0:
            raise RuleRefused(_("Give a number larger than 0."), index, name)
    if (rule.deadband or 0) < 0 or (rule.deadband or 0) >= 1000:
        raise RuleRefused(_("A deadband is a share of the baseline: 0 or more."), index, "deadband")
    if driver.pk == kpi.pk or kpi.pk in _driving(driver.pk):
        raise RuleRefused(
            _(
                "“%(driver)s” would move with “%(kpi)s” and this with it: a driver may not go round in a circle."
            )
            % {"driver": driver.name, "kpi": kpi.name},
            index,
            "driver",
        )


def _driving(kpi_id: int) -> set[int]:
    """All that drives a KPI's band now or as proposed, directly or through others."""
    edges: dict[int, set[int]] = {}
    rules = FlexRule.objects.filter(
        driver__isnull=False,
        band_revision__kpi__relationship_id__in=Kpi.objects.filter(pk=kpi_id).values("relationship_id"),
        band_revision__agreement__outcome__in=("OPEN", "AGREED"),
    )
    for driven, driver in rules.values_list("band_revision__kpi_id", "driver_id"):
        if driver is not None:
            edges.setdefault(driven, set()).add(driver)
    found: set[int] = set()
    ahead = [kpi_id]
    while ahead:
        for driver in edges.get(ahead.pop(), set()) - found:
            found.add(driver)
            ahead.append(driver)
    return found
