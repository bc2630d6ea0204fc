"""The outbox: letters are rows of the change that causes them; a worker claims and sends them one by one."""

import hashlib
import random
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from accounts.domain.words import shortened
from accounts.models import Letter

MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=30)
# Letters whose key starts so carry a secret link; their text is blotted out once they are sent.
SECRET_PREFIX = "link:"  # noqa: S105
MOST_ERROR = 500
MOST_SUBJECT = 200


def write_letter(*, key: str, to: str, subject: str, body: str, now: datetime) -> None:
    """Puts an e-mail into the outbox, in the caller's transaction; a second letter with the same key is none.

    A subject is one line and cut where it is too long: whatever names it carries, the change it tells of goes on.
    """
    letter = Letter(
        key=key,
        to=to,
        subject=shortened(subject, MOST_SUBJECT),
        body=body,
        created_at=now,
        next_attempt_at=now,
    )
    Letter.objects.bulk_create([letter], ignore_conflicts=True)


def message_id(key: str) -> str:
    """The Message-ID of a letter: the same at every attempt, so that a mail server can drop a double."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def wait_after(attempts: int, *, jitter: float) -> timedelta:
    """How long to wait after so many attempts: doubling from half a minute; `jitter` in [0, 1) adds up to as much."""
    doubled: int = 2 ** (attempts - 1)
    return FIRST_WAIT * doubled * (1 + jitter)


def deliver_next_letter(*, now: datetime) -> bool:
    """Sends the letter that has waited longest; False when none is due.

    The attempt is counted and committed before the letter leaves, so that a letter that kills its worker is given
    up in the end. A worker killed after sending sends again later under the same Message-ID. Must not run inside
    a transaction of the caller (RuntimeError), for then nothing would be committed in between.
    """
    letter = _claim(now)
    if letter is None:
        return False
    if letter.given_up_at is None:
        _attempt(letter, now)
    return True


def _attempt(letter: Letter, now: datetime) -> None:
    headers = {"Message-ID": message_id(letter.key)}
    try:
        EmailMessage(letter.subject, letter.body, to=[letter.to], headers=headers).send()
    except Exception as error:  # noqa: BLE001  whatever a mail server or the network does, the letter stays and says why
        _note_failure(letter, error, now)
    else:
        _note_success(letter, now)


@transaction.atomic(durable=True)
def _claim(now: datetime) -> Letter | None:
    waiting = Letter.objects.filter(sent_at__isnull=True, given_up_at__isnull=True, next_attempt_at__lte=now)
    letter = waiting.select_for_update(skip_locked=True).order_by("next_attempt_at", "pk").first()
    if letter is None:
        return None
    if letter.attempts >= MOST_ATTEMPTS:  # its last attempt never came back
        letter.given_up_at = now
    else:
        letter.attempts += 1
        letter.next_attempt_at = now + wait_after(letter.attempts, jitter=random.random())  # noqa: S311
    letter.save(update_fields=["attempts", "next_attempt_at", "given_up_at"])
    return letter


def _note_success(letter: Letter, now: datetime) -> None:
    changes: dict[str, object] = {"sent_at": now, "last_error": ""}
    if letter.key.startswith(SECRET_PREFIX):
        changes["body"] = ""
    Letter.objects.filter(pk=letter.pk).update(**changes)


def _note_failure(letter: Letter, error: Exception, now: datetime) -> None:
    given_up = now if letter.attempts >= MOST_ATTEMPTS else None
    said = f"{type(error).__name__}: {error}"[:MOST_ERROR]
    Letter.objects.filter(pk=letter.pk).update(last_error=said, given_up_at=given_up)


def replay_letter(*, letter: Letter, now: datetime) -> None:
    """Puts a letter that was given up back into the outbox, with a fresh count of attempts."""
    Letter.objects.filter(pk=letter.pk, given_up_at__isnull=False).update(
        given_up_at=None, attempts=0, next_attempt_at=now
    )
