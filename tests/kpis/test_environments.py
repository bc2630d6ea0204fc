"""Environments in the browser's eyes: who proposes what, what is kept, and how they stand."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.models import Environment, EnvironmentRevision
from relationships.actions import withdraw_agreement
from relationships.models import Agreement, Side
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, add_kpi, agree, report
from tests.kpis.test_automatic import driver, surge_when
from tests.kpis.test_flexing import band, environment, shift, spell

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = date(2025, 11, 1), date(2025, 12, 1)
MEANT = {"name": "Peak season", "meaning": "Retail peaks", "effective_from": "2026-01-01", "how": "people"}


@pytest.fixture(autouse=True)
def at_the_storys_time(time_machine):
    time_machine.move_to(NOW + timedelta(hours=3), tick=False)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def asked(queries) -> int:
    """How many questions were asked; marks of transactions are none."""
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in queries)


def the_list(cast) -> str:
    return f"/relationships/{cast.own.pk}/environments/"


def the_form(cast) -> str:
    return f"/relationships/{cast.own.pk}/environments/new/"


class TestList:
    def test_an_empty_one_says_what_will_be_here_and_offers_the_first_step_to_who_may_take_it(self, cast):
        lead = text(client_for(cast.amara).get(the_list(cast)))
        assert "No environment agreed yet" in lead
        assert "Propose the first environment" in lead
        member = text(client_for(cast.priya).get(the_list(cast)))
        assert "No environment agreed yet" in member
        assert "Propose the first environment" not in member

    def test_each_says_where_it_stands_between_the_sides(self, cast):
        environment(cast, "Agreed one")
        client_for(cast.amara).post(the_form(cast), MEANT | {"name": "Proposed one"})
        rows = client_for(cast.jonas).get(the_list(cast)).context["rows"]
        assert [(row.environment.name, row.state.value) for row in rows] == [
            ("Agreed one", "AGREED"),
            ("Proposed one", "PROPOSED"),
        ]

    def test_what_was_turned_down_is_not_agreed(self, cast):
        client_for(cast.amara).post(the_form(cast), MEANT)
        with acting(cast.amara, cast.own):
            agreement = Agreement.objects.get(kind="ENVIRONMENT")
            withdraw_agreement(
                agreement_id=agreement.pk, version=1, actor=cast.amara, side=Side.CUSTOMER, now=NOW
            )
        (row,) = client_for(cast.amara).get(the_list(cast)).context["rows"]
        assert row.state.value == "NOT_AGREED"

    def test_it_says_what_holds_now_what_comes_and_what_waits(self, cast):
        peak = environment(cast)
        spell(cast, peak, date(2026, 3, 1), date(2026, 3, 20))
        spell(cast, peak, date(2026, 12, 1), None)
        spell(cast, peak, date(2026, 6, 1), date(2026, 6, 2), signed=False)
        page = text(client_for(cast.amara).get(the_list(cast)))
        assert "Holds now" in page
        assert "1 spell waits for signatures" in page

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_number_of_queries_does_not_grow(self, cast, count):
        driver(cast)
        for number in range(count):
            made = environment(cast, f"Environment {number}", "calls_received > 10")
            spell(cast, made, NOVEMBER, DECEMBER)
        client = client_for(cast.amara)
        client.get(the_list(cast))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(the_list(cast))
        assert asked(queries) <= 12


class TestPage:
    def test_it_shows_meaning_condition_spells_with_signers_and_the_bands_that_move(self, cast):
        kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
        driver(cast)
        peak = environment(cast, "Peak season", "calls_received > 1200")
        band(cast, kpi, [shift(peak)])
        spell(cast, peak, DECEMBER, date(2025, 12, 31), reason="Black Friday")
        page = text(client_for(cast.jonas).get(f"/environments/{peak.pk}/"))
        for said in (
            "Retail peaks", "Calls received is more than 1,200", "Black Friday", "Declared afterwards", "31 days",
            "Amara Okafor", "Jonas Weber", "First-contact resolution", "the target is 74", "signed by both",
        ):  # fmt: skip
            assert said in page, said

    def test_a_signed_spell_can_be_ended_by_leads_only(self, cast):
        peak = environment(cast)
        spell(cast, peak, DECEMBER, None)
        url = f"/environments/{peak.pk}/"
        assert "End, move or take back" in text(client_for(cast.jonas).get(url))
        assert "End, move or take back" not in text(client_for(cast.lena).get(url))

    def test_what_was_replaced_and_turned_down_stays_to_be_seen(self, cast):
        peak = environment(cast)
        first = spell(cast, peak, DECEMBER, None)
        with acting(cast.amara, cast.own):
            first.refresh_from_db()
        spell(cast, peak, DECEMBER, date(2026, 1, 5), replaces=first)
        page = client_for(cast.amara).get(f"/environments/{peak.pk}/").context["page"]
        assert [row.state for row in page.turned_down] == ["Replaced by a later one"]
        assert [row.state for row in page.standing] == ["Over"]

    def test_the_number_of_queries_does_not_grow(self, cast):
        kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
        peak = environment(cast)
        band(cast, kpi, [shift(peak)])
        client = client_for(cast.amara)
        counts = []
        for day in (2, 4, 6):
            spell(cast, peak, date(2026, 1, day), date(2026, 1, day))
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/environments/{peak.pk}/")
            counts.append(asked(queries))
        assert counts[1] == counts[2]
        assert counts[2] <= 12

    def test_it_can_be_commented_and_its_events_lead_to_it(self, cast):
        peak = environment(cast)
        client_for(cast.lena).post(
            f"/relationships/{cast.own.pk}/timeline/",
            {"text": "We should name the weeks", "about": f"environment:{peak.pk}", "audience": "shared"},
        )
        page = text(client_for(cast.amara).get(f"/environments/{peak.pk}/"))
        assert "We should name the weeks" in page
        assert "Both sides agreed what “Peak season” means" in page


class TestProposing:
    def test_a_lead_proposes_and_signs_and_the_other_side_makes_it_agreed(self, cast):
        answer = client_for(cast.amara).post(the_form(cast), MEANT | {"note": "As in last year's minutes"})
        with acting(cast.amara, cast.own):
            revision = EnvironmentRevision.objects.select_related("agreement").get()
        assert answer.url == f"/agreements/{revision.agreement_id}/"
        assert (revision.meaning, revision.condition, revision.agreed_at) == ("Retail peaks", "", None)
        assert revision.agreement.note == "As in last year's minutes"
        agree(revision.agreement_id, cast.jonas, cast.own, Side.PROVIDER)
        (row,) = client_for(cast.amara).get(the_list(cast)).context["rows"]
        assert row.state.value == "AGREED"

    def test_the_builder_writes_the_expression(self, cast):
        driver(cast)
        driver(cast, "Agents on duty", performed_by="CUSTOMER")
        client_for(cast.amara).post(
            the_form(cast),
            MEANT | {
                "how": "rows", "joined": "||", "lines": "3",
                "driver_0": "calls_received", "sign_0": ">", "number_0": "1200",
                "driver_1": "", "sign_1": ">", "number_1": "",
                "driver_2": "agents_on_duty", "sign_2": "<=", "number_2": "-0.50",
            },
        )  # fmt: skip
        with acting(cast.amara, cast.own):
            revision = EnvironmentRevision.objects.select_related("agreement").get()
        assert revision.condition == "calls_received > 1200 || agents_on_duty <= -0.5"
        (named,) = [row for row in revision.agreement.content if "variables" in row]
        assert named["after"] == "agents_on_duty = “Agents on duty”, calls_received = “Calls received”"

    def test_what_was_built_is_shown_as_it_was_built_when_it_is_changed(self, cast):
        driver(cast)
        peak = surge_when(cast, "calls_received > 1200 && calls_received < 5000")
        form = client_for(cast.jonas).get(the_form(cast) + f"?environment={peak.pk}").context["condition"]
        assert (form["how"].value(), form.lines, form["number_1"].value()) == ("rows", 2, "5000")

    def test_what_rows_cannot_say_stays_an_expression(self, cast):
        driver(cast)
        peak = surge_when(cast, "calls_received / 2 > 1200")
        form = client_for(cast.jonas).get(the_form(cast) + f"?environment={peak.pk}").context["condition"]
        assert (form["how"].value(), form["condition"].value()) == ("text", "calls_received / 2 > 1200")

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("", "Write the condition, or let people declare spells."),
            ("calls_recieved > 3", "Is “calls_received” meant?"),
            ("calls_received >", "Something is missing at the end"),
            ("calls_received > 1 and calls_received < 3", "write “&amp;&amp;” instead of “and”"),
            ("calls_received", "This gives a number."),
            ("1 > 0", "This names no driver"),
            ("calls_received > 'x'", "no words in quotes"),
            ("calls_received.map(x, x) > 3", "goes through lists"),
            ("size(calls_received) > 3", "is not part of this language"),
            ("abs(calls_received, 1) > 3", "“abs” takes one number"),
            ("(" * 40 + "calls_received > 3" + ")" * 40, "at most 12 deep"),
            ("calls_received > 1" + " + 0" * 200, "at most 500 characters"),
            ("calls_received > 1e400", "a number here is at most"),
            ("__import__('os').system('x')", "Character"),
        ],
    )  # fmt: skip
    def test_an_expression_that_cannot_be_is_refused_at_the_field_and_kept(self, cast, typed, said):
        driver(cast)
        answer = client_for(cast.amara).post(the_form(cast), MEANT | {"how": "text", "condition": typed})
        assert answer.status_code == 200
        assert list(answer.context["condition"].errors) == ["condition"]
        assert said in text(answer)
        assert "Retail peaks" in text(answer)
        with acting(cast.amara, cast.own):
            assert not Environment.objects.exists()

    @pytest.mark.parametrize(
        ("rows", "field"),
        [
            ({"driver_0": "calls_received", "number_0": ""}, "number_0"),
            ({"driver_0": "", "number_0": "3"}, "driver_0"),
            ({"driver_0": "calls_received", "number_0": "1e400"}, "number_0"),
            ({"driver_0": "calls_received", "number_0": "NaN"}, "number_0"),
            ({"driver_0": "somebody_elses", "number_0": "3"}, "driver_0"),
            ({"driver_0": "calls_received", "sign_0": "; drop", "number_0": "3"}, "sign_0"),
            ({}, "driver_0"),
        ],
    )
    def test_a_line_that_is_incomplete_is_refused_where_it_is(self, cast, rows, field):
        driver(cast)
        answer = client_for(cast.amara).post(the_form(cast), MEANT | {"how": "rows", "lines": "1"} | rows)
        assert list(answer.context["condition"].errors) == [field]

    def test_a_name_is_given_once(self, cast):
        environment(cast)
        answer = client_for(cast.amara).post(the_form(cast), MEANT)
        assert list(answer.context["form"].errors) == ["name"]

    def test_adding_a_line_keeps_everything(self, cast):
        driver(cast)
        query = "name=Peak&meaning=Long+words&how=rows&driver_0=calls_received&number_0=3&lines=1&lines=2"
        page = client_for(cast.amara).get(f"{the_form(cast)}?{query}")
        assert page.context["condition"].lines == 2
        assert "Long words" in text(page)
        assert client_for(cast.amara).get(f"{the_form(cast)}?how=rows&lines=999999999").status_code == 200

    def test_the_fragment_says_in_which_periods_it_would_have_held(self, cast):
        volume = driver(cast)
        for day, value in ((NOVEMBER, 1300), (DECEMBER, 900)):
            report(volume, cast.lena, day, value)
        page = client_for(cast.amara).get(
            f"{the_form(cast)}?how=text&condition=calls_received+%3E+1200", headers={"HX-Request": "true"}
        )
        said = text(page)
        assert "<html" not in said
        assert "It would have held in Nov 2025." in said
        assert "Of 10 periods nobody can say" in said

    def test_members_read_but_do_not_propose(self, cast):
        assert client_for(cast.priya).get(the_form(cast)).status_code == 403
        assert client_for(cast.priya).post(the_form(cast), MEANT).status_code == 403

    def test_nothing_of_another_relationship_is_found(self, cast):
        with acting(cast.outsider, cast.foreign):
            theirs = Environment.objects.create(relationship=cast.foreign, name="Theirs", created_at=NOW)
        for named in (theirs.pk, "x", "9" * 30, 0):
            assert client_for(cast.amara).get(f"{the_form(cast)}?environment={named}").status_code == 404
            assert client_for(cast.amara).get(f"{the_form(cast)}?counters={named}").status_code == 404


class TestAnswering:
    @pytest.fixture
    def proposed(self, cast) -> EnvironmentRevision:
        client_for(cast.amara).post(the_form(cast), MEANT)
        with acting(cast.amara, cast.own):
            return EnvironmentRevision.objects.select_related("agreement", "environment").get()

    def test_the_other_side_counters_from_the_agreement(self, cast, proposed):
        page = text(client_for(cast.jonas).get(f"/agreements/{proposed.agreement_id}/"))
        address = f"{the_form(cast)}?counters={proposed.agreement_id}"
        assert address in page
        assert "Retail peaks" in text(client_for(cast.jonas).get(address))
        client_for(cast.jonas).post(
            the_form(cast),
            {"meaning": "Retail peaks of both", "effective_from": "2026-01-01", "how": "people",
             "answers": proposed.agreement_id, "answers_version": 1},
        )  # fmt: skip
        with acting(cast.jonas, cast.own):
            outcomes = list(Agreement.objects.order_by("pk").values_list("outcome", "proposed_by_side"))
            assert Environment.objects.count() == 1
        assert outcomes == [("COUNTERED", "CUSTOMER"), ("OPEN", "PROVIDER")]

    def test_ones_own_is_revised(self, cast, proposed):
        client_for(cast.ruth).post(
            the_form(cast),
            {"meaning": "Better words", "effective_from": "2026-02-01", "how": "people",
             "answers": proposed.agreement_id, "answers_version": 1},
        )  # fmt: skip
        with acting(cast.amara, cast.own):
            proposed.refresh_from_db()
            agreement = Agreement.objects.get()
        assert (proposed.meaning, agreement.version, agreement.customer_signed_by_id) == (
            "Better words",
            2,
            cast.ruth.pk,
        )

    def test_an_answer_to_what_moved_is_refused_and_kept(self, cast, proposed):
        answer = client_for(cast.jonas).post(
            the_form(cast),
            {"meaning": "Kept words", "effective_from": "2026-01-01", "how": "people",
             "answers": proposed.agreement_id, "answers_version": 7},
        )  # fmt: skip
        assert answer.status_code == 409
        assert "Kept words" in text(answer)
