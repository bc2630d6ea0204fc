"""Which local nights have ended (quality: every local night computed exactly once, daylight saving or not)."""

from collections.abc import Container
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

LOOK_BACK: Final = 7


def last_ended_night(now: datetime, time_zone: str) -> date:
    """The newest day that is over in the zone at the moment `now` (aware)."""
    return now.astimezone(ZoneInfo(time_zone)).date() - timedelta(days=1)


def nights_to_score(
    now: datetime, time_zone: str, scored: Container[date], *, first: date | None
) -> list[date]:
    """Of the last seven nights that ended, those not scored yet, oldest first.

    Nights before the last one are caught up only when they lie after `first`, the oldest night ever scored:
    after an outage the gap is filled, but a new relationship begins with its last night.
    """
    last = last_ended_night(now, time_zone)
    nights = [last - timedelta(days=back) for back in range(LOOK_BACK - 1, -1, -1)]
    return [
        night
        for night in nights
        if night not in scored and (night == last or (first is not None and night > first))
    ]
