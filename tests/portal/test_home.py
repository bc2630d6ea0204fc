"""The home page: what waits for whom, in which order, for which role, and how much it costs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from kpis import actions as kpi_actions
from kpis.models import Reading
from portal.queries import home as questions
from relationships import actions
from relationships.models import Side
from relationships.policy import Right
from relationships.reach import ids_with
from tests.cast import NOW, Cast, acting, client_for
from tests.furniture import add_goal, add_kpi, agree_band, report

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def propose(cast: Cast, title: str, *, lead: str = "jonas", side: Side = Side.PROVIDER, days_ago: int = 1):
    person = cast.person(lead)
    with acting(person, cast.own):
        return actions.propose_agreement(
            relationship=cast.own,
            kind="STATEMENT_OF_INTENT",
            title=title,
            content=[{"label": "Text", "before": None, "after": title}],
            actor=person,
            side=side,
            now=NOW - timedelta(days=days_ago),
        )


def waiting_of(cast: Cast, key: str) -> questions.Waiting:
    person = cast.person(key)
    with acting(person) as viewer:
        return questions.what_waits(viewer, now=NOW)


def kpi_of(cast: Cast, name: str = "First-contact resolution", **definition):
    definition.setdefault("starts_on", JANUARY)
    return add_kpi(add_goal(cast.own, cast.amara), cast.amara, name, **definition)


def test_the_same_agreement_waits_for_the_one_and_stands_under_the_other_side_for_the_other(cast):
    propose(cast, "Our intent")
    assert [line.agreement.title for line in waiting_of(cast, "amara").mine] == ["Our intent"]
    assert waiting_of(cast, "amara").theirs == []
    assert waiting_of(cast, "jonas").mine == []
    assert [line.organisation for line in waiting_of(cast, "jonas").theirs] == ["Northwind"]


def test_who_may_not_sign_sees_that_colleagues_have_to(cast):
    propose(cast, "Our intent")
    for key in ("priya", "helen", "customer_go_to"):
        waiting = waiting_of(cast, key)
        assert waiting.mine == []
        assert [line.can_sign for line in waiting.colleagues] == [False]
    page = client_for(cast.priya).get("/").content.decode()
    assert "Northwind has to sign" in page
    assert "Sign for" not in page


def test_a_signature_is_given_in_place(cast):
    agreement = propose(cast, "Our intent")
    client = client_for(cast.amara)
    page = client.get("/").content.decode()
    assert "Sign for Northwind" in page
    assert f'name="version" value="{agreement.version}"' in page
    answer = client.post(
        f"/agreements/{agreement.pk}/signature/", {"version": agreement.version, "next": "/"}
    )
    assert answer.status_code == 302
    assert "Sign for Northwind" not in client.get("/").content.decode()


def test_readings_late_and_due_are_counted_by_their_own_calendars(cast):
    monthly = kpi_of(cast)  # January was due on 10 February, February is due on 10 March: today
    report(monthly, cast.jonas, JANUARY, 81)
    kpi_of(cast, "Weekly backlog", frequency="WEEK", starts_on=date(2026, 2, 23), due_days=3)
    kpi_of(cast, "Approvals", performed_by="CUSTOMER")
    (line,) = waiting_of(cast, "jonas").to_report
    # The week from 23 February was due on 4 March, the week from 2 March on 11 March.
    assert (line.readings.late, line.readings.due) == (1, 2)
    assert (line.readings.late_since, line.readings.due_on) == (date(2026, 3, 5), date(2026, 3, 10))
    (line,) = waiting_of(cast, "priya").to_report
    assert (line.readings.late, line.readings.due) == (1, 1)
    assert waiting_of(cast, "helen").to_report == []


def test_every_kind_of_calendar_is_understood(cast):
    kpi_of(cast, "Daily", frequency="DAY", starts_on=date(2026, 3, 8), due_days=0)
    kpi_of(cast, "Quarterly", frequency="QUARTER", starts_on=date(2025, 10, 1))
    kpi_of(cast, "Yearly", frequency="YEAR", starts_on=date(2025, 1, 1))
    kpi_of(
        cast,
        "Contract months",
        frequency="CONTRACT_MONTH",
        contract_month_day=16,
        starts_on=date(2026, 1, 16),
    )
    kpi_of(cast, "Over", starts_on=date(2025, 1, 1), ends_on=date(2025, 1, 31))
    (line,) = waiting_of(cast, "jonas").to_report
    # Days 8 and 9, a quarter, a contract month, the year 2025; but what ended in January 2025 is out of sight.
    assert (line.readings.late, line.readings.due) == (5, 0)


def test_named_calendars_come_from_their_own_periods(cast):
    with acting(cast.amara, cast.own):
        from kpis.models import NamedCalendar, NamedPeriod

        calendar = NamedCalendar.objects.create(relationship=cast.own, name="Railway year")
        for label, first, last in (
            ("P1", date(2026, 1, 4), date(2026, 1, 31)),
            ("P2", date(2026, 2, 1), date(2026, 3, 28)),
        ):
            NamedPeriod.objects.create(
                relationship=cast.own, calendar=calendar, label=label, first_day=first, last_day=last
            )
    kpi_of(cast, "Punctuality", frequency="CALENDAR", calendar=calendar, starts_on=date(2026, 1, 4))
    (line,) = waiting_of(cast, "jonas").to_report
    assert (line.readings.late, line.readings.due) == (1, 0)


def test_readings_to_confirm_are_one_line_with_their_clock(cast):
    for name in ("First-contact resolution", "Time to restore"):
        report(kpi_of(cast, name), cast.jonas, JANUARY, 81)
    (line,) = waiting_of(cast, "amara").mine
    assert (line.kind, line.count) == ("confirmation", 2)
    assert line.due_at is not None
    (mirrored,) = waiting_of(cast, "jonas").theirs
    assert (mirrored.count, mirrored.due_at) == (2, line.due_at)


def test_a_dispute_waits_for_the_side_that_reported(cast):
    kpi = kpi_of(cast)
    agree_band(kpi, cast.amara, cast.jonas)
    reading = report(kpi, cast.jonas, JANUARY, 81)
    with acting(cast.amara, cast.own):
        kpi_actions.dispute_reading(
            reading=Reading.objects.get(pk=reading.pk),
            version=reading.version,
            reason="Two incidents are missing",
            claimed_value=Decimal(74),
            actor=cast.amara,
            side=Side.CUSTOMER,
            now=NOW,
        )
    assert [line.kind for line in waiting_of(cast, "jonas").mine] == ["dispute"]
    assert [line.kind for line in waiting_of(cast, "amara").theirs] == ["dispute"]
    page = client_for(cast.jonas).get("/").content.decode()
    assert "Two incidents are missing" in page
    assert "First-contact resolution, Jan 2026" in page


def test_the_oldest_clock_comes_first(cast):
    propose(cast, "Newer", days_ago=2)
    propose(cast, "Older", days_ago=9)
    report(kpi_of(cast), cast.jonas, JANUARY, 81, now=NOW - timedelta(days=1))
    kinds = [getattr(line, "agreement", line.kind) for line in waiting_of(cast, "amara").mine]
    assert [str(kind) for kind in kinds] == ["Older", "Newer", "confirmation"]


def test_the_bar_counts_the_answers_that_others_wait_for(cast):
    propose(cast, "Our intent")
    report(kpi_of(cast), cast.jonas, JANUARY, 81)
    shell = client_for(cast.amara).get("/").context["shell"]
    assert shell.waiting == len(waiting_of(cast, "amara").mine) == 2
    assert client_for(cast.jonas).get("/").context["shell"].waiting == 0
    assert client_for(cast.priya).get("/").context["shell"].waiting == 1


def test_what_changed_since_the_last_visit_without_ones_own_doing(cast):
    Person.objects.filter(pk=cast.amara.pk).update(last_visit_at=NOW - timedelta(days=2))
    with acting(cast.jonas, cast.own):
        for text, days in (("Before the visit", 3), ("After the visit", 1)):
            actions.comment(
                relationship=cast.own,
                actor=cast.jonas,
                side=Side.PROVIDER,
                now=NOW - timedelta(days=days),
                text=text,
            )
    with acting(cast.amara, cast.own):
        actions.comment(
            relationship=cast.own, actor=cast.amara, side=Side.CUSTOMER, now=NOW, text="My own words"
        )
    changes = client_for(cast.amara).get("/").context["changes"]
    assert [entry.text for entry in changes.entries] == ["After the visit"]
    assert changes.since == NOW - timedelta(days=2)


def test_what_is_internal_to_the_other_side_is_not_news(cast):
    with acting(cast.jonas, cast.own):
        actions.comment(
            relationship=cast.own,
            actor=cast.jonas,
            side=Side.PROVIDER,
            now=NOW,
            text="Among us",
            internal=True,
        )
    assert "Among us" not in client_for(cast.amara).get("/").content.decode()
    assert "Among us" in client_for(cast.lena).get("/").content.decode()


def test_a_visit_ends_after_half_an_hour_away(cast):
    client = client_for(cast.amara)

    def visits(after: timedelta) -> tuple:
        with time_machine.travel(NOW + after, tick=False):
            assert client.get("/").status_code == 200
        person = Person.objects.get(pk=cast.amara.pk)
        return person.previous_visit_at, person.last_visit_at

    minute = timedelta(minutes=1)
    assert visits(0 * minute) == (None, NOW)
    assert visits(4 * minute) == (None, NOW)  # written at most every five minutes
    assert visits(10 * minute) == (None, NOW + 10 * minute)
    assert visits(45 * minute) == (NOW + 10 * minute, NOW + 45 * minute)
    assert visits(60 * minute) == (NOW + 10 * minute, NOW + 60 * minute)


def test_nothing_of_another_relationship_is_on_the_page(cast):
    with acting(cast.outsider, cast.foreign):
        actions.propose_agreement(
            relationship=cast.foreign,
            kind="STATEMENT_OF_INTENT",
            title="Foreign intent",
            content=[],
            actor=cast.outsider,
            side=Side.CUSTOMER,
            now=NOW,
        )
    for key in ("amara", "jonas", "helen", "owen", "recipient", "nobody"):
        page = client_for(cast.person(key)).get("/").content.decode()
        assert "Foreign intent" not in page
        assert cast.foreign.name not in page
    assert "Foreign intent" in client_for(cast.rival_provider).get("/").content.decode()


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("recipient", "This version of the portal does not have that page"),
        ("nobody", "You belong to no organisation yet"),
        ("owen", "Found a relationship"),
    ],
)
def test_those_without_a_relationship_find_their_first_step(cast, key, said):
    page = client_for(cast.person(key)).get("/").content.decode()
    assert said in page
    assert cast.own.name not in page


def test_empty_parts_say_so(cast):
    page = client_for(cast.amara).get("/").content.decode()
    for said in (
        "Nothing waits for you.",
        "Nothing waits for the other side.",
        "Nobody else changed anything.",
    ):
        assert said in page


def test_an_executive_finds_the_portfolio(cast):
    assert "Open the portfolio" in client_for(cast.helen).get("/").content.decode()
    assert "Open the portfolio" not in client_for(cast.amara).get("/").content.decode()


def test_as_many_queries_for_three_lines_as_for_one(cast):
    client, counts = client_for(cast.amara), []
    client.get("/")
    for number in (1, 2, 3):
        propose(cast, f"Intent {number}")
        report(kpi_of(cast, f"KPI {number}"), cast.jonas, JANUARY, 81)
        kpi_of(cast, f"Own KPI {number}", performed_by="CUSTOMER")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2] <= 12


def test_rights_are_read_from_all_roles_together(cast):
    with acting(cast.amara) as viewer:
        assert ids_with(viewer, Right.SIGN, Right.READ) == [cast.own.pk]
    with acting(cast.priya) as viewer:
        assert ids_with(viewer, Right.SIGN) == []
        assert ids_with(viewer, Right.REPORT) == [cast.own.pk]
    with acting(cast.recipient) as viewer:
        assert ids_with(viewer, Right.READ) == []
