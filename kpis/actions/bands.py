"""Bands under two keys."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from kpis.actions.errors import BandOutOfOrder
from kpis.models import BandRevision, Kpi, Reading
from kpis.queries.bands import band_in_force, judge_value
from relationships.actions import note_event, propose_agreement, revise_agreement
from relationships.models import Agreement, Side

THRESHOLDS = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")


@transaction.atomic
def propose_band(
    *,
    kpi: Kpi,
    effective_from: date,
    floor: Decimal,
    tolerance: Decimal,
    target: Decimal,
    actor: Person,
    side: Side,
    now: datetime,
    upper_target: Decimal | None = None,
    upper_tolerance: Decimal | None = None,
    upper_floor: Decimal | None = None,
    note: str = "",
    counters: Agreement | None = None,
) -> BandRevision:
    """Proposes thresholds (in the KPI's unit) for every period that starts on `effective_from` or later.

    Nothing changes until both sides signed. Raises BandOutOfOrder, or what propose_agreement raises for a
    proposal that cannot be countered.
    """
    proposed = BandRevision(
        relationship_id=kpi.relationship_id,
        kpi=kpi,
        effective_from=effective_from,
        floor=floor,
        tolerance=tolerance,
        target=target,
        upper_target=upper_target,
        upper_tolerance=upper_tolerance,
        upper_floor=upper_floor,
        created_at=now,
    )
    check_order(kpi.polarity, proposed)
    proposed.agreement = propose_agreement(
        relationship=kpi.relationship,
        kind=Agreement.Kind.BAND_REVISION,
        title=_title(kpi, effective_from),
        content=_content(kpi, proposed, band_in_force(kpi, effective_from)),
        note=note,
        actor=actor,
        side=side,
        now=now,
        counters=counters,
    )
    proposed.save()
    return proposed


@transaction.atomic
def revise_band(
    *,
    agreement: Agreement,
    version: int,
    effective_from: date,
    floor: Decimal,
    tolerance: Decimal,
    target: Decimal,
    actor: Person,
    side: Side,
    now: datetime,
    upper_target: Decimal | None = None,
    upper_tolerance: Decimal | None = None,
    upper_floor: Decimal | None = None,
    note: str = "",
) -> BandRevision:
    """Gives one's own open proposal of a band other terms: a new version, on which only the reviser has signed.

    Raises BandOutOfOrder, or what revise_agreement raises (settled, another version, not one's own).
    """
    # The agreement first, as everybody who signs does: two people who act at once then wait for each other.
    Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    proposed = BandRevision.objects.select_related("kpi").get(agreement_id=agreement.pk)
    kpi = proposed.kpi
    proposed.effective_from = effective_from
    proposed.floor, proposed.tolerance, proposed.target = floor, tolerance, target
    proposed.upper_target, proposed.upper_tolerance = upper_target, upper_tolerance
    proposed.upper_floor = upper_floor
    check_order(kpi.polarity, proposed)
    proposed.agreement = revise_agreement(
        agreement_id=agreement.pk,
        version=version,
        actor=actor,
        side=side,
        now=now,
        title=_title(kpi, effective_from),
        content=_content(kpi, proposed, band_in_force(kpi, effective_from)),
        note=note,
    )
    proposed.save(update_fields=["effective_from", *THRESHOLDS])
    return proposed


def check_order(polarity: str, band: BandRevision) -> None:
    """Raises BandOutOfOrder unless the thresholds run from bad to good in the KPI's direction."""
    upper = (band.upper_target, band.upper_tolerance, band.upper_floor)
    rising = band.floor < band.tolerance < band.target
    if polarity == Kpi.Polarity.HIGHER and not rising:
        raise BandOutOfOrder(
            _("Higher is better here: floor must be below tolerance, tolerance below target.")
        )
    if polarity == Kpi.Polarity.LOWER and not band.floor > band.tolerance > band.target:
        raise BandOutOfOrder(
            _("Lower is better here: floor must be above tolerance, tolerance above target.")
        )
    if polarity != Kpi.Polarity.WITHIN_RANGE:
        if any(value is not None for value in upper):
            raise BandOutOfOrder(_("Only a KPI that should stay within a range has an upper half."))
        return
    upper_target, upper_tolerance, upper_floor = upper
    if upper_target is None or upper_tolerance is None or upper_floor is None:
        raise BandOutOfOrder(_("A range needs all six thresholds, three for each half."))
    if not (rising and band.target <= upper_target < upper_tolerance < upper_floor):
        raise BandOutOfOrder(
            _(
                "A range runs floor, tolerance, target, upper target, upper tolerance, upper floor, each larger."
            )
        )


@transaction.atomic
def bring_band_into_force(*, agreement: Agreement, now: datetime) -> BandRevision:
    """Puts an agreed band in force and judges its periods anew.

    Touches exactly the readings whose period starts on or after `effective_from` and before the next agreed
    revision. Doing it again changes nothing.
    """
    revision = (
        BandRevision.objects.select_for_update(of=("self",)).select_related("kpi").get(agreement=agreement)
    )
    if revision.agreed_at is not None or agreement.outcome != Agreement.Outcome.AGREED:
        return revision
    revision.agreed_at = now
    revision.save(update_fields=["agreed_at"])
    judged = judge_anew(revision, now)
    note_event(
        relationship_id=revision.relationship_id,
        side="",
        actor=None,
        now=now,
        text=_in_force(revision, judged),
        url=f"/kpis/{revision.kpi_id}/",
        about=f"kpi:{revision.kpi_id}",
    )
    return revision


def _in_force(revision: BandRevision, judged: int) -> str:
    said = _("The band of “%(kpi)s” is in force from %(day)s")
    if judged:
        said = _("The band of “%(kpi)s” is in force from %(day)s; readings judged by it: %(count)d")
    day = f"{revision.effective_from:%-d %b %Y}"
    return said % {"kpi": revision.kpi.name, "day": day, "count": judged}


def judge_anew(revision: BandRevision, now: datetime) -> int:
    """Gives each reading of the revision's span the verdict of this revision; returns how many."""
    readings = Reading.objects.filter(kpi_id=revision.kpi_id, period_start__gte=revision.effective_from)
    following = (
        BandRevision.objects.filter(
            kpi_id=revision.kpi_id, agreed_at__isnull=False, effective_from__gt=revision.effective_from
        )
        .order_by("effective_from")
        .values_list("effective_from", flat=True)
        .first()
    )
    if following is not None:
        readings = readings.filter(period_start__lt=following)
    # Not applicable has no verdict under any band.
    rows = list(
        readings.filter(is_not_applicable=False).order_by("pk").select_for_update().values_list("pk", "value")
    )
    judged = [judge_value(revision.kpi.polarity, revision, value) for _pk, value in rows if value is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kpis_reading AS r SET band_revision_id = %s, verdict = j.verdict, attainment = j.attainment,"
            " recorded_at = %s, version = r.version + 1"
            " FROM unnest(%s::bigint[], %s::smallint[], %s::int[]) AS j(id, verdict, attainment)"
            " WHERE r.id = j.id",
            [
                revision.pk,
                now,
                [pk for pk, _value in rows],
                [verdict for verdict, _attainment in judged],
                [attainment for _verdict, attainment in judged],
            ],
        )
    return len(rows)


def _title(kpi: Kpi, effective_from: date) -> str:
    return _("Band of %(kpi)s from %(day)s") % {
        "kpi": kpi.name[:150],
        "day": f"{effective_from:%-d %b %Y}",
    }


def _content(kpi: Kpi, proposed: BandRevision, standing: BandRevision | None) -> list[dict[str, Any]]:
    def shown(band: BandRevision | None, name: str) -> str:
        value = None if band is None else getattr(band, name)
        return "" if value is None else f"{value.normalize():f} {kpi.unit}".strip()

    labels = {
        "floor": _("Floor"),
        "tolerance": _("Tolerance"),
        "target": _("Target"),
        "upper_target": _("Upper target"),
        "upper_tolerance": _("Upper tolerance"),
        "upper_floor": _("Upper floor"),
    }
    rows = [
        {"label": labels[name], "before": shown(standing, name), "after": shown(proposed, name)}
        for name in THRESHOLDS
        if shown(standing, name) or shown(proposed, name)
    ]
    before = "" if standing is None else standing.effective_from.isoformat()
    from_row = {"label": _("In force from"), "before": before, "after": proposed.effective_from.isoformat()}
    return [{"label": _("KPI"), "before": kpi.name, "after": kpi.name, "kpi": kpi.pk}, from_row, *rows]
