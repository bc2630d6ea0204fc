"""The outbox: nothing lost, nothing doubled, nothing tried for ever."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts import actions
from accounts.actions import letters
from accounts.domain.words import shortened
from accounts.models import Letter
from accounts.tasks import deliver_outbox
from tests.cast import NOW

pytestmark = pytest.mark.django_db


def write(key: str = "hello:1", **changes: object) -> Letter:
    actions.write_letter(
        **{
            "key": key,
            "to": "amara@northwind.example",
            "subject": "Hello",
            "body": "Text",
            "now": NOW,
            **changes,
        }
    )
    return Letter.objects.get(key=key)


def test_a_letter_is_sent_once_and_says_so():
    letter = write()
    assert actions.deliver_next_letter(now=NOW) is True
    assert actions.deliver_next_letter(now=NOW) is False
    letter.refresh_from_db()
    assert (letter.sent_at, letter.attempts) == (NOW, 1)
    assert [m.subject for m in mail.outbox] == ["Hello"]
    assert mail.outbox[0].extra_headers["Message-ID"] == letters.message_id("hello:1")


def test_the_same_key_is_written_once():
    write(body="First")
    write(body="Second")
    assert list(Letter.objects.values_list("body", flat=True)) == ["First"]


def test_a_subject_cannot_carry_further_headers():
    assert write(subject="Hello\nBcc: everybody@example.org").subject == "Hello Bcc: everybody@example.org"


def test_a_refused_letter_waits_longer_each_time_and_is_given_up_after_eight(monkeypatch):
    def refuse(_message: object) -> None:
        raise OSError("mail server away")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    letter, moment, waits = write(), NOW, []
    while actions.deliver_next_letter(now=moment):
        letter.refresh_from_db()
        waits.append(letter.next_attempt_at - moment)
        moment = letter.next_attempt_at
    assert letter.attempts == letters.MOST_ATTEMPTS == len(waits)
    assert letter.given_up_at is not None
    assert letter.last_error == "OSError: mail server away"
    for number, wait in enumerate(waits, start=1):
        assert letters.wait_after(number, jitter=0) <= wait < letters.wait_after(number, jitter=1)


def test_a_letter_whose_last_attempt_never_came_back_is_given_up_unsent():
    letter = write()
    Letter.objects.update(attempts=letters.MOST_ATTEMPTS)
    assert actions.deliver_next_letter(now=NOW) is True
    letter.refresh_from_db()
    assert letter.given_up_at == NOW
    assert mail.outbox == []


def test_a_given_up_letter_can_be_replayed():
    letter = write()
    Letter.objects.update(attempts=letters.MOST_ATTEMPTS, given_up_at=NOW)
    actions.replay_letter(letter=letter, now=NOW + timedelta(days=1))
    assert actions.deliver_next_letter(now=NOW + timedelta(days=1)) is True
    assert len(mail.outbox) == 1


def test_a_secret_link_is_blotted_out_once_sent():
    secret = write("link:invitation:1", body="https://portal.example/invitations/secret/")
    plain = write("plain:1", body="Nothing secret")
    while actions.deliver_next_letter(now=NOW):
        pass
    secret.refresh_from_db()
    plain.refresh_from_db()
    assert (secret.body, plain.body) == ("", "Nothing secret")


def test_the_task_empties_the_outbox():
    for number in range(3):
        write(f"hello:{number}")
    assert deliver_outbox() == 3
    assert len(mail.outbox) == 3


def test_a_subject_that_is_too_long_is_cut_and_stops_nothing():
    assert write(subject="A " * 300).subject == f"{'A ' * 99}A…"


@pytest.mark.parametrize(
    ("text", "fits"),
    [("short", "short"), ("a\n b\tc", "a b c"), ("x" * 12, "x" * 9 + "…"), ("123456789 x", "123456789…")],
)
def test_lines_are_one_line_and_fit(text, fits):
    assert shortened(text, 10) == fits
