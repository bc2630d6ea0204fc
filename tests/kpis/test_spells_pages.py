"""Declaring, changing and answering spells in the browser."""

from datetime import date, timedelta

import pytest

from kpis.models import Spell
from relationships.models import Agreement, Side
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, add_kpi, agree, report
from tests.kpis.test_flexing import band, environment, shift, spell

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER, JANUARY = date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)


@pytest.fixture(autouse=True)
def at_the_storys_time(time_machine):
    time_machine.move_to(NOW + timedelta(hours=3), tick=False)


@pytest.fixture
def peak(cast):
    return environment(cast)


@pytest.fixture
def kpi(cast, peak):
    made = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    band(cast, made, [shift(peak)])
    for day in (NOVEMBER, DECEMBER):
        report(made, cast.lena, day, 75)
    return made


def text(response) -> str:
    return " ".join(response.content.decode().split())


def the_form(cast) -> str:
    return f"/relationships/{cast.own.pk}/spells/new/"


def days(environment, first="2025-12-01", last="2025-12-31", **more):
    return {"environment": environment.pk, "first_day": first, "last_day": last, "reason": "Sale", **more}


class TestDeclaring:
    def test_one_ahead_needs_no_reason_and_waits_for_the_other_side(self, cast, peak):
        answer = client_for(cast.jonas).post(
            the_form(cast), days(peak, "2026-11-20", "2026-12-31", reason="")
        )
        with acting(cast.jonas, cast.own):
            made = Spell.objects.select_related("agreement").get()
        assert answer.url == f"/agreements/{made.agreement_id}/"
        assert (made.origin, made.agreement.waits_for) == ("ADVANCE", [Side.CUSTOMER])

    def test_days_that_have_begun_need_a_reason_at_its_field_and_everything_is_kept(self, cast, peak):
        answer = client_for(cast.jonas).post(the_form(cast), days(peak, reason=" ", note="kept words"))
        assert list(answer.context["form"].errors) == ["reason"]
        assert "kept words" in text(answer)

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"first_day": "2025-12-31", "last_day": "2025-12-01"}, "last_day"),
            ({"first_day": ""}, "first_day"),
            ({"first_day": "2025-02-30"}, "first_day"),
            ({"last_day": "tomorrow"}, "last_day"),
            ({"environment": "0"}, "environment"),
            ({"environment": "x"}, "environment"),
        ],
    )
    def test_odd_days_are_refused_where_they_are(self, cast, peak, typed, field):
        answer = client_for(cast.jonas).post(the_form(cast), days(peak) | typed)
        assert answer.status_code == 200
        assert field in answer.context["form"].errors

    def test_days_that_a_signed_spell_has_are_refused_at_the_first_day(self, cast, peak):
        spell(cast, peak, DECEMBER, date(2025, 12, 20))
        answer = client_for(cast.jonas).post(the_form(cast), days(peak))
        assert list(answer.context["form"].errors) == ["first_day"]
        assert "Change that spell instead" in text(answer)

    def test_an_environment_that_only_one_side_wants_has_no_spells(self, cast):
        page = text(client_for(cast.jonas).get(the_form(cast)))
        assert "Both sides first agree what an environment means" in page

    def test_an_environment_of_another_relationship_is_none(self, cast, peak):
        from kpis.models import Environment

        with acting(cast.outsider, cast.foreign):
            theirs = Environment.objects.create(relationship=cast.foreign, name="Theirs", created_at=NOW)
        answer = client_for(cast.jonas).post(the_form(cast), days(theirs))
        assert list(answer.context["form"].errors) == ["environment"]
        assert client_for(cast.jonas).get(the_form(cast) + "?replaces=999999").status_code == 404

    def test_members_read_but_do_not_declare(self, cast, peak):
        assert client_for(cast.lena).post(the_form(cast), days(peak)).status_code == 403


class TestBacktest:
    def test_the_fragment_shows_which_periods_it_touches_and_what_they_would_be(self, cast, peak, kpi):
        query = f"?environment={peak.pk}&first_day=2025-12-01&last_day=2025-12-31"
        page = client_for(cast.jonas).get(the_form(cast) + query, headers={"HX-Request": "true"})
        said = text(page)
        assert "<html" not in said
        assert "Signing it judges 1 reading anew." in said
        assert "Verdicts: 1 better, 0 worse, 0 the same." in said
        assert "Nov 2025" not in said

    def test_one_ahead_is_tried_a_year_earlier(self, cast, peak, kpi):
        query = f"?environment={peak.pk}&first_day=2026-12-01&last_day=2026-12-31"
        said = text(client_for(cast.jonas).get(the_form(cast) + query))
        assert "the same days a year earlier, from 1 Dec 2025" in said

    def test_what_is_signed_says_what_it_touches(self, cast, peak, kpi):
        client_for(cast.jonas).post(the_form(cast), days(peak))
        with acting(cast.jonas, cast.own):
            agreement = Agreement.objects.get(kind="SPELL")
        rows = {row["label"]: (row["before"], row["after"]) for row in agreement.content}
        assert rows["Back-test: First-contact resolution"] == ("1 Approaching", "1 Good")
        assert rows["Readings judged anew when signed"] == ("", "1")

    def test_without_a_rule_it_says_that_nothing_would_change(self, cast, peak):
        query = f"?environment={peak.pk}&first_day=2025-12-01&last_day="
        said = text(client_for(cast.jonas).get(the_form(cast) + query))
        assert "No agreed band has a rule for this environment" in said

    def test_what_cannot_be_replayed_says_why(self, cast, peak):
        query = f"?environment={peak.pk}&first_day=2025-12-01&last_day=2025-11-01"
        page = client_for(cast.jonas).get(the_form(cast) + query, headers={"HX-Request": "true"})
        assert "A spell cannot end before it starts." in text(page)


class TestChanging:
    @pytest.fixture
    def signed(self, cast, peak):
        made = spell(cast, peak, DECEMBER, None)
        with acting(cast.amara, cast.own):
            made.refresh_from_db()
        return made

    def test_one_that_goes_on_is_ended(self, cast, peak, signed):
        page = client_for(cast.amara).get(f"{the_form(cast)}?replaces={signed.pk}")
        assert page.context["form"]["first_day"].value() == DECEMBER
        client_for(cast.amara).post(
            the_form(cast),
            {"replaces": signed.pk, "first_day": "2025-12-01", "last_day": "2026-01-06", "reason": "Over"},
        )
        with acting(cast.amara, cast.own):
            made = Spell.objects.get(replaces=signed)
        assert (made.first_day, made.last_day, made.environment_id) == (DECEMBER, date(2026, 1, 6), peak.pk)
        agree(made.agreement_id, cast.jonas, cast.own, Side.PROVIDER)
        with acting(cast.amara, cast.own):
            signed.refresh_from_db()
            assert signed.superseded_at is not None

    def test_one_that_did_not_hold_is_taken_back(self, cast, peak, kpi, signed):
        client_for(cast.amara).post(
            the_form(cast), {"replaces": signed.pk, "is_void": "on", "reason": "The sale was called off"}
        )
        with acting(cast.amara, cast.own):
            made = Spell.objects.get(replaces=signed)
        assert (made.is_void, made.first_day) == (True, DECEMBER)
        agree(made.agreement_id, cast.jonas, cast.own, Side.PROVIDER)
        page = client_for(cast.amara).get(f"/environments/{peak.pk}/").context["page"]
        assert {row.state for row in page.turned_down} == {
            "Both agreed that it did not hold",
            "Replaced by a later one",
        }

    def test_one_that_is_not_in_force_any_more_cannot_be_changed(self, cast, peak, signed):
        spell(cast, peak, DECEMBER, date(2026, 1, 5), replaces=signed)
        answer = client_for(cast.amara).post(
            the_form(cast), {"replaces": signed.pk, "first_day": "2025-12-01", "reason": "x"}
        )
        assert "not in force any more" in text(answer)


class TestAnswering:
    @pytest.fixture
    def proposed(self, cast, peak):
        return spell(cast, peak, DECEMBER, date(2025, 12, 31), signed=False)

    def test_the_other_side_counters_with_other_days(self, cast, proposed):
        address = f"{the_form(cast)}?counters={proposed.agreement_id}"
        assert address in text(client_for(cast.amara).get(f"/agreements/{proposed.agreement_id}/"))
        assert client_for(cast.amara).get(address).context["form"]["first_day"].value() == DECEMBER
        client_for(cast.amara).post(
            the_form(cast),
            days(proposed.environment, "2025-12-10", answers=proposed.agreement_id, answers_version=1),
        )
        with acting(cast.amara, cast.own):
            found = list(Spell.objects.order_by("pk").values_list("first_day", "agreement__outcome"))
        assert found == [(DECEMBER, "COUNTERED"), (date(2025, 12, 10), "OPEN")]

    def test_ones_own_is_revised(self, cast, proposed):
        client_for(cast.jonas).post(
            the_form(cast),
            days(proposed.environment, "2025-12-12", answers=proposed.agreement_id, answers_version=1),
        )
        with acting(cast.jonas, cast.own):
            proposed.refresh_from_db()
            version = Agreement.objects.get(pk=proposed.agreement_id).version
        assert (proposed.first_day, version) == (date(2025, 12, 12), 2)

    def test_one_that_collides_by_now_is_refused_on_its_page(self, cast, peak, proposed):
        spell(cast, peak, DECEMBER, date(2025, 12, 5))
        answer = client_for(cast.amara).post(
            f"/agreements/{proposed.agreement_id}/signature/", {"version": 1}
        )
        assert answer.status_code == 409
        assert "covers some of these days already" in text(answer)
        with acting(cast.amara, cast.own):
            assert Agreement.objects.get(pk=proposed.agreement_id).outcome == "OPEN"
