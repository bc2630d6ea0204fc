"""Goals and KPIs are moved by one place, by contributors, and both sides read the same order."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis import actions
from kpis.models import Goal, Kpi
from kpis.queries.order import goals_moved, kpis_moved
from relationships.models import Side, TimelineEntry
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, add_kpi


@pytest.fixture
def goals(cast):
    return [add_goal(cast.own, cast.amara, name) for name in ("Calm", "Speed", "Thrift")]


def address(cast):
    return f"/relationships/{cast.own.pk}/goals/order/"


def names(cast, model):
    with acting(cast.amara, cast.own):
        return list(model.objects.order_by("position", "pk").values_list("name", flat=True))


def test_a_goal_moves_and_its_button_keeps_the_focus(cast, goals):
    client = client_for(cast.jonas)
    answer = client.post(address(cast), {"goal": goals[2].pk, "to": "up"}, follow=True)
    assert answer.redirect_chain == [(f"{address(cast)}?moved=goal-{goals[2].pk}-up#goal-{goals[2].pk}", 302)]
    assert names(cast, Goal) == ["Calm", "Thrift", "Speed"]
    assert answer.content.decode().count("autofocus") == 1
    client.post(address(cast), {"goal": goals[0].pk, "to": "down"})
    assert names(cast, Goal) == ["Thrift", "Calm", "Speed"]
    with acting(cast.amara, cast.own):
        newest = TimelineEntry.objects.first()
    assert (newest.text, newest.actor) == ("put the goals in another order", cast.jonas)


def test_a_kpi_moves_among_those_of_its_goal(cast, goals):
    first, other = add_kpi(goals[0], cast.amara, "One"), add_kpi(goals[1], cast.amara, "Two")
    last = add_kpi(goals[0], cast.amara, "Three")
    client_for(cast.priya).post(address(cast), {"kpi": last.pk, "to": "up"})
    assert names(cast, Kpi) == ["Three", "Two", "One"]
    with acting(cast.amara, cast.own):
        assert kpis_moved(cast.own, other, "up") == [last.pk, other.pk, first.pk]
        assert kpis_moved(cast.own, last, "up") == [last.pk, other.pk, first.pk]


def test_a_retired_goal_keeps_its_place_and_is_passed_over(cast, goals):
    with acting(cast.amara, cast.own):
        actions.retire_goal(goal=goals[1], version=1, actor=cast.amara, side=Side.CUSTOMER, now=NOW)
        assert goals_moved(cast.own, goals[2], "up") == [goals[2].pk, goals[1].pk, goals[0].pk]
        assert goals_moved(cast.own, goals[1], "up") == [goal.pk for goal in goals]
    page = client_for(cast.amara).get(address(cast)).content.decode()
    assert "Move up: Thrift" in page
    assert "Speed" not in page


@pytest.mark.parametrize(
    "typed", [{}, {"to": "up"}, {"goal": "1"}, {"goal": "x", "to": "up"}, {"goal": "{g}", "to": "over"}]
)
def test_what_no_button_sends_is_not_found(cast, goals, typed):
    typed = {name: value.format(g=goals[0].pk) for name, value in typed.items()}
    assert client_for(cast.amara).post(address(cast), typed).status_code == 404
    assert client_for(cast.amara).get(f"{address(cast)}?moved=goal-x-up").status_code == 200


def test_goals_of_another_relationship_are_not_found(cast, goals):
    foreign = add_goal(cast.foreign, cast.outsider)
    assert client_for(cast.amara).post(address(cast), {"goal": foreign.pk, "to": "up"}).status_code == 404


def test_what_was_added_meanwhile_is_said(cast, goals, monkeypatch):
    monkeypatch.setattr("kpis.views.order.goals_moved", lambda *_asked: [goals[0].pk])
    answer = client_for(cast.amara).post(address(cast), {"goal": goals[0].pk, "to": "down"}, follow=True)
    assert "Look again before you sort" in answer.content.decode()


def test_who_may_only_read_is_neither_led_there_nor_let_in(cast, goals):
    add_kpi(goals[0], cast.amara)
    list_of_goals = f"/relationships/{cast.own.pk}/goals/"
    assert address(cast) in client_for(cast.priya).get(list_of_goals).content.decode()
    assert address(cast) not in client_for(cast.helen).get(list_of_goals).content.decode()
    assert client_for(cast.helen).get(address(cast)).status_code == 403


def test_as_many_questions_for_three_goals_as_for_one(cast):
    client, counts = client_for(cast.amara), []
    client.get(address(cast))
    for number in range(2):
        for again in range(2 * number + 1):
            goal = add_goal(cast.own, cast.amara, f"Goal {number} {again}")
            add_kpi(goal, cast.amara, f"KPI {number} {again}")
        with CaptureQueriesContext(connection) as asked:
            client.get(address(cast))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
