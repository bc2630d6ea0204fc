"""A relationship with a year behind it: six KPIs, readings, one dispute, one gap, and scores of several nights."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from kpis.models import Kpi, Reading
from tests.cast import NOW, Cast, acting
from tests.furniture import add_goal, add_kpi, agree_band, report
from value import actions

KPIS = (
    ("First-contact resolution", "PROVIDER", 3, 74),
    ("Incidents solved in time", "PROVIDER", 2, 81),
    ("Approvals given in time", "CUSTOMER", 2, 72),
    ("Test users made available", "CUSTOMER", 1, 79),
    ("Satisfaction of employees", "JOINT", 3, 76),
    ("Changes without incident", "JOINT", 1, 90),
)
AS_OF = NOW.date()


@dataclass
class Story:
    """The rows of the story."""

    kpis: dict[str, Kpi]


def monthly(first: date, last: date) -> list[date]:
    """First days of the months from `first` to `last`."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def tell(cast: Cast) -> Story:
    """Writes the story with the product's own verbs; the last month of one KPI is missing."""
    goal = add_goal(cast.own, cast.amara)
    kpis = {}
    for number, (name, performer, weight, level) in enumerate(KPIS):
        kpi = add_kpi(goal, cast.amara, name, performed_by=performer, weight=weight)
        agree_band(kpi, cast.amara, cast.jonas)
        reporter = cast.amara if performer == "CUSTOMER" else cast.jonas
        last = date(2026, 1, 1) if number == 1 else date(2026, 2, 1)
        for turn, day in enumerate(monthly(date(2025, 2, 1), last)):
            report(kpi, reporter, day, level + (turn * (number + 3)) % 7 - 3, now=NOW)
        kpis[name] = kpi
    return Story(kpis)


def dispute(cast: Cast, kpi: Kpi, day: date) -> None:
    """The reading of a period is in dispute."""
    with acting(cast.amara, cast.own):
        Reading.objects.filter(kpi=kpi, period_start=day).update(state=Reading.State.DISPUTED)


def score(cast: Cast, *days: date) -> None:
    """Scores the relationship as of these days."""
    for day in days or (AS_OF,):
        with acting(cast.amara, cast.own):
            actions.score_relationships(
                [cast.own.pk],
                as_of=day,
                now=datetime.combine(day, NOW.timetz()).astimezone(UTC),
                using="default",
            )
