"""Verbs of governance: clocks that start, are joined, and end."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Organisation
from governance.domain.working_time import WorkingTime, add_working_days
from governance.models import Clock
from relationships.models import Relationship, Side


class NobodyToAnswer(Exception):
    """The side that would have to answer has no organisation yet."""


@transaction.atomic
def start_or_join_clock(*, relationship: Relationship, side: Side, purpose: str, now: datetime) -> Clock:
    """The running clock for what was asked of `side` today, started if there is none.

    One clock runs per relationship, answering side, purpose and day (in the relationship's time zone). It is due
    in the answering organisation's working time: the reminder after `confirm_within_days`, the end
    `deemed_after_days` later. Raises NobodyToAnswer while the side is empty.
    """
    # The lock makes two people who report at the same moment share one clock instead of starting two.
    locked = Relationship.objects.select_for_update(no_key=True, of=("self",)).get(pk=relationship.pk)
    day = now.astimezone(ZoneInfo(locked.time_zone)).date()
    running = Clock.objects.filter(
        relationship=locked, side=side, purpose=purpose, outcome=Clock.Outcome.RUNNING
    ).order_by("-started_at")
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
