"""Work in the background about relationships."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from portal.lib import scope
from relationships.actions import expire_agreements, remind_of_pulse, write_letters_of_waiting
from relationships.actions.agreement_news import fresh_proposals
from relationships.actions.pulses import reminds_from
from relationships.models import Agreement, Pulse


@shared_task(name="relationships.expire_agreements")
def expire_due_agreements() -> int:
    """Settles every proposal whose time ran out, one commit per relationship; safe to run twice.

    Which relationships have one is asked with the eyes of the batch role; the settling itself happens as the
    application's role in the scope of the one relationship.
    """
    now = timezone.now()
    due = Agreement.objects.using("batch").open().filter(expires_at__lte=now)
    expired = 0
    for relationship_id in sorted(set(due.values_list("relationship_id", flat=True))):
        with scope.acting_as(relationship_ids=(relationship_id,)), transaction.atomic():
            expired += expire_agreements(now=now)
    return expired


@shared_task(name="relationships.write_letters_of_waiting")
def write_letters() -> int:
    """Writes to those whose signature is missing on a fresh proposal; once for each, however often it runs."""
    now = timezone.now()
    fresh = fresh_proposals(Agreement.objects.using("batch"), now)
    written = 0
    for relationship_id in sorted(set(fresh.values_list("relationship_id", flat=True))):
        with scope.acting_as(relationship_ids=(relationship_id,)), transaction.atomic():
            written += write_letters_of_waiting(now=now)
    return written


@shared_task(name="relationships.remind_of_pulses")
def remind_of_pulses() -> int:
    """Reminds those who have not answered a pulse that closes soon; once for each, however often it runs.

    One commit per pulse, as the application's role in the scope of its relationship.
    """
    now = timezone.now()
    still_open = Pulse.objects.using("batch").filter(closed_at__isnull=True, closes_at__gt=now)
    reminded = 0
    for pulse in list(still_open):
        if reminds_from(pulse) <= now:
            with scope.acting_as(relationship_ids=(pulse.relationship_id,)), transaction.atomic():
                reminded += remind_of_pulse(pulse_id=pulse.pk, now=now)
    return reminded
