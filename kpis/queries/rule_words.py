"""A flex rule as a sentence that both sides can sign."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpis.domain.bands import Band
from kpis.domain.flex import Kind, flex, six
from kpis.models import FlexRule, Kpi
from kpis.queries.cells import figure
from kpis.queries.judging import rule_of
from portal.lib.rounding import half_even

NAMES: Final[Mapping[str, Promise]] = {
    "target": gettext_lazy("the target"),
    "tolerance": gettext_lazy("the tolerance"),
    "floor": gettext_lazy("the floor"),
    "upper_target": gettext_lazy("the upper target"),
    "upper_tolerance": gettext_lazy("the upper tolerance"),
    "upper_floor": gettext_lazy("the upper floor"),
}
ORDER: Final = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")


def rule_in_words(kpi: Kpi, rule: FlexRule, band: Band) -> str:
    """What a rule does to this band while its environment holds: "During “Peak season”, the target is 74 % instead of
    80 %." Environment and driver must be loaded."""
    return _driven(kpi, rule) if rule.kind == Kind.DRIVER else _moved(kpi, rule, band)


def _moved(kpi: Kpi, rule: FlexRule, band: Band) -> str:
    there = flex(kpi.polarity, band, [rule_of(rule)], covered={rule.environment_id: 1}, days=1).band
    base, end = dict(zip(ORDER, six(band), strict=True)), dict(zip(ORDER, six(there), strict=True))
    parts = [
        _("%(threshold)s is %(end)s instead of %(base)s")
        % {"threshold": name, "end": _with_unit(kpi, end[key]), "base": _with_unit(kpi, base[key])}
        for key, name in NAMES.items()
        if base[key] is not None and base[key] != end[key]
    ]
    if not parts:
        return _("During “%(environment)s”, every threshold stays as it is.") % {
            "environment": rule.environment.name
        }
    return _("During “%(environment)s”, %(thresholds)s.") % {
        "environment": rule.environment.name,
        "thresholds": _listed(parts),
    }


def _driven(kpi: Kpi, rule: FlexRule) -> str:
    """The slope is said for each per cent, because nobody thinks in whole multiples of a baseline."""
    driver = rule.driver
    said = _(
        "During “%(environment)s”, every threshold becomes easier by %(step)s for each 1 %% that “%(driver)s” lies"
        " away from %(baseline)s beyond the first %(deadband)s %%, at most by %(cap)s."
    )
    if not rule.deadband:
        said = _(
            "During “%(environment)s”, every threshold becomes easier by %(step)s for each 1 %% that “%(driver)s” lies"
            " away from %(baseline)s, at most by %(cap)s."
        )
    return said % {
        "environment": rule.environment.name,
        "driver": driver.name if driver else "",
        "step": _with_unit(kpi, half_even(Fraction(rule.slope or 0) / 100, 8)),
        "baseline": f"{_plain(rule.baseline)} {driver.unit if driver else ''}".strip(),
        "deadband": _plain((rule.deadband or Decimal(0)) * 100),
        "cap": _with_unit(kpi, rule.cap),
    }


def _with_unit(kpi: Kpi, value: Decimal | None) -> str:
    return f"{_plain(value)}\u00a0{kpi.unit}" if kpi.unit else _plain(value)


def _plain(value: Decimal | None) -> str:
    """A number in exactly the decimals it has, with grouped thousands."""
    if value is None:
        return ""
    exponent = value.normalize().as_tuple().exponent
    return figure(value, -exponent if isinstance(exponent, int) and exponent < 0 else 0)


def _listed(parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return _("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}
