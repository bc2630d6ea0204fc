"""What judges the readings of an export: agreed bands with their rules, and environments with their spells."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from kpis.models import BandRevision, Environment, FlexRule, Spell
from kpis.queries.bands import band_of
from kpis.queries.export import THRESHOLDS
from kpis.queries.grid import Filters, kpis_of
from kpis.queries.rule_words import rule_in_words
from kpis.spreadsheets.writing import Written
from relationships.access import Standpoint
from relationships.models import Agreement

BANDS: Final = (
    "KPI", "Name", "Unit", "In force from", "Floor", "Tolerance", "Target", "Upper target", "Upper tolerance",
    "Upper floor", "Wiggle room per 12 months", "Earned room at full trust", "Agreed on", "Environment", "Priority",
    "Rule",
)  # fmt: skip
ENVIRONMENTS: Final = (
    "Environment", "Meaning", "Condition", "First day", "Last day", "Declared", "Reason", "State",
    "Signed by the customer on", "Signed by the provider on",
)  # fmt: skip


def bands_table(standpoint: Standpoint, filters: Filters) -> list[Sequence[Written]]:
    """Every agreed band of the KPIs shown, oldest first, a row for each of its rules; two queries."""
    rows: list[Sequence[Written]] = [BANDS]
    revisions = BandRevision.objects.filter(
        kpi__in=kpis_of(standpoint, filters).order_by().values("pk"), agreed_at__isnull=False
    ).select_related("kpi")
    rules: dict[int, list[FlexRule]] = {}
    of_relationship = FlexRule.objects.filter(
        relationship=standpoint.relationship, band_revision__agreed_at__isnull=False
    )
    for rule in of_relationship.select_related("environment", "driver").order_by("-priority", "pk"):
        rules.setdefault(rule.band_revision_id, []).append(rule)
    for revision in revisions.order_by("kpi__position", "kpi_id", "effective_from", "pk"):
        found: Sequence[FlexRule | None] = rules.get(revision.pk) or [None]
        rows += [_band(revision, rule) for rule in found]
    return rows


def environments_table(standpoint: Standpoint) -> list[Sequence[Written]]:
    """Every environment with what it means today, a row for each of its spells; three queries."""
    relationship = standpoint.relationship
    environments = Environment.objects.filter(relationship=relationship).prefetch_related("revisions")
    spells: dict[int, list[Spell]] = {}
    standing = Spell.objects.filter(relationship=relationship).exclude(
        agreement__outcome__in=(
            Agreement.Outcome.DECLINED,
            Agreement.Outcome.WITHDRAWN,
            Agreement.Outcome.COUNTERED,
            Agreement.Outcome.EXPIRED,
        )
    )
    for spell in standing.select_related("agreement"):
        spells.setdefault(spell.environment_id, []).append(spell)
    rows: list[Sequence[Written]] = [ENVIRONMENTS]
    for environment in environments:
        found: Sequence[Spell | None] = spells.get(environment.pk) or [None]
        rows += [_spell(environment, spell) for spell in found]
    return rows


def _band(revision: BandRevision, rule: FlexRule | None) -> Sequence[Written]:
    kpi = revision.kpi
    agreed = revision.agreed_at
    return (
        kpi.reference or kpi.name,
        kpi.name,
        kpi.unit,
        revision.effective_from,
        *(getattr(revision, name) for name in THRESHOLDS),
        revision.allowance,
        revision.max_earned or None,
        None if agreed is None else agreed.date(),
        None if rule is None else rule.environment.name,
        None if rule is None else rule.priority,
        None if rule is None else rule_in_words(kpi, rule, band_of(revision)),
    )


def _spell(environment: Environment, spell: Spell | None) -> Sequence[Written]:
    agreed = [revision for revision in environment.revisions.all() if revision.agreed_at is not None]
    meaning = agreed[-1].meaning if agreed else None
    condition = agreed[-1].condition if agreed else ""
    start: tuple[Written, ...] = (environment.name, meaning, condition or None)
    if spell is None:
        return (*start, *[None] * (len(ENVIRONMENTS) - len(start)))
    signed = (spell.agreement.customer_signed_at, spell.agreement.provider_signed_at)
    return (
        *start,
        spell.first_day,
        spell.last_day,
        str(Spell.Origin(spell.origin).label),
        spell.reason or None,
        _state(spell),
        *(None if moment is None else moment.date() for moment in signed),
    )


def _state(spell: Spell) -> str:
    if spell.agreed_at is None:
        return _("proposed")
    if spell.is_void:
        return _("takes another back")
    return _("replaced") if spell.superseded_at is not None else _("in force")
