"""Goals, definition cards and calendars in the browser's eyes: who may, what is kept, what both people see."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis import actions
from kpis.models import Goal, Kpi, NamedCalendar
from relationships.models import Side
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, add_kpi, agree_band, report

JANUARY = date(2026, 1, 1)
CARD = {
    "name": "Calls answered", "performed_by": "PROVIDER", "polarity": "HIGHER", "unit": "%", "decimals": "1",
    "entry": "VALUE", "ratio_factor": "100", "frequency": "MONTH", "starts_on": "2026-01-01", "due_days": "10",
}  # fmt: skip


@pytest.fixture(autouse=True)
def at_the_storys_time(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def goal(cast) -> Goal:
    return add_goal(cast.own, cast.amara)


def text(response) -> str:
    return " ".join(response.content.decode().split())


# --- Goals --------------------------------------------------------------------------------------------------


def test_an_empty_list_of_goals_offers_the_first_step_to_those_who_may_take_it(cast):
    url = f"/relationships/{cast.own.pk}/goals/"
    assert "Write down the first goal" in text(client_for(cast.priya).get(url))
    read_only = text(client_for(cast.helen).get(url))
    assert "No goal written down yet" in read_only
    assert "Write down the first goal" not in read_only


def test_a_member_writes_a_goal_down_and_the_other_side_sees_what_it_is_worth(cast):
    answer = client_for(cast.priya).post(
        f"/relationships/{cast.own.pk}/goals/new/",
        {
            "name": "People trust the desk",
            "outcome": "",
            "worth_to_customer": "Calm",
            "worth_to_provider": "Renewal",
        },
    )
    with acting(cast.priya):
        written = Goal.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/relationships/{cast.own.pk}/goals/#goal-{written.pk}")
    assert (written.name, written.created_by_id) == ("People trust the desk", cast.priya.pk)
    seen = text(client_for(cast.jonas).get(f"/relationships/{cast.own.pk}/goals/"))
    assert "Calm" in seen
    assert "Renewal" in seen


def test_a_goal_without_a_name_is_refused_at_the_field_and_keeps_what_was_typed(cast):
    answer = client_for(cast.priya).post(
        f"/relationships/{cast.own.pk}/goals/new/", {"name": "", "worth_to_customer": "Four thousand hours"}
    )
    assert answer.status_code == 200
    assert answer.context["form"].errors == {"name": ["This field is required."]}
    assert "Four thousand hours" in text(answer)


def test_executives_read_goals_and_are_led_to_them_but_write_none(cast, goal):
    client = client_for(cast.helen)
    assert client.get(f"/goals/{goal.pk}/").url == f"/relationships/{cast.own.pk}/goals/#goal-{goal.pk}"
    assert client.post(f"/goals/{goal.pk}/", {"name": "Mine"}).status_code == 403
    assert client.get(f"/relationships/{cast.own.pk}/goals/new/").status_code == 403
    assert client_for(cast.outsider).get(f"/goals/{goal.pk}/").status_code == 404


def test_two_people_who_change_a_goal_both_see_both_texts(cast, goal):
    seen = {"version": goal.version}
    first = client_for(cast.amara).post(f"/goals/{goal.pk}/", {"name": "Back to work in an hour", **seen})
    second = client_for(cast.jonas).post(f"/goals/{goal.pk}/", {"name": "Back to work today", **seen})
    assert (first.status_code, second.status_code) == (302, 409)
    difference = second.context["differences"][0]
    assert (difference.theirs, difference.yours) == ("Back to work in an hour", "Back to work today")
    again = client_for(cast.jonas).post(
        f"/goals/{goal.pk}/", {"name": "Back to work today", "version": second.context["version"]}
    )
    assert again.status_code == 302
    with acting(cast.amara):
        assert Goal.objects.get(pk=goal.pk).name == "Back to work today"


def test_a_goal_is_retired_only_when_no_kpi_under_it_is_measured(cast, goal):
    kpi = add_kpi(goal, cast.amara)
    client = client_for(cast.amara)
    refused = client.post(f"/goals/{goal.pk}/", {"retire": "1", "version": goal.version}, follow=True)
    assert "End them or move them first" in text(refused)
    with acting(cast.amara, cast.own):
        Kpi.objects.filter(pk=kpi.pk).update(ends_on=date(2026, 1, 31))
    retired = client.post(f"/goals/{goal.pk}/", {"retire": "1", "version": goal.version}, follow=True)
    assert "is retired" in text(retired)
    assert client.post(f"/goals/{goal.pk}/", {"retire": "1", "version": "x"}).status_code == 302


def test_the_list_shows_owners_shares_that_sum_and_the_newest_verdict(cast, goal):
    kpis = [add_kpi(goal, cast.amara, name, customer_owner=cast.priya) for name in ("One", "Two", "Three")]
    agree_band(kpis[0], cast.amara, cast.jonas)
    report(kpis[0], cast.lena, JANUARY, 75)
    page = text(client_for(cast.amara).get(f"/relationships/{cast.own.pk}/goals/"))
    assert "3 KPIs; their shares add up to 100.0 %." in page
    assert (page.count(">33.4<"), page.count(">33.3<")) == (1, 2)
    assert page.count("Priya Nair") == 3
    assert page.count("No provider owner yet") == 3
    assert "Approaching" in page
    assert "waits to be confirmed" in page
    assert "Late from provider" in page


def test_kpis_of_a_retired_goal_still_weigh_and_are_shown_last(cast, goal):
    old = add_kpi(goal, cast.amara, "Old measure", ends_on=date(2025, 12, 31))
    with acting(cast.amara, cast.own):
        actions.retire_goal(goal=goal, version=1, actor=cast.amara, side=Side.CUSTOMER, now=NOW)
    add_kpi(add_goal(cast.own, cast.amara, "People trust the desk"), cast.amara, "New measure")
    response = client_for(cast.amara).get(f"/relationships/{cast.own.pk}/goals/")
    found = response.context["page"]
    assert [group.goal.name for group in found.goals] == [
        "People trust the desk",
        "Staff get back to work fast",
    ]
    assert [row.share for group in found.goals for row in group.rows] == [50, 50]
    assert (found.total, found.goals[1].rows[0].kpi) == (100, old)
    assert "retired" in text(response)


def test_an_open_proposal_is_named_in_its_row(cast, goal):
    kpi = add_kpi(goal, cast.amara)
    with acting(cast.jonas, cast.own):
        band = actions.propose_band(
            kpi=kpi, effective_from=JANUARY, floor=Decimal(1), tolerance=Decimal(2), target=Decimal(3), actor=cast.jonas, side=Side.PROVIDER,
            now=NOW,
        )  # fmt: skip
    page = text(client_for(cast.amara).get(f"/relationships/{cast.own.pk}/goals/"))
    assert f'href="/agreements/{band.agreement_id}/"' in page


def test_the_list_asks_as_many_questions_for_three_kpis_as_for_one(cast, goal):
    client, url = client_for(cast.amara), f"/relationships/{cast.own.pk}/goals/"
    counts = []
    for name in ("One", "Two", "Three"):
        kpi = add_kpi(goal, cast.amara, name, customer_owner=cast.priya, provider_owner=cast.lena)
        agree_band(kpi, cast.amara, cast.jonas)
        report(kpi, cast.lena, JANUARY, 75)
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        counts.append(len(asked))
    assert counts[0] == counts[2] <= 12, [query["sql"][:90] for query in asked.captured_queries]


# --- The definition card ------------------------------------------------------------------------------------


def test_a_member_adds_a_kpi_with_owners_from_each_side(cast, goal):
    form = {**CARD, "goal": goal.pk, "customer_owner": cast.priya.pk, "provider_owner": cast.lena.pk}
    answer = client_for(cast.lena).post(f"/relationships/{cast.own.pk}/kpis/new/", form)
    with acting(cast.amara):
        kpi = Kpi.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/kpis/{kpi.pk}/")
    assert (kpi.customer_owner_id, kpi.provider_owner_id, kpi.weight) == (cast.priya.pk, cast.lena.pk, 1)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"frequency": "CONTRACT_MONTH"}, "contract_month_day"),
        ({"frequency": "CONTRACT_MONTH", "contract_month_day": "29"}, "contract_month_day"),
        ({"frequency": "CALENDAR"}, "calendar"),
        ({"ends_on": "2025-12-31"}, "ends_on"),
        ({"decimals": "7"}, "decimals"),
        ({"entry": "RATIO", "ratio_factor": ""}, "ratio_factor"),
        ({"polarity": "SIDEWAYS"}, "polarity"),
        ({"starts_on": "yesterday"}, "starts_on"),
        ({"customer_owner": "9999999"}, "customer_owner"),
        ({"reference": "K1"}, "reference"),
    ],
)
def test_what_a_card_needs_is_said_at_its_field_and_nothing_typed_is_lost(cast, goal, typed, field):
    add_kpi(goal, cast.amara, reference="K1")
    form = {**CARD, "goal": goal.pk, "standard": "Four of five calls", **typed}
    answer = client_for(cast.priya).post(f"/relationships/{cast.own.pk}/kpis/new/", form)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert "Four of five calls" in text(answer)


def test_nobody_of_the_other_side_or_another_relationship_can_be_made_an_owner(cast, goal):
    for stranger in (cast.lena, cast.outsider, cast.recipient):
        form = {**CARD, "goal": goal.pk, "customer_owner": stranger.pk}
        answer = client_for(cast.priya).post(f"/relationships/{cast.own.pk}/kpis/new/", form)
        assert list(answer.context["form"].errors) == ["customer_owner"]


def test_another_relationships_goal_is_not_offered(cast, goal):
    theirs = add_goal(cast.foreign, cast.outsider, "Pay on time")
    answer = client_for(cast.priya).post(
        f"/relationships/{cast.own.pk}/kpis/new/", {**CARD, "goal": theirs.pk}
    )
    assert list(answer.context["form"].errors) == ["goal"]
    assert "Pay on time" not in text(answer)


def test_what_readings_fix_is_explained_and_cannot_be_smuggled_in(cast, goal):
    kpi = add_kpi(goal, cast.amara)
    report(kpi, cast.lena, JANUARY, 75)
    client, url = client_for(cast.priya), f"/kpis/{kpi.pk}/definition/"
    assert "fixed by them" in text(client.get(url))
    form = {
        **CARD,
        "goal": goal.pk,
        "name": "Calls solved at once",
        "polarity": "LOWER",
        "version": kpi.version,
    }
    assert client.post(url, form).status_code == 302
    with acting(cast.amara):
        changed = Kpi.objects.get(pk=kpi.pk)
    assert (changed.name, changed.polarity, changed.starts_on) == (
        "Calls solved at once",
        "HIGHER",
        kpi.starts_on,
    )


def test_a_kpi_with_a_band_keeps_its_direction(cast, goal):
    kpi = add_kpi(goal, cast.amara)
    agree_band(kpi, cast.amara, cast.jonas)
    form = {**CARD, "goal": goal.pk, "polarity": "LOWER", "version": kpi.version}
    answer = client_for(cast.priya).post(f"/kpis/{kpi.pk}/definition/", form)
    assert answer.context["form"].non_field_errors() == [
        "This KPI has a band; its direction can no longer change."
    ]


def test_a_kpi_does_not_end_before_its_readings(cast, goal):
    kpi = add_kpi(goal, cast.amara)
    report(kpi, cast.lena, JANUARY, 75)
    form = {**CARD, "goal": goal.pk, "version": kpi.version, "ends_on": "2025-12-31"}
    answer = client_for(cast.priya).post(f"/kpis/{kpi.pk}/definition/", form)
    assert list(answer.context["form"].errors) == ["ends_on"]


def test_two_people_who_change_a_card_both_see_both_values(cast, goal):
    kpi = add_kpi(goal, cast.amara)
    form = {**CARD, "goal": goal.pk, "version": kpi.version, "starts_on": "2025-01-01"}
    url = f"/kpis/{kpi.pk}/definition/"
    assert client_for(cast.priya).post(url, {**form, "customer_owner": cast.priya.pk}).status_code == 302
    second = client_for(cast.lena).post(url, {**form, "customer_owner": cast.amara.pk, "source": "Our tool"})
    assert second.status_code == 409
    assert {(d.label, d.theirs, d.yours) for d in second.context["differences"]} == {
        ("Owner on the customer's side", "Priya Nair", "Amara Okafor"),
        ("Source of the data", "–", "Our tool"),
    }
    assert "Our tool" in text(second)


def test_roles_of_the_card(cast, goal):
    kpi = add_kpi(goal, cast.amara)
    for person, status in ((cast.priya, 200), (cast.helen, 403), (cast.recipient, 403), (cast.outsider, 404)):
        assert client_for(person).get(f"/kpis/{kpi.pk}/definition/").status_code == status


# --- Calendars ----------------------------------------------------------------------------------------------


def test_a_calendar_is_pasted_from_a_spreadsheet(cast):
    rows = "Period\tFrom\tTo\nP01\t2026-04-01\t2026-04-28\nP02\t29 Apr 2026\t26/05/2026\n"
    answer = client_for(cast.priya).post(
        f"/relationships/{cast.own.pk}/calendars/", {"name": "Railway periods", "rows": rows}, follow=True
    )
    with acting(cast.amara):
        calendar = NamedCalendar.objects.get()
        periods = list(calendar.periods.values_list("label", "first_day", "last_day"))
    assert periods == [
        ("P01", date(2026, 4, 1), date(2026, 4, 28)),
        ("P02", date(2026, 4, 29), date(2026, 5, 26)),
    ]
    assert "Railway periods" in text(answer)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("P1,2026-04-01,2026-04-28\nP2,2026-04-30,2026-05-26", "Line 2: “P2” leaves a gap after “P1”; it should start on 29 Apr 2026."),
        ("P1,2026-04-01,2026-04-28\nP2,2026-04-28,2026-05-26", "Line 2: “P2” overlaps “P1”; it should start on 29 Apr 2026."),
        ("P1,2026-04-28,2026-04-01", "Line 1: the last day lies before the first"),
        ("P1,2026-04-01", "Line 1: a period has a label, a first day and a last day"),
        ("P1,2026-04-01,0001-01-01", "Line 1: “0001-01-01” is not a day"),
        (",2026-04-01,2026-04-02", "Line 1: a label has 1 to 60 characters"),
        ("Period,From,To", "There is no period in this."),
        ("\n".join(f"P{n},x,y" for n in range(2001)), "At most 2000 periods."),
    ],
)  # fmt: skip
def test_rows_that_do_not_tile_are_refused_by_line_and_kept(cast, rows, said):
    answer = client_for(cast.priya).post(
        f"/relationships/{cast.own.pk}/calendars/", {"name": "Railway", "rows": rows}
    )
    assert answer.context["form"].errors["rows"] == [said]
    assert answer.context["form"]["rows"].value() == rows


def test_a_calendars_name_is_taken_once(cast):
    client, url = client_for(cast.priya), f"/relationships/{cast.own.pk}/calendars/"
    form = {"name": "Railway", "rows": "P1,2026-04-01,2026-04-28"}
    assert client.post(url, form).status_code == 302
    assert list(client.post(url, form).context["form"].errors) == ["name"]
    assert client_for(cast.helen).post(url, form).status_code == 403
