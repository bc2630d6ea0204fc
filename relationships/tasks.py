"""Work in the background about relationships."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from portal.lib import scope
from relationships.actions import expire_agreements, write_letters_of_waiting
from relationships.actions.agreement_news import fresh_proposals
from relationships.models import Agreement


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
