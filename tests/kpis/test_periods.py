"""Which periods there are, when they are due, and where they stand."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis import actions
from kpis.domain.periods import Period
from kpis.domain.status import PeriodStatus
from kpis.models import Kpi
from kpis.queries import periods
from relationships.models import Side
from tests.cast import NOW, acting
from tests.furniture import add_goal, add_kpi, agree_band, report

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
NOVEMBER, DECEMBER, JANUARY, FEBRUARY = (
    date(2025, 11, 1),
    date(2025, 12, 1),
    date(2026, 1, 1),
    date(2026, 2, 1),
)


@pytest.fixture
def kpi(cast):
    made = add_kpi(add_goal(cast.own, cast.amara), cast.amara, starts_on=NOVEMBER)
    agree_band(made, cast.amara, cast.jonas)
    return made


def test_each_period_has_its_status_and_due_day(cast, kpi):
    report(kpi, cast.lena, NOVEMBER, 75)
    disputed = report(kpi, cast.lena, DECEMBER, 76)
    with acting(cast.amara, cast.own):
        actions.dispute_reading(
            reading=disputed, version=1, reason="No", claimed_value=None, actor=cast.amara, side=Side.CUSTOMER,
            now=NOW,
        )  # fmt: skip
        found = periods.periods_between([kpi], date(2020, 1, 1), date(2026, 3, 31), on=TODAY)[kpi.pk]
    assert [(p.period.first, p.status, p.due_on) for p in found] == [
        (NOVEMBER, PeriodStatus.JUDGED, date(2025, 12, 10)),
        (DECEMBER, PeriodStatus.DISPUTED, date(2026, 1, 10)),
        (JANUARY, PeriodStatus.MISSING, date(2026, 2, 10)),
        (FEBRUARY, PeriodStatus.NOT_DUE, date(2026, 3, 10)),
        (date(2026, 3, 1), PeriodStatus.NOT_DUE, date(2026, 4, 10)),
    ]
    assert [p.reading.value if p.reading else None for p in found] == [75, 76, None, None, None]
    assert [p.days_late(TODAY) for p in found] == [0, 0, 28, 0, 0]


def test_the_latest_periods_are_over_and_measured(cast, kpi):
    with acting(cast.amara, cast.own):
        latest = periods.latest_periods([kpi], 3, on=TODAY)[kpi.pk]
        assert [p.period.first for p in latest] == [DECEMBER, JANUARY, FEBRUARY]
        assert len(periods.latest_periods([kpi], 12, on=TODAY)[kpi.pk]) == 4
        ended = actions.end_kpi(
            kpi=kpi, version=1, ends_on=date(2025, 12, 15), actor=cast.amara, side=Side.CUSTOMER, now=NOW
        )
        latest = periods.latest_periods([ended], 12, on=TODAY)[kpi.pk]
        assert [p.period.first for p in latest] == [NOVEMBER, DECEMBER]


def test_a_kpi_that_has_not_begun_has_no_periods(cast, kpi):
    later = add_kpi(kpi.goal, cast.amara, name="Later", starts_on=date(2026, 5, 1))
    with acting(cast.amara, cast.own):
        assert periods.latest_periods([later], 12, on=TODAY) == {later.pk: []}
        assert periods.periods_between([later], NOVEMBER, TODAY, on=TODAY) == {later.pk: []}
        assert periods.missing_readings([later], on=TODAY) == []


def test_a_named_calendar_ends_where_it_ends(cast, kpi):
    with acting(cast.amara, cast.own):
        calendar = actions.add_calendar(
            relationship=cast.own,
            name="Rail year",
            periods=[("P1", NOVEMBER, date(2025, 11, 27)), ("P2", date(2025, 11, 28), date(2025, 12, 31))],
            actor=cast.amara,
            side="CUSTOMER",
            now=NOW,
        )
    rail = add_kpi(kpi.goal, cast.amara, name="Rail", frequency="CALENDAR", calendar=calendar)
    with acting(cast.amara, cast.own):
        for found in (
            periods.latest_periods([rail], 5, on=TODAY)[rail.pk],
            periods.periods_between([rail], date(2024, 1, 1), TODAY, on=TODAY)[rail.pk],
        ):
            assert [p.period.label for p in found] == ["P1", "P2"]
        assert [p.period.label for p in periods.latest_periods([rail], 1, on=date(2025, 12, 5))[rail.pk]] == [
            "P1"
        ]


def test_what_is_missing_longest_comes_first(cast, kpi):
    slow = add_kpi(kpi.goal, cast.amara, name="Slow", starts_on=NOVEMBER, due_days=40)
    report(kpi, cast.lena, DECEMBER, 75)
    with acting(cast.amara, cast.own):
        found = periods.missing_readings([slow, kpi], on=TODAY)
        assert [(p.kpi.name, p.period.first) for p in found] == [
            (kpi.name, NOVEMBER),
            ("Slow", NOVEMBER),
            ("Slow", DECEMBER),
            (kpi.name, JANUARY),
        ]
        since = periods.missing_readings([slow, kpi], on=TODAY, since=DECEMBER)
        assert [p.period.first for p in since] == [DECEMBER, JANUARY]


def test_a_kpi_that_falls_behind_is_stale(cast, kpi):
    with acting(cast.amara, cast.own):
        never = periods.freshness_of([kpi], on=TODAY)[kpi.pk]
    assert (never.newest, never.missing, never.behind, never.is_stale) == (None, 3, 3, True)
    report(kpi, cast.lena, DECEMBER, 75)
    with acting(cast.amara, cast.own):
        late = periods.freshness_of([kpi], on=TODAY)[kpi.pk]
    assert (late.newest, late.missing, late.behind, late.is_stale) == (DECEMBER, 2, 1, False)


def test_a_reading_that_came_early_counts_as_the_newest(cast, kpi):
    report(kpi, cast.lena, FEBRUARY, 75)
    with acting(cast.amara, cast.own):
        assert periods.freshness_of([kpi], on=TODAY)[kpi.pk].newest == FEBRUARY


def test_is_measured_from_its_first_to_its_last_day():
    kpi = Kpi(starts_on=NOVEMBER, ends_on=date(2025, 12, 31))
    spans = {"2025-10-31": False, "2025-11-01": True, "2025-12-31": True, "2026-01-01": False}
    for day, expected in spans.items():
        first = date.fromisoformat(day)
        assert periods.is_measured(kpi, Period(first, first)) == expected


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_questions_does_not_depend_on_the_number_of_kpis(cast, kpi, many):
    kpis = [kpi, *(add_kpi(kpi.goal, cast.amara, name=f"K{n}") for n in range(many - 1))]
    for each in kpis:
        report(each, cast.lena, FEBRUARY, 75)
    with acting(cast.amara, cast.own):
        for ask in (
            lambda: periods.periods_between(kpis, date(2025, 1, 1), TODAY, on=TODAY),
            lambda: periods.latest_periods(kpis, 12, on=TODAY),
            lambda: periods.missing_readings(kpis, on=TODAY),
            lambda: periods.freshness_of(kpis, on=TODAY),
        ):
            with CaptureQueriesContext(connection) as captured:
                ask()
            assert len(captured) == 1
