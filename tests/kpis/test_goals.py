"""Goals and KPIs: written, changed, sorted, ended, retired."""

from datetime import date, timedelta

import pytest

from kpis import actions
from kpis.models import Goal, Kpi, NamedPeriod
from relationships.models import Side, TimelineEntry
from tests.cast import NOW, acting
from tests.furniture import add_goal, add_kpi, agree_band, report

pytestmark = pytest.mark.django_db
JANUARY = date(2026, 1, 1)


@pytest.fixture
def goal(cast):
    return add_goal(cast.own, cast.amara)


@pytest.fixture
def kpi(cast, goal):
    return add_kpi(goal, cast.amara)


def as_amara(cast):
    return {"actor": cast.amara, "side": Side.CUSTOMER, "now": NOW}


def told(cast):
    with acting(cast.amara, cast.own):
        return TimelineEntry.objects.filter(relationship=cast.own).order_by("-pk").first().text


def test_goals_and_kpis_stand_after_those_before(cast, goal, kpi):
    second = add_goal(cast.own, cast.amara, name="Change does not hurt")
    other = add_kpi(second, cast.amara, name="Quiet changes")
    assert [goal.position, second.position] == [0, 1]
    assert [kpi.position, other.position] == [0, 1]
    assert told(cast) == "added the KPI “Quiet changes”"


def test_a_goal_is_rewritten_by_who_saw_the_newest(cast, goal):
    with acting(cast.amara, cast.own):
        changed = actions.edit_goal(goal=goal, version=1, name="Better", outcome="All", **as_amara(cast))
        assert (changed.name, changed.outcome, changed.version) == ("Better", "All", 2)
        with pytest.raises(actions.ChangedMeanwhile) as caught:
            actions.edit_goal(goal=goal, version=1, name="Mine", **as_amara(cast))
    assert caught.value.current.name == "Better"


def test_a_goal_is_retired_once_nothing_under_it_is_measured(cast, goal, kpi):
    with acting(cast.amara, cast.own):
        with pytest.raises(actions.GoalHasActiveKpis):
            actions.retire_goal(goal=goal, version=1, **as_amara(cast))
        actions.end_kpi(kpi=kpi, version=1, ends_on=date(2026, 3, 9), **as_amara(cast))
        with pytest.raises(actions.ChangedMeanwhile):
            actions.retire_goal(goal=goal, version=4, **as_amara(cast))
        retired = actions.retire_goal(goal=goal, version=1, **as_amara(cast))
        assert (retired.retired_at, retired.version) == (NOW, 2)
        again = actions.retire_goal(
            goal=goal, version=1, actor=cast.amara, side=Side.CUSTOMER, now=NOW + timedelta(days=1)
        )
        assert again.retired_at == NOW
    assert told(cast) == "retired the goal “Staff get back to work fast”"


def test_a_kpi_that_ends_today_is_still_measured(cast, goal, kpi):
    with acting(cast.amara, cast.own):
        actions.end_kpi(kpi=kpi, version=1, ends_on=NOW.date(), **as_amara(cast))
        with pytest.raises(actions.GoalHasActiveKpis):
            actions.retire_goal(goal=goal, version=1, **as_amara(cast))


def test_ending_a_kpi_takes_no_reading_away(cast, kpi):
    report(kpi, cast.lena, JANUARY, 75)
    with acting(cast.amara, cast.own):
        for ends_on in (date(2025, 12, 31), date(2024, 12, 31)):
            with pytest.raises(actions.EndsBeforeItsReadings):
                actions.end_kpi(kpi=kpi, version=1, ends_on=ends_on, **as_amara(cast))
        with pytest.raises(actions.ChangedMeanwhile):
            actions.end_kpi(kpi=kpi, version=2, ends_on=JANUARY, **as_amara(cast))
        ended = actions.end_kpi(kpi=kpi, version=1, ends_on=JANUARY, **as_amara(cast))
    ended.relationship = cast.own
    assert (ended.ends_on, ended.version) == (JANUARY, 2)
    assert told(cast) == "ended the KPI “First-contact resolution” on 1 Jan 2026"
    with pytest.raises(actions.PeriodNotInCalendar):
        report(ended, cast.lena, date(2026, 2, 1), 75)


def test_goals_and_kpis_are_sorted_whole(cast, goal, kpi):
    second = add_goal(cast.own, cast.amara, name="Second")
    other = add_kpi(second, cast.amara, name="Other")
    with acting(cast.amara, cast.own):
        actions.reorder_goals(relationship=cast.own, order=[second.pk, goal.pk], **as_amara(cast))
        assert told(cast) == "put the goals in another order"
        actions.reorder_kpis(relationship=cast.own, order=[other.pk, kpi.pk], **as_amara(cast))
        assert list(Goal.objects.values_list("pk", flat=True)) == [second.pk, goal.pk]
        assert list(Kpi.objects.values_list("pk", flat=True)) == [other.pk, kpi.pk]
    assert told(cast) == "put the KPIs in another order"


@pytest.mark.parametrize("order", [[], [0], [0, 0], [0, 1, 2]])
def test_an_order_names_everything_once(cast, goal, kpi, order):
    goals = [goal, add_goal(cast.own, cast.amara, name="Second"), add_goal(cast.foreign, cast.outsider)]
    with acting(cast.amara, cast.own), pytest.raises(actions.OrderIncomplete):
        actions.reorder_goals(relationship=cast.own, order=[goals[n].pk for n in order], **as_amara(cast))
    kpis = [] if not order else [kpi.pk, *order]
    with acting(cast.amara, cast.own), pytest.raises(actions.OrderIncomplete):
        actions.reorder_kpis(relationship=cast.own, order=kpis, **as_amara(cast))


def test_a_card_is_rewritten_by_who_saw_the_newest(cast, kpi):
    with acting(cast.amara, cast.own):
        changed = actions.edit_kpi(kpi=kpi, version=1, name="Solved at once", due_days=5, **as_amara(cast))
        assert (changed.name, changed.due_days, changed.version) == ("Solved at once", 5, 2)
        with pytest.raises(actions.ChangedMeanwhile):
            actions.edit_kpi(kpi=kpi, version=1, name="Mine", **as_amara(cast))


@pytest.mark.parametrize(
    "change",
    [
        {"polarity": "LOWER"},
        {"frequency": "WEEK"},
        {"performed_by": "CUSTOMER"},
        {"starts_on": date(2025, 2, 1)},
    ],
)
def test_what_readings_mean_does_not_change_under_them(cast, kpi, change):
    report(kpi, cast.lena, JANUARY, 75)
    with acting(cast.amara, cast.own):
        with pytest.raises(actions.KpiHasReadings):
            actions.edit_kpi(kpi=kpi, version=1, **change, **as_amara(cast))
        same = {name: getattr(kpi, name) for name in change}
        assert actions.edit_kpi(kpi=kpi, version=1, name="New", **same, **as_amara(cast)).name == "New"


def test_the_direction_does_not_change_under_a_band(cast, kpi):
    agree_band(kpi, cast.amara, cast.jonas)
    with acting(cast.amara, cast.own), pytest.raises(actions.KpiHasReadings):
        actions.edit_kpi(kpi=kpi, version=1, polarity="LOWER", **as_amara(cast))


def test_a_card_is_not_rewritten_to_end_before_its_readings(cast, kpi):
    report(kpi, cast.lena, JANUARY, 90)
    with acting(cast.amara, cast.own):
        for day in (date(2024, 12, 31), date(2025, 12, 31)):
            with pytest.raises(actions.EndsBeforeItsReadings):
                actions.edit_kpi(kpi=kpi, version=1, ends_on=day, **as_amara(cast))
        assert actions.edit_kpi(kpi=kpi, version=1, ends_on=JANUARY, **as_amara(cast)).ends_on == JANUARY


def test_a_card_has_only_its_own_fields(cast, goal, kpi):
    with acting(cast.amara, cast.own):
        with pytest.raises(TypeError, match="weight_of_gold"):
            actions.add_kpi(goal=goal, weight_of_gold=1, **as_amara(cast))
        with pytest.raises(TypeError, match="version_"):
            actions.edit_kpi(kpi=kpi, version=1, version_=1, **as_amara(cast))


def test_a_calendar_of_explicit_periods(cast):
    with acting(cast.amara, cast.own):
        calendar = actions.add_calendar(
            relationship=cast.own,
            name="Rail year",
            periods=[
                ("P2", date(2026, 4, 29), date(2026, 5, 26)),
                ("P1", date(2026, 4, 1), date(2026, 4, 28)),
            ],
            **as_amara(cast),
        )
        line = TimelineEntry.objects.first()
        assert (line.text, line.actor, line.side) == (
            "added the calendar “Rail year”",
            cast.amara,
            "CUSTOMER",
        )
        assert list(NamedPeriod.objects.filter(calendar=calendar).values_list("label", flat=True)) == [
            "P1",
            "P2",
        ]
        with pytest.raises(actions.PeriodsDoNotTile, match="P2"):
            actions.add_calendar(
                relationship=cast.own,
                name="Gap",
                periods=[
                    ("P1", date(2026, 4, 1), date(2026, 4, 28)),
                    ("P2", date(2026, 4, 30), date(2026, 5, 26)),
                ],
                **as_amara(cast),
            )


def test_readings_follow_a_named_calendar_and_contract_months(cast, goal):
    with acting(cast.amara, cast.own):
        calendar = actions.add_calendar(
            relationship=cast.own,
            name="Rail year",
            periods=[("P1", JANUARY, date(2026, 1, 26))],
            **as_amara(cast),
        )
    rail = add_kpi(goal, cast.amara, name="Punctual", frequency="CALENDAR", calendar=calendar)
    contract = add_kpi(goal, cast.amara, name="Billed", frequency="CONTRACT_MONTH", contract_month_day=16)
    assert report(rail, cast.lena, JANUARY, 90).period_end == date(2026, 1, 26)
    assert report(contract, cast.lena, date(2026, 1, 16), 90).period_end == date(2026, 2, 15)
    with pytest.raises(actions.PeriodNotInCalendar):
        report(rail, cast.lena, date(2026, 1, 27), 90)
