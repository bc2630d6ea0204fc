"""What a signature under a band names: its terms before and after, its rules in sentences, and its back-test."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from kpis.actions.flex_rules import rules_content
from kpis.models import BandRevision, FlexRule, Kpi
from kpis.queries.backtest import backtest_terms, evidence_of
from kpis.queries.bands import band_in_force
from kpis.queries.calendars import today_in
from kpis.queries.judging import terms_of

THRESHOLDS: Final = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")


def band_title(kpi: Kpi, effective_from: date) -> str:
    """What people call a proposal of a band."""
    return _("Band of %(kpi)s from %(day)s") % {
        "kpi": kpi.name[:150],
        "day": f"{effective_from:%-d %b %Y}",
    }


def band_content(proposed: BandRevision, rules: Sequence[FlexRule], now: datetime) -> list[dict[str, Any]]:
    """The rows of the agreement; the back-test is always among them."""
    kpi = proposed.kpi
    tested = backtest_terms(kpi, terms_of(proposed, rules), on=today_in(kpi.relationship, now))
    return [*_terms(proposed, rules), *evidence_of(tested)]


def _terms(proposed: BandRevision, rules: Sequence[FlexRule]) -> list[dict[str, Any]]:
    kpi = proposed.kpi
    standing = band_in_force(kpi, proposed.effective_from)

    def shown(band: BandRevision | None, name: str) -> str:
        value = None if band is None else getattr(band, name)
        return "" if value is None else f"{value.normalize():f} {kpi.unit}".strip()

    def row(label: str, before: str, after: str) -> dict[str, Any]:
        return {"label": label, "before": before, "after": after}

    labels = {
        "floor": _("Floor"),
        "tolerance": _("Tolerance"),
        "target": _("Target"),
        "upper_target": _("Upper target"),
        "upper_tolerance": _("Upper tolerance"),
        "upper_floor": _("Upper floor"),
    }
    before = "" if standing is None else standing.effective_from.isoformat()
    rows = [
        row(_("In force from"), before, proposed.effective_from.isoformat()),
        *(row(labels[name], shown(standing, name), shown(proposed, name)) for name in THRESHOLDS),
        row(_("Wiggle room per 12 months"), _units(standing), _units(proposed)),
        row(_("Earned room at full trust"), _earned(standing), _earned(proposed)),
    ]
    kept = [] if standing is None else list(standing.flex_rules.select_related("environment", "driver"))
    flexed = rules_content(kpi, (standing, kept), (proposed, rules))
    return [
        {"label": _("KPI"), "before": kpi.name, "after": kpi.name, "kpi": kpi.pk},
        *(one for one in rows if one["before"] or one["after"]),
        *flexed,
    ]


def _units(band: BandRevision | None) -> str:
    return "" if band is None or band.allowance is None else f"{band.allowance.normalize():f}"


def _earned(band: BandRevision | None) -> str:
    return "" if band is None or not band.max_earned else f"{(band.max_earned * 100).normalize():f}\u00a0%"
