"""Pulses: opened by a lead, answered once by everybody with a seat, closed for good.

Nothing ties an answer to a person: it stands in a row without person, moment or order (with each new answer the
database shuffles those of its side), outside the audit trail and the timeline, and is read as a count and a sum of a
whole side only, once, when the pulse is closed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.actions import notify, write_letter
from accounts.links import absolute
from accounts.models import Person
from portal.lib.uniqueness import once_only
from relationships.actions.timeline import note_event
from relationships.domain.pulses import HIGHEST, LOWEST, trust_index
from relationships.models import Pulse, PulseAnswer, PulseParticipation, Relationship, Side
from relationships.queries.people import readers

# A quarter has one pulse that counts; asked more often than this, people answer out of habit.
APART: Final = timedelta(days=28)
REMINDED_BEFORE: Final = timedelta(days=3)

Said = Callable[[Pulse], tuple[str, str]]


class PulseRefused(Exception):
    """What every foreseen refusal about a pulse is."""


class PulseIsOpen(PulseRefused):
    """There is at most one open pulse in a relationship."""


class PulseTooSoon(PulseRefused):
    """The last pulse was closed less than four weeks ago."""


class PulseClosesTooEarly(PulseRefused):
    """A pulse stays open for a day at least."""


class PulseIsClosed(PulseRefused):
    """The pulse takes no more answers, and is never closed twice."""


class PulseAnsweredAlready(PulseRefused):
    """Everybody answers once; nobody can find the answer again to change it."""


class NotAsked(PulseRefused):
    """Only those with a seat that reads the relationship are asked."""


class NotAnAnswer(PulseRefused):
    """An answer is a whole number from 1 to 7."""


class PulseStillRuns(PulseRefused):
    """Before its time a pulse is closed only when everybody has answered, so that nobody can be cut off."""


@transaction.atomic
def open_pulse(
    *, relationship: Relationship, closes_at: datetime, actor: Person, side: Side, now: datetime
) -> Pulse:
    """Asks everybody with a seat on either side, until `closes_at`; tells each of them once.

    Raises PulseIsOpen, PulseTooSoon or PulseClosesTooEarly.
    """
    if closes_at < now + timedelta(days=1):
        raise PulseClosesTooEarly(_("Give people until tomorrow at least."))
    last = (
        Pulse.objects.filter(relationship=relationship, closed_at__isnull=False).order_by("closed_at").last()
    )
    if last is not None and last.closed_at is not None and last.closed_at + APART > now:
        again = last.closed_at + APART
        raise PulseTooSoon(
            _("The last pulse was closed less than four weeks ago. The next one can be opened from %(day)s.")
            % {"day": _day(relationship, again)}
        )
    with once_only("pulse_one_open", PulseIsOpen(_("A pulse is open already. It has to be closed first."))):
        pulse = Pulse.objects.create(
            relationship=relationship, opened_at=now, opened_by=actor, closes_at=closes_at
        )
    note_event(
        relationship_id=relationship.pk,
        side=side,
        actor=actor,
        now=now,
        text=_("opened a pulse; it can be answered until %(day)s") % {"day": _day(relationship, closes_at)},
        url=page_of_pulse(pulse),
    )
    _tell_the_asked(pulse, "opened", now, said=_opened)
    return pulse


@transaction.atomic
def answer_pulse(*, pulse_id: int, trust: int, actor: Person, side: Side, now: datetime) -> None:
    """Takes one answer, 1 to 7, of somebody of a side, and notes elsewhere that they have answered.

    Leaves no line on the timeline and does not mark the relationship as changed: nothing may say when it was.
    Raises NotAnAnswer, NotAsked, PulseIsClosed or PulseAnsweredAlready.
    """
    if not LOWEST <= trust <= HIGHEST:
        raise NotAnAnswer(_("Choose a number from 1 to 7."))
    pulse = _lock(pulse_id)
    if pulse.closed_at is not None or pulse.closes_at <= now:
        raise PulseIsClosed(_("This pulse is closed. It takes no more answers."))
    if not readers(pulse.relationship, side).filter(pk=actor.pk).exists():
        raise NotAsked(_("Those who hold a seat in this relationship are asked."))
    answered = PulseAnsweredAlready(
        _("You have answered already. Nobody, you included, can look it up again.")
    )
    with once_only("pulse_answered_once", answered):
        PulseParticipation.objects.create(
            relationship_id=pulse.relationship_id, pulse=pulse, person=actor, side=side
        )
    PulseAnswer.objects.create(relationship_id=pulse.relationship_id, pulse=pulse, side=side, trust=trust)


@transaction.atomic
def close_pulse(*, pulse_id: int, now: datetime, actor: Person | None = None, side: Side | str = "") -> Pulse:
    """Closes a pulse for good and keeps the index of each side on which at least three answered.

    When its time has run out it counts as closed at that time, however late somebody notices. Before, only when
    everybody who is asked has answered. Raises PulseIsClosed or PulseStillRuns.
    """
    pulse = _lock(pulse_id)
    if pulse.closed_at is not None:
        raise PulseIsClosed(_("This pulse is closed already."))
    is_over = pulse.closes_at <= now
    if not is_over and _missing(pulse).exists():
        raise PulseStillRuns(
            _("Not everybody has answered yet. It closes by itself on %(day)s.")
            % {"day": _day(pulse.relationship, pulse.closes_at)}
        )
    rows = PulseAnswer.objects.filter(pulse=pulse).order_by().values("side")
    sums = {
        row["side"]: (row["answers"], row["total"])
        for row in rows.annotate(answers=Count("pk"), total=Sum("trust"))
    }
    pulse.customer_answers, customer = sums.get(Side.CUSTOMER, (0, 0))
    pulse.provider_answers, provider = sums.get(Side.PROVIDER, (0, 0))
    pulse.customer_trust = trust_index(customer, pulse.customer_answers)
    pulse.provider_trust = trust_index(provider, pulse.provider_answers)
    pulse.closed_at = pulse.closes_at if is_over else now
    pulse.save()
    note_event(
        relationship_id=pulse.relationship_id,
        side=side,
        actor=actor,
        now=now,
        text=_("closed the pulse: everybody had answered") if actor else _("The pulse has closed"),
        url=page_of_pulse(pulse),
    )
    _tell_the_asked(pulse, "closed", now, said=_closed, by_letter=False)
    return pulse


@transaction.atomic
def remind_of_pulse(*, pulse_id: int, now: datetime) -> int:
    """Reminds those who have not answered, once each, when the time is nearly up; returns how many are missing.

    Doing it again writes nothing new.
    """
    pulse = _lock(pulse_id)
    if pulse.closed_at is not None or not reminds_from(pulse) <= now < pulse.closes_at:
        return 0
    return _tell(pulse, _missing(pulse), "reminder", now, said=_reminds)


def reminds_from(pulse: Pulse) -> datetime:
    """From when on those who have not answered are reminded: three days before the end, or half way if that is later."""
    half_way = pulse.opened_at + (pulse.closes_at - pulse.opened_at) / 2
    return max(half_way, pulse.closes_at - REMINDED_BEFORE)


def page_of_pulse(pulse: Pulse) -> str:
    """The address of a pulse's page."""
    return f"/pulses/{pulse.pk}/"


def _lock(pulse_id: int) -> Pulse:
    """Whoever answers and whoever closes take turns, so that no answer comes after the count."""
    pulses = Pulse.objects.select_related("relationship").select_for_update(of=("self",))
    return pulses.get(pk=pulse_id)


def _missing(pulse: Pulse) -> QuerySet[Person]:
    answered = PulseParticipation.objects.filter(pulse=pulse).values("person")
    return readers(pulse.relationship).exclude(pk__in=answered)


def _tell_the_asked(pulse: Pulse, what: str, now: datetime, *, said: Said, by_letter: bool = True) -> None:
    _tell(pulse, readers(pulse.relationship), what, now, said=said, by_letter=by_letter)


def _tell(
    pulse: Pulse, people: QuerySet[Person], what: str, now: datetime, *, said: Said, by_letter: bool = True
) -> int:
    """A notice and a letter for each; a second one of the same kind about the same pulse is none."""
    url, told = page_of_pulse(pulse), 0
    text, body = said(pulse)
    for person in people.order_by("pk"):
        key = f"pulse:{pulse.pk}:{what}:{person.pk}"
        notify(person_id=person.pk, key=key, text=text, url=url, now=now)
        if by_letter:
            letter = f"{body}\n\n{_anonymous()}\n\n{absolute(url)}"
            write_letter(key=key, to=person.email, subject=text, body=letter, now=now)
        told += 1
    return told


def _opened(pulse: Pulse) -> tuple[str, str]:
    names = _names(pulse)
    return (
        _("One question about “%(relationship)s”, to be answered until %(day)s") % names,
        _("Both sides are asked how far they trust the other to do what it says. It takes half a minute.")
        % names,
    )


def _reminds(pulse: Pulse) -> tuple[str, str]:
    names = _names(pulse)
    return (
        _("The pulse of “%(relationship)s” closes on %(day)s; your answer is missing") % names,
        _("One question, half a minute. This is the only reminder.") % names,
    )


def _closed(pulse: Pulse) -> tuple[str, str]:
    return _("The pulse of “%(relationship)s” has closed: see what both sides said") % _names(pulse), ""


def _anonymous() -> str:
    return _(
        "Your answer is kept without your name, and nobody sees any figure before the pulse has closed; then only the"
        " mean of a whole side, and only from three answers on."
    )


def _names(pulse: Pulse) -> dict[str, str]:
    relationship = pulse.relationship
    return {"relationship": relationship.name[:150], "day": _day(relationship, pulse.closes_at)}


def _day(relationship: Relationship, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(relationship.time_zone)):%-d %b %Y}"
