"""Readings whose clock runs: one reminder, and confirmation by silence when the time has run out."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions import notify, write_letter
from accounts.links import absolute
from accounts.models import Person
from governance.actions import note_reminder
from governance.models import Clock
from kpis.actions.waiting import settle_clocks
from kpis.models import Reading
from relationships.actions import note_event
from relationships.models import Relationship, Role, Seat

WHO_SETTLES = (Role.LEAD, Role.MEMBER)


def clocks_to_attend(now: datetime) -> Q:
    """Which clocks for readings have something to be done now: a reminder, or (reminded) the end."""
    reminds = Q(reminded_at__isnull=True, remind_at__lte=now)
    ends = Q(reminded_at__isnull=False, due_at__lt=now)
    running = Q(outcome=Clock.Outcome.RUNNING, purpose=Clock.Purpose.CONFIRM_READINGS, remind_at__lte=now)
    return running & (reminds | ends)


def attend_to_clocks(*, relationship: Relationship, now: datetime) -> int:
    """Reminds once, and deems confirmed what nobody answered after the reminder; returns how many clocks it met.

    Runs in the caller's transaction and scope. Doing it again at the same moment changes nothing.
    """
    met = 0
    for clock in Clock.objects.filter(clocks_to_attend(now), relationship=relationship).order_by("pk"):
        readings = _lock_waiting(clock)
        _lock(relationship)
        current = Clock.objects.select_for_update(of=("self",)).get(pk=clock.pk)
        if current.outcome != Clock.Outcome.RUNNING:
            continue
        current.relationship = relationship
        if current.reminded_at is None:
            _remind(current, len(readings), now)
        else:
            _deem(current, readings, now)
        met += 1
    return met


def _lock_waiting(clock: Clock) -> list[Reading]:
    waiting = Reading.objects.select_for_update(of=("self",)).filter(
        clock=clock, state=Reading.State.SUBMITTED
    )
    return list(waiting.order_by("pk"))


def _lock(relationship: Relationship) -> None:
    """Whoever reports holds this lock while joining a clock, so none is joined while it is being attended to."""
    Relationship.objects.select_for_update(no_key=True, of=("self",)).get(pk=relationship.pk)


def _remind(clock: Clock, count: int, now: datetime) -> None:
    if not count:
        settle_clocks([clock.pk], now)
        return
    note_reminder(clock=clock, now=now)
    relationship = clock.relationship
    url = f"/relationships/{relationship.pk}/readings/"
    text = ngettext(
        "%(count)d reading of “%(name)s” waits for your confirmation",
        "%(count)d readings of “%(name)s” wait for your confirmation",
        count,
    ) % {"count": count, "name": relationship.name[:150]}
    ends = clock.due_at.astimezone(ZoneInfo(relationship.time_zone))
    body = _(
        "%(text)s.\n\nWithout an answer they count as confirmed on %(day)s. If a figure is not what you see, dispute "
        "it; what you do not dispute needs one press of a button.\n\nSign in and open: %(url)s"
    ) % {"text": text, "day": f"{ends:%-d %B %Y, %H:%M (%Z)}", "url": absolute(url)}
    for person in _who_settles(clock):
        key = f"clock:{clock.pk}:reminder:{person.pk}"
        notify(person_id=person.pk, key=key, text=text, url=url, now=now)
        write_letter(key=key, to=person.email, subject=text, body=body, now=now)
    note_event(
        relationship_id=relationship.pk,
        side="",
        actor=None,
        now=now,
        text=ngettext(
            "Reminder: %(count)d reading waits for confirmation",
            "Reminder: %(count)d readings wait for confirmation",
            count,
        )
        % {"count": count},
        url=url,
    )


def _deem(clock: Clock, readings: list[Reading], now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kpis_reading SET state = 'DEEMED', settled_by_id = NULL, settled_at = %s, recorded_at = %s,"
            " version = version + 1 WHERE id = ANY(%s)",
            [now, now, [reading.pk for reading in readings]],
        )
    settle_clocks([clock.pk], now)
    if readings:
        note_event(
            relationship_id=clock.relationship_id,
            side="",
            actor=None,
            now=now,
            text=ngettext(
                "%(count)d reading counts as confirmed: no answer after the reminder",
                "%(count)d readings count as confirmed: no answer after the reminder",
                len(readings),
            )
            % {"count": len(readings)},
            url=f"/relationships/{clock.relationship_id}/readings/",
        )


def _who_settles(clock: Clock) -> QuerySet[Person]:
    """Active people of the answering side who may confirm, by id, so that letters are written in one order."""
    seats = Seat.objects.filter(
        relationship_id=clock.relationship_id,
        side=clock.side,
        role__in=WHO_SETTLES,
        ended_at__isnull=True,
    )
    return Person.objects.filter(pk__in=seats.values("person"), is_active=True).order_by("pk")
