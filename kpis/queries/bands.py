"""Which band judges a period, and what it says of a value."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import Exists, OuterRef

from kpis.domain.bands import Band, judge
from kpis.models import BandRevision, FlexRule, Kpi

SIGNERS: Final = ("agreement__customer_signed_by", "agreement__provider_signed_by")


def band_of(revision: BandRevision) -> Band:
    """A revision's thresholds as the arithmetic wants them."""
    return Band(
        revision.floor,
        revision.tolerance,
        revision.target,
        revision.upper_target,
        revision.upper_tolerance,
        revision.upper_floor,
    )


def band_in_force(kpi: Kpi, day: date, *, with_signers: bool = False) -> BandRevision | None:
    """The agreed revision that judges a period whose first day is `day`; None before the first."""
    revisions = BandRevision.objects.select_related(*SIGNERS) if with_signers else BandRevision.objects
    return (
        revisions.filter(kpi=kpi, agreed_at__isnull=False, effective_from__lte=day)
        .order_by("-effective_from", "-agreed_at", "-pk")
        .first()
    )


def bands_in_force(kpi_ids: Iterable[int]) -> dict[int, list[BandRevision]]:
    """All agreed revisions of the KPIs, oldest first, in one query; of several from one day only the last agreed.

    Each says in `has_rules` whether flex rules belong to it.
    """
    found: dict[int, dict[date, BandRevision]] = {}
    revisions = BandRevision.objects.filter(kpi_id__in=list(kpi_ids), agreed_at__isnull=False)
    revisions = revisions.annotate(has_rules=Exists(FlexRule.objects.filter(band_revision=OuterRef("pk"))))
    for revision in revisions.order_by("effective_from", "agreed_at", "pk"):
        found.setdefault(revision.kpi_id, {})[revision.effective_from] = revision
    return {kpi_id: list(by_day.values()) for kpi_id, by_day in found.items()}


def pick(revisions: Sequence[BandRevision], day: date) -> BandRevision | None:
    """Of one KPI's revisions as `bands_in_force` gives them, the one in force on `day`; None before the first."""
    found = bisect_right(revisions, day, key=lambda revision: revision.effective_from)
    return revisions[found - 1] if found else None


def judge_value(polarity: str, revision: BandRevision, value: Decimal) -> tuple[int, int]:
    """(verdict, attainment in whole millionths) of a value under a revision."""
    judgement = judge(polarity, band_of(revision), value)
    return int(judgement.verdict), judgement.millionths


def kpis_moved_by(environment_id: int) -> list[Kpi]:
    """The KPIs whose agreed bands have, or had, a rule for the environment."""
    return list(
        Kpi.objects.filter(
            band_revisions__flex_rules__environment_id=environment_id, band_revisions__agreed_at__isnull=False
        ).distinct()
    )
