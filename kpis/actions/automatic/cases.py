"""The agreed conditions of a relationship, each for the days on which it is in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from kpis.actions.entries import today_in
from kpis.domain.conditions import Condition, ConditionError, compile_condition
from kpis.domain.periods import Period, PeriodCalendar
from kpis.models import Environment, EnvironmentRevision, Kpi
from kpis.queries.automatic import pace_of, periods_touching
from kpis.queries.calendars import calendars_of
from kpis.queries.variables import variables_in
from relationships.models import Relationship

Days = tuple[date, date]


@dataclass(frozen=True)
class Case:
    """One agreed condition, for the days on which it is in force."""

    environment: Environment
    condition: Condition
    drivers: dict[str, Kpi]
    calendar: PeriodCalendar
    begins: date
    ends: date
    today: date
    now: datetime

    def periods(self, spans: Iterable[Days]) -> list[Period]:
        touched = periods_touching(self.calendar, spans, until=self.today)
        return [period for period in touched if self.begins <= period.first < self.ends]


def environments_with_conditions(relationship: Relationship) -> list[Environment]:
    """Those with a condition; locked, so that two workers and a signature come one after the other."""
    conditioned = EnvironmentRevision.objects.filter(
        relationship=relationship, agreed_at__isnull=False
    ).exclude(condition="")
    found = list(
        Environment.objects.select_for_update(of=("self",))
        .filter(pk__in=conditioned.values("environment_id"))
        .order_by("pk")
    )
    for environment in found:
        environment.relationship = relationship
    return found


def cases_of(environment: Environment, now: datetime) -> list[Case]:
    """The agreed conditions of an environment, each until the next takes its place."""
    agreed = environment.revisions.filter(agreed_at__isnull=False).select_related("agreement")
    by_day = {one.effective_from: one for one in agreed.order_by("effective_from", "agreed_at", "pk")}
    revisions = list(by_day.values())
    ends = [*(one.effective_from for one in revisions[1:]), date.max]
    cases = (_case(environment, one, end, now) for one, end in zip(revisions, ends, strict=True))
    return [case for case in cases if case is not None]


def _case(environment: Environment, revision: EnvironmentRevision, ends: date, now: datetime) -> Case | None:
    if not revision.condition:
        return None
    meant = variables_in(revision)
    try:
        condition = compile_condition(revision.condition, meant)
    except (
        ConditionError
    ):  # what was agreed names a driver that nobody can find any more: nothing is proposed
        return None
    ids = {name: meant[name] for name in condition.variables}
    kpis = Kpi.objects.drivers().in_bulk(ids.values())
    if len(kpis) != len(set(ids.values())):
        return None
    drivers = {name: kpis[pk] for name, pk in ids.items()}
    calendar = calendars_of(pace := [pace_of(drivers.values())])[pace[0].pk]
    today = today_in(environment.relationship, now)
    return Case(environment, condition, drivers, calendar, revision.effective_from, ends, today, now)
