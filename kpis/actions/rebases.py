"""Rebases under two keys: both sides agree that the process changed, and signals are read against new limits."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from kpis.actions.entries import calendars_of, today_in
from kpis.actions.errors import RebaseRefused
from kpis.models import Kpi, Rebase
from relationships.actions import note_event, propose_agreement
from relationships.models import Agreement, Side


@transaction.atomic
def propose_rebase(
    *,
    kpi: Kpi,
    from_period: date,
    reason: str,
    actor: Person,
    side: Side,
    now: datetime,
    evidence: list[dict[str, Any]] | None = None,
    counters: Agreement | None = None,
) -> Rebase:
    """Proposes that the limits of a KPI start anew with the period that begins on `from_period`.

    `reason` says what changed; `evidence` are further rows to sign, such as the limits before and after. Raises
    RebaseRefused (with the field that is wrong), or what propose_agreement raises.
    """
    check_rebase(kpi, from_period, reason, now)
    standing = last_agreed(kpi)
    label = f"{from_period:%-d %b %Y}"
    agreement = propose_agreement(
        relationship=kpi.relationship,
        kind=Agreement.Kind.REBASE,
        title=_("New limits for “%(kpi)s” from %(day)s") % {"kpi": kpi.name[:140], "day": label},
        content=[*_content(kpi, from_period, reason, standing), *(evidence or [])],
        actor=actor,
        side=side,
        now=now,
        counters=counters,
    )
    return Rebase.objects.create(
        relationship=kpi.relationship,
        kpi=kpi,
        agreement=agreement,
        from_period=from_period,
        reason=reason.strip(),
        created_at=now,
    )


def check_rebase(kpi: Kpi, from_period: date, reason: str, now: datetime) -> None:
    """Raises RebaseRefused for a day on which no period starts, one to come, or limits that start there already."""
    if not reason.strip():
        raise RebaseRefused(
            _("Say what changed: without a change there is nothing to start anew from."), "reason"
        )
    if calendars_of([kpi])[kpi.pk].starting(from_period) is None or from_period < kpi.starts_on:
        raise RebaseRefused(_("No period of this KPI starts on that day."), "from_period")
    if from_period > today_in(kpi.relationship, now):
        raise RebaseRefused(_("Limits cannot start with a period that is still to come."), "from_period")
    standing = last_agreed(kpi)
    if standing is not None and from_period <= standing.from_period:
        raise RebaseRefused(
            _("The limits start on %(day)s already; new ones start later.")
            % {"day": f"{standing.from_period:%-d %b %Y}"},
            "from_period",
        )


def last_agreed(kpi: Kpi) -> Rebase | None:
    """The rebase from which the limits are drawn today; None while they go back to the beginning."""
    return kpi.rebases.filter(agreed_at__isnull=False).order_by("agreed_at", "pk").last()


@transaction.atomic
def bring_rebase_into_force(*, agreement: Agreement, now: datetime) -> Rebase:
    """Lets the limits start where both sides agreed. It judges nothing: verdicts come from bands. Repeatable."""
    rebase = Rebase.objects.select_for_update(of=("self",)).select_related("kpi").get(agreement=agreement)
    if rebase.agreed_at is None and agreement.outcome == Agreement.Outcome.AGREED:
        rebase.agreed_at = now
        rebase.save(update_fields=["agreed_at"])
        note_event(
            relationship_id=rebase.relationship_id,
            side="",
            actor=None,
            now=now,
            text=_("Signals of “%(kpi)s” are read against limits that start on %(day)s")
            % {"kpi": rebase.kpi.name, "day": f"{rebase.from_period:%-d %b %Y}"},
            url=f"/kpis/{rebase.kpi_id}/signals/",
            about=f"kpi:{rebase.kpi_id}",
        )
    return rebase


def _content(kpi: Kpi, from_period: date, reason: str, standing: Rebase | None) -> list[dict[str, Any]]:
    before = "" if standing is None else standing.from_period.isoformat()
    return [
        {"label": _("KPI"), "before": "", "after": kpi.name, "kpi": kpi.pk},
        {"label": _("Limits start on"), "before": before, "after": from_period.isoformat()},
        {"label": _("What changed"), "before": "", "after": reason.strip()},
    ]
