"""The clock under which readings wait for the other side."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from governance.actions import NobodyToAnswer, drop_clock, end_clock, start_or_join_clock
from governance.models import Clock
from kpis.models import Reading
from relationships.models import Relationship, Side


def clock_for(*, relationship: Relationship, side: Side, now: datetime) -> int | None:
    """The clock under which `side` has to answer what is submitted now; None while nobody stands there."""
    try:
        clock = start_or_join_clock(
            relationship=relationship, side=side, purpose=Clock.Purpose.CONFIRM_READINGS, now=now
        )
    except NobodyToAnswer:
        return None
    return clock.pk


def settle_clocks(clock_ids: Iterable[int | None], now: datetime) -> None:
    """Ends the running clocks among these under which nothing waits any more.

    Answered when it was in time; run out otherwise. A clock that all its readings left (they were corrected and
    wait anew) is taken back, for nobody ever had to answer it.
    """
    wanted = {pk for pk in clock_ids if pk is not None}
    running = Clock.objects.filter(pk__in=wanted, outcome=Clock.Outcome.RUNNING).order_by("pk")
    for clock in running.select_for_update():
        states = set(Reading.objects.filter(clock=clock).values_list("state", flat=True))
        if not states:
            drop_clock(clock_id=clock.pk)
        elif Reading.State.SUBMITTED not in states:
            in_time = now <= clock.due_at
            outcome = Clock.Outcome.ANSWERED if in_time else Clock.Outcome.DEEMED
            end_clock(clock=clock, outcome=outcome, now=now)


def correct_disputes(reading_ids: Iterable[int], actor_id: int, now: datetime) -> None:
    """Ends the open disputes of readings that were just corrected."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kpis_dispute SET resolution = 'CORRECTED', resolved_by_id = %s, resolved_at = %s"
            " WHERE reading_id = ANY(%s) AND resolved_at IS NULL",
            [actor_id, now, list(reading_ids)],
        )
