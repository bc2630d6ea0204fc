"""Verbs of governance: clocks that start, are joined, and end."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Organisation
from governance.domain.working_time import WorkingTime, add_working_days
from governance.models import Clock
from relationships.models import Relationship, Side

# A reminder within this time of its moment is punctual; a minute more or less moves no deadline.
PUNCTUAL = timedelta(hours=1)


class NobodyToAnswer(Exception):
    """The side that would have to answer has no organisation yet."""


@transaction.atomic
def start_or_join_clock(*, relationship: Relationship, side: Side, purpose: str, now: datetime) -> Clock:
    """The running clock for what was asked of `side` today, started if there is none.

    One clock runs per relationship, answering side, purpose and day (in the relationship's time zone); one that
    has reminded already is not joined, or what joins late would never be reminded of. It is due in the answering
    organisation's working time: the reminder after `confirm_within_days`, the end `deemed_after_days` later. Raises
    NobodyToAnswer while the side is empty.
    """
    # The lock makes two people who report at the same moment share one clock instead of starting two.
    locked = Relationship.objects.select_for_update(no_key=True, of=("self",)).get(pk=relationship.pk)
    day = now.astimezone(ZoneInfo(locked.time_zone)).date()
    running = Clock.objects.filter(
        relationship=locked,
        side=side,
        purpose=purpose,
        outcome=Clock.Outcome.RUNNING,
        reminded_at__isnull=True,
    ).order_by("-started_at", "-pk")
    for clock in running[:1]:
        if clock.started_at.astimezone(ZoneInfo(locked.time_zone)).date() == day:
            return clock
    organisation = locked.organisation_of(side)
    if organisation is None:
        raise NobodyToAnswer(f"Nobody stands on the side {side} yet.")
    hours = working_time_of(organisation)
    remind_at = add_working_days(hours, now, locked.confirm_within_days)
    return Clock.objects.create(
        relationship=locked,
        side=side,
        purpose=purpose,
        started_at=now,
        remind_at=remind_at,
        due_at=add_working_days(hours, remind_at, locked.deemed_after_days),
    )


def note_reminder(*, clock: Clock, now: datetime) -> Clock:
    """Notes that the answering side is being reminded, once.

    From a reminder that comes late (nothing was sent while the portal stood still) the whole time from reminder to
    end runs anew, so that an outage takes nothing from the side that has to answer.
    """
    clock.reminded_at = now
    organisation = clock.relationship.organisation_of(clock.side)
    if organisation is not None and now > clock.remind_at + PUNCTUAL:
        grace = clock.relationship.deemed_after_days
        clock.due_at = max(clock.due_at, add_working_days(working_time_of(organisation), now, grace))
    clock.save(update_fields=["reminded_at", "due_at"])
    return clock


def end_clock(*, clock: Clock, outcome: str, now: datetime) -> None:
    """Ends a running clock as answered or deemed; one that has ended stays as it is."""
    Clock.objects.filter(pk=clock.pk, outcome=Clock.Outcome.RUNNING).update(outcome=outcome, ended_at=now)


def drop_clock(*, clock_id: int) -> None:
    """Takes back a running clock that nobody has to answer any more, so that it counts for nobody."""
    Clock.objects.filter(pk=clock_id, outcome=Clock.Outcome.RUNNING).delete()


def working_time_of(organisation: Organisation) -> WorkingTime:
    """An organisation's working calendar as the arithmetic wants it."""
    return WorkingTime(
        time_zone=organisation.time_zone,
        country=organisation.holiday_country,
        subdivision=organisation.holiday_subdivision,
        working_days=organisation.working_days,
        day_starts_at=organisation.day_starts_at,
        day_ends_at=organisation.day_ends_at,
    )
