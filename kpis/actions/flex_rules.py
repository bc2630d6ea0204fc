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
from kpis.queries.rule_words import rule_in_words

__all__ = ["check_rules", "rule_in_words", "rules_content", "save_rules"]

AMOUNTS: Final = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")
OF_DRIVER: Final = ("baseline", "slope", "deadband", "cap")
# What fits the columns: 18 digits, six of them after the point.
BOUND: Final = Decimal(10) ** 12
MOST_RULES: Final = 20
HIGHEST_PRIORITY: Final = 1000


def check_rules(kpi: Kpi, band: BandRevision, rules: Sequence[FlexRule]) -> None:
    """Raises RuleRefused for the first rule that is incomplete, doubled, circular or breaks the order of the band."""
    if len(rules) > MOST_RULES:
        raise RuleRefused(
            _("A band has at most %(most)d flex rules.") % {"most": MOST_RULES}, MOST_RULES, "environment"
        )
    environments: set[int] = set()
    priorities: set[int] = set()
    for index, rule in enumerate(rules):
        if rule.environment.relationship_id != kpi.relationship_id:
            raise RuleRefused(_("Choose an environment of this relationship."), index, "environment")
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


def rules_content(
    kpi: Kpi,
    before: tuple[BandRevision | None, Sequence[FlexRule]],
    after: tuple[BandRevision, Sequence[FlexRule]],
) -> list[dict[str, Any]]:
    """The rows of an agreement that name the rules of the band in force and of the proposed one.

    `environment` (and `driver`) of each must be loaded.
    """
    old, new = ({rule.environment.name: rule for rule in rules} for _band, rules in (before, after))

    def said(band: BandRevision | None, rule: FlexRule | None) -> str:
        if band is None or rule is None:
            return ""
        return _("%(sentence)s Priority %(priority)d.") % {
            "sentence": rule_in_words(kpi, rule, band_of(band)),
            "priority": rule.priority,
        }

    return [
        {
            "label": _("Flex: %(environment)s") % {"environment": name},
            "before": said(before[0], old.get(name)),
            "after": said(after[0], new.get(name)),
        }
        for name in [*new, *(name for name in old if name not in new)]
    ]


def _check_numbers(rule: FlexRule, index: int) -> None:
    if rule.kind not in set(Kind):
        raise RuleRefused(_("Choose how the band moves."), index, "kind")
    if not 1 <= rule.priority <= HIGHEST_PRIORITY:
        raise RuleRefused(_("A priority is a whole number from 1 to 1,000."), index, "priority")
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
