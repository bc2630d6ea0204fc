"""Pulses that close by themselves, and the readings that their trust touches."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from kpis.actions.rejudging import Touched, judge_anew
from kpis.models import Kpi
from relationships.actions import PulseIsClosed, close_pulse
from relationships.domain.pulses import counts_from
from relationships.models import Pulse


@transaction.atomic
def close_due_pulse(*, pulse_id: int, now: datetime) -> Pulse | None:
    """Closes a pulse whose time has run out; None when somebody else was faster.

    It counts as closed when its time ran out. When that is noticed only after the quarter has turned (the portal stood
    still), readings of the new quarter are judged anew, so that they say what they would have said at once.
    """
    try:
        pulse = close_pulse(pulse_id=pulse_id, now=now)
    except PulseIsClosed:
        return None
    zone = ZoneInfo(pulse.relationship.time_zone)
    begins = counts_from(pulse.closes_at.astimezone(zone).date())
    if begins <= now.astimezone(zone).date():
        earning = Kpi.objects.filter(
            relationship_id=pulse.relationship_id,
            band_revisions__agreed_at__isnull=False,
            band_revisions__max_earned__gt=0,
        )
        touched = [
            Touched(pk, starts_from=begins) for pk in sorted(set(earning.values_list("pk", flat=True)))
        ]
        judge_anew(
            touched, relationship_id=pulse.relationship_id, now=now, cause=_("Trust of the last pulse")
        )
    return pulse
