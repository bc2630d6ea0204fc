"""In which periods KPIs are measured, what people call them, and which day it is."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kpis.domain.periods import Period, PeriodCalendar, calendar_for
from kpis.models import Kpi, NamedPeriod
from relationships.models import Relationship


def calendars_of(kpis: Iterable[Kpi]) -> dict[int, PeriodCalendar]:
    """The period calendar of each KPI by its id; equal calendars are one object. One query for the named ones."""
    kpis = list(kpis)
    named: dict[int, list[Period]] = {}
    wanted = {kpi.calendar_id for kpi in kpis if kpi.calendar_id is not None}
    if wanted:
        for period in NamedPeriod.objects.filter(calendar_id__in=wanted).order_by("first_day"):
            named.setdefault(period.calendar_id, []).append(
                Period(period.first_day, period.last_day, period.label)
            )
    made: dict[tuple[object, ...], PeriodCalendar] = {}
    found: dict[int, PeriodCalendar] = {}
    for kpi in kpis:
        key = (kpi.frequency, kpi.contract_month_day, kpi.calendar_id)
        if key not in made:
            made[key] = calendar_for(
                kpi.frequency,
                contract_month_day=kpi.contract_month_day,
                named=named.get(kpi.calendar_id or 0, ()),
            )
        found[kpi.pk] = made[key]
    return found


def period_name(kpi: Kpi, first: date) -> str:
    """What people call the period that starts on `first` ("Mar 2026"); its first day where no calendar has it."""
    return label_of(calendars_of([kpi])[kpi.pk], first)


def label_of(calendar: PeriodCalendar, first: date) -> str:
    """What people call the period of this calendar that starts on `first`."""
    period = calendar.starting(first)
    return period.label if period is not None else f"{first:%-d %b %Y}"


def today_in(relationship: Relationship, now: datetime) -> date:
    """The day it is for the relationship."""
    return now.astimezone(ZoneInfo(relationship.time_zone)).date()
