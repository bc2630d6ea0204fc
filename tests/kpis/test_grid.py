"""The readings grid: what each side sees, ranges, filters, progress."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpis.queries.grid import Filters, get_grid
from relationships.access import load_relationship
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, add_kpi, agree_band, report

TODAY = date(2026, 3, 10)
FEBRUARY = date(2026, 2, 1)


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def goal(cast):
    return add_goal(cast.own, cast.amara)


def grid_for(cast, person, **filters):
    with acting(person, cast.own) as viewer:
        standpoint = load_relationship(viewer, cast.own.pk)
        return get_grid(standpoint, Filters(until=filters.pop("until", TODAY), **filters), on=TODAY)


def lines(grid):
    return [line for section in grid.sections for group in section.groups for line in group.lines]


def url(cast):
    return reverse("kpis:grid", args=[cast.own.pk])


def test_columns_are_the_last_periods_that_are_over(cast, goal):
    add_kpi(goal, cast.amara)
    [section] = grid_for(cast, cast.lena, periods=3).sections
    assert [period.label for period in section.columns] == ["Dec 2025", "Jan 2026", "Feb 2026"]


def test_each_calendar_has_true_periods_of_its_own(cast, goal):
    add_kpi(goal, cast.amara, name="Monthly")
    add_kpi(goal, cast.amara, name="Quarterly", frequency="QUARTER")
    add_kpi(goal, cast.amara, name="From the 16th", frequency="CONTRACT_MONTH", contract_month_day=16)
    newest = [(section.title, section.newest.label) for section in grid_for(cast, cast.lena).sections]
    assert newest == [
        ("Monthly", "Feb 2026"),
        ("Quarterly", "Q4 2025"),
        ("Contract months from day 16", "16 Jan 2026 – 15 Feb 2026"),
    ] or newest[2][1].startswith("16 Jan")


def test_a_kpi_is_blank_before_it_was_measured(cast, goal):
    add_kpi(goal, cast.amara, name="Old")
    add_kpi(goal, cast.amara, name="New", starts_on=FEBRUARY)
    old, new = lines(grid_for(cast, cast.lena, periods=3))
    assert [cell is None for cell in old.cells] == [False, False, False]
    assert [cell is None for cell in new.cells] == [True, True, False]


def test_a_cell_says_value_verdict_and_state(cast, goal):
    kpi = add_kpi(goal, cast.amara)
    agree_band(kpi, cast.amara, cast.jonas)
    report(kpi, cast.lena, FEBRUARY, "75.25")
    [line] = lines(grid_for(cast, cast.lena, periods=2))
    empty, cell = line.cells
    assert (empty.text, empty.shape, empty.version) == ("Missing", "missing", "")
    assert (cell.text, cell.shape, cell.word, cell.state_word, cell.typed, cell.version) == (
        "75.2", "2", "Approaching", "waits to be confirmed", "75.25", "1",
    )  # fmt: skip
    assert line.target == "≥\u00a080\u00a0%"


def test_what_is_not_due_says_until_when(cast, goal):
    add_kpi(goal, cast.amara)
    [line] = lines(grid_for(cast, cast.lena, periods=1))
    assert (line.cells[0].text, line.cells[0].shape) == ("due 10 Mar", "not-due")


@pytest.mark.parametrize(
    ("who", "ours"), [("lena", [True, False]), ("priya", [False, True]), ("helen", [False, False])]
)
def test_only_the_performing_side_edits(cast, goal, who, ours):
    add_kpi(goal, cast.amara, name="Provider's")
    add_kpi(goal, cast.amara, name="Customer's", performed_by="CUSTOMER")
    found = lines(grid_for(cast, cast.person(who), periods=1))
    assert [line.cells[0].is_editable for line in found] == ours


def test_filters(cast, goal):
    full = add_kpi(goal, cast.amara, name="Full", reference="F-1", starts_on=FEBRUARY)
    add_kpi(goal, cast.amara, name="Gap")
    add_kpi(goal, cast.amara, name="Theirs", performed_by="CUSTOMER", starts_on=FEBRUARY)
    report(full, cast.lena, FEBRUARY, 1)
    names = lambda **filters: [line.kpi.name for line in lines(grid_for(cast, cast.lena, **filters))]  # noqa: E731
    assert names() == ["Full", "Gap", "Theirs"]
    assert names(only_mine=True) == ["Full", "Gap"]
    assert names(only_missing=True) == ["Gap", "Theirs"]
    assert names(search="f-1") == ["Full"]
    assert names(search="nothing of the kind") == []


def test_progress_counts_what_our_side_reports(cast, goal):
    one = add_kpi(goal, cast.amara, name="One")
    add_kpi(goal, cast.amara, name="Two")
    add_kpi(goal, cast.amara, name="Theirs", performed_by="CUSTOMER")
    report(one, cast.lena, FEBRUARY, 80)
    [section] = grid_for(cast, cast.lena).sections
    assert section.progress == "1 of 2 reported for Feb 2026"
    page = client_for(cast.lena).get(url(cast)).content.decode()
    assert "1 of 2 reported for Feb 2026" in page


def test_pages_go_back_and_forth(cast, goal):
    add_kpi(goal, cast.amara)
    [section] = grid_for(cast, cast.lena, periods=6).sections
    assert (section.earlier, section.later) == (date(2025, 8, 31), None)
    [before] = grid_for(cast, cast.lena, periods=6, until=date(2025, 8, 31)).sections
    assert before.newest.label == "Aug 2025"
    assert before.later == date(2026, 2, 28)
    [first] = grid_for(cast, cast.lena, periods=6, until=date(2025, 2, 28)).sections
    assert (len(first.columns), first.earlier) == (2, None)


def test_without_kpis_and_before_the_first_period(cast, goal):
    assert "No KPIs yet" in client_for(cast.lena).get(url(cast)).content.decode()
    add_kpi(goal, cast.amara, starts_on=date(2026, 3, 1))
    assert "The first period is not over yet" in client_for(cast.lena).get(url(cast)).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "until=never",
        "until=0001-01-01",
        "until=9999-12-31",
        "periods=1e400",
        "periods=-1",
        "q=%00x",
        "q=" + "x" * 500,
    ],
)
def test_odd_queries_are_answered(cast, goal, query):
    add_kpi(goal, cast.amara)
    assert client_for(cast.lena).get(f"{url(cast)}?{query}").status_code == 200


def test_the_number_of_queries_does_not_grow(cast, goal):
    def count() -> int:
        client = client_for(cast.lena)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(url(cast)).status_code == 200
        return len(
            [query for query in asked if "set_config" not in query["sql"] and "SAVEPOINT" not in query["sql"]]
        )

    def add(name: str, **definition) -> None:
        kpi = add_kpi(goal, cast.amara, name=name, **definition)
        agree_band(kpi, cast.amara, cast.jonas)
        for back in range(2):
            report(kpi, cast.lena, date(2026, 1 + back, 1), 70 + back)

    add("One")
    with_one = count()
    add("Two")
    add("Three")
    assert count() == with_one
    assert with_one <= 12


def test_outsiders_see_nothing(cast, goal):
    assert client_for(cast.outsider).get(url(cast)).status_code == 404
    assert client_for(cast.recipient).get(url(cast)).status_code == 403


def test_markup_of_names_is_escaped(cast, goal):
    add_kpi(goal, cast.amara, name="<script>alert(1)</script>")
    page = client_for(cast.lena).get(url(cast)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_day_is_that_of_the_relationship(cast, goal):
    """On the last evening of the month in London the month is over on its last day."""
    add_kpi(goal, cast.amara)
    with time_machine.travel(NOW.replace(month=2, day=28, hour=12), tick=False):
        page = client_for(cast.lena).get(url(cast)).content.decode()
    assert "Feb 2026" in page
    with time_machine.travel(NOW.replace(month=2, day=27, hour=12) + timedelta(hours=1), tick=False):
        page = client_for(cast.lena).get(url(cast)).content.decode()
    assert "Feb 2026" not in page
