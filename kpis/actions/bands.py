"""Bands under two keys."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from kpis.actions.band_content import THRESHOLDS, band_content, band_title
from kpis.actions.errors import BandOutOfOrder, RoomRefused
from kpis.actions.flex_rules import check_rules, save_rules
from kpis.actions.rejudging import Touched, judge_anew
from kpis.models import BandRevision, FlexRule, Kpi
from relationships.actions import note_event, propose_agreement, revise_agreement
from relationships.models import Agreement, Side

NOTHING: Final = Decimal(0)
MOST_ALLOWED: Final = Decimal(1000)
Content = Sequence[dict[str, Any]]


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
    allowance: Decimal | None = None,
    max_earned: Decimal = NOTHING,
    rules: Sequence[FlexRule] = (),
    evidence: Content = (),
    note: str = "",
    counters: Agreement | None = None,
) -> BandRevision:
    """Proposes all that judges a KPI in every period that starts on `effective_from` or later.

    Thresholds in the KPI's unit; `allowance` in units of wiggle room per 12 months; `max_earned` a share; `rules` not
    yet saved, with their environments (and drivers) loaded; `evidence` further rows to sign. The back-test over the
    last periods always belongs to what is signed. Nothing changes until both sides signed. Raises BandOutOfOrder,
    RoomRefused, RuleRefused, or what propose_agreement raises for a proposal that cannot be countered.
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
        allowance=allowance,
        max_earned=max_earned,
        created_at=now,
    )
    check_band(proposed, rules)
    proposed.agreement = propose_agreement(
        relationship=kpi.relationship,
        kind=Agreement.Kind.BAND_REVISION,
        title=band_title(kpi, effective_from),
        content=[*band_content(proposed, rules, now), *evidence],
        note=note,
        actor=actor,
        side=side,
        now=now,
        counters=counters,
    )
    proposed.save()
    save_rules(proposed, rules)
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
    allowance: Decimal | None = None,
    max_earned: Decimal = NOTHING,
    rules: Sequence[FlexRule] = (),
    evidence: Content = (),
    note: str = "",
) -> BandRevision:
    """Gives one's own open proposal of a band other terms: a new version, on which only the reviser has signed.

    What is not given is not proposed any more. Raises BandOutOfOrder, RoomRefused, RuleRefused, or what
    revise_agreement raises (settled, another version, not one's own).
    """
    # The agreement first, as everybody who signs does: two people who act at once then wait for each other.
    Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    proposed = BandRevision.objects.select_related("kpi").get(agreement_id=agreement.pk)
    kpi = proposed.kpi
    proposed.effective_from = effective_from
    proposed.floor, proposed.tolerance, proposed.target = floor, tolerance, target
    proposed.upper_target, proposed.upper_tolerance = upper_target, upper_tolerance
    proposed.upper_floor = upper_floor
    proposed.allowance, proposed.max_earned = allowance, max_earned
    check_band(proposed, rules)
    proposed.agreement = revise_agreement(
        agreement_id=agreement.pk,
        version=version,
        actor=actor,
        side=side,
        now=now,
        title=band_title(kpi, effective_from),
        content=[*band_content(proposed, rules, now), *evidence],
        note=note,
    )
    proposed.save(update_fields=["effective_from", *THRESHOLDS, "allowance", "max_earned"])
    save_rules(proposed, rules)
    return proposed


def check_band(proposed: BandRevision, rules: Sequence[FlexRule]) -> None:
    """Raises BandOutOfOrder, RoomRefused or RuleRefused for what could not be agreed, before anybody proposes it."""
    if proposed.kpi.is_driver:
        raise BandOutOfOrder(_("A driver is context: it is never judged, so it has no band."))
    check_order(proposed.kpi.polarity, proposed)
    if proposed.allowance is not None and not 0 <= proposed.allowance <= MOST_ALLOWED:
        raise RoomRefused(_("Wiggle room is a number of units from 0 to 1,000 in 12 months."), "allowance")
    if not 0 <= proposed.max_earned <= 1:
        raise RoomRefused(_("Earned room is a share from 0 to 100 %."), "max_earned")
    check_rules(proposed.kpi, proposed, rules)


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
    judged = judge_anew(
        [_touched_by(revision)],
        relationship_id=revision.relationship_id,
        now=now,
        cause=band_title(revision.kpi, revision.effective_from),
    )
    note_event(
        relationship_id=revision.relationship_id,
        side="",
        actor=None,
        now=now,
        text=_in_force(revision, judged.later.periods_total if judged.later else judged.looked_at),
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


def _touched_by(revision: BandRevision) -> Touched:
    """The readings whose period starts on or after the revision's day and before the next agreed revision."""
    following = (
        BandRevision.objects.filter(
            kpi_id=revision.kpi_id, agreed_at__isnull=False, effective_from__gt=revision.effective_from
        )
        .order_by("effective_from")
        .values_list("effective_from", flat=True)
        .first()
    )
    return Touched(revision.kpi_id, starts_from=revision.effective_from, starts_before=following)
