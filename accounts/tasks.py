"""Work in the background about people: delivering the outbox."""

from celery import shared_task
from django.utils import timezone

from accounts import actions

LETTERS_PER_RUN = 200


@shared_task(name="accounts.deliver_outbox")
def deliver_outbox() -> int:
    """Sends the letters that are due, each in its own commit; safe to run twice and to kill at any line."""
    sent = 0
    while sent < LETTERS_PER_RUN and actions.deliver_next_letter(now=timezone.now()):
        sent += 1
    return sent
