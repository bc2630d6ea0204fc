"""Flex rules, wiggle room and earned room on the form that proposes a band: typed, added, left out, refused, kept."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis import actions
from kpis.actions.flex_rules import check_rules
from kpis.models import BandRevision, FlexRule, Kpi, Reading
from relationships.models import Agreement, Side
from tests.cast import BEGAN, NOW, acting, client_for
from tests.furniture import JANUARY_2025, add_goal, add_kpi, report
from tests.kpis.test_flexing import band, environment, shift, spell

TERMS = {"target": "80", "tolerance": "70", "floor": "60", "effective_from": "2025-01-01"}
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "rules"}
DECEMBER = date(2025, 12, 1)


@pytest.fixture(autouse=True)
def at_the_storys_time(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def kpi(cast) -> Kpi:
    return add_kpi(add_goal(cast.own, cast.amara), cast.amara)


@pytest.fixture
def peak(cast):
    return environment(cast)


@pytest.fixture
def volume(cast):
    with acting(cast.amara, cast.own):
        made = actions.add_driver(
            relationship=cast.own, name="Calls received", performed_by="CUSTOMER", frequency="MONTH",
            starts_on=JANUARY_2025, unit="calls", actor=cast.amara, side=Side.CUSTOMER, now=BEGAN,
        )  # fmt: skip
    made.relationship = cast.own
    return made


def url_of(kpi: Kpi) -> str:
    return f"/kpis/{kpi.pk}/band-revisions/new/"


def text(response) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def typed(*rules, **more):
    """What the form sends for these rules."""
    fields = {
        f"rule-{index}-{name}": value for index, rule in enumerate(rules) for name, value in rule.items()
    }
    return {**TERMS, "rules": str(len(rules)), **fields, **more}


def shifted(environment, amount="-6", **more):
    amounts = dict.fromkeys(("target", "tolerance", "floor"), amount)
    return {"environment": str(environment.pk), "kind": "SHIFT", "priority": "1", **amounts, **more}


def driven(environment, driver, **more):
    numbers = {"baseline": "1000", "slope": "0.2", "deadband": "10", "cap": "3"}
    named = {"environment": str(environment.pk), "driver": str(driver.pk), "kind": "DRIVER", "priority": "1"}
    return {**named, **numbers, **more}


def proposed(cast) -> BandRevision:
    with acting(cast.amara):
        found = BandRevision.objects.get(agreement__outcome="OPEN")
        found.rules = list(found.flex_rules.all())
        return found


class TestProposing:
    def test_everything_that_judges_goes_into_one_package(self, cast, kpi, peak, volume):
        surge = environment(cast, "Volume surge")
        package = typed(
            shifted(peak, priority="2"), driven(surge, volume), allowance="2.5", max_earned="12.5"
        )
        assert client_for(cast.amara).post(url_of(kpi), package).status_code == 302
        found = proposed(cast)
        assert (found.allowance, found.max_earned) == (Decimal("2.5"), Decimal("0.125"))
        first, second = found.rules
        assert (first.environment_id, first.kind, first.target, first.floor) == (peak.pk, "SHIFT", -6, -6)
        assert (second.driver_id, second.baseline, second.slope) == (volume.pk, 1000, 20)
        assert (second.deadband, second.cap, second.floor) == (Decimal("0.1"), 3, None)

    def test_what_is_blank_in_a_shift_stays(self, cast, kpi, peak):
        client_for(cast.amara).post(url_of(kpi), typed(shifted(peak, "", target="-6")))
        (rule,) = proposed(cast).rules
        assert (rule.target, rule.tolerance, rule.floor) == (-6, 0, 0)

    def test_a_range_moves_all_six(self, cast, peak):
        kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara, polarity="WITHIN_RANGE")
        upper = {"upper_target": "85", "upper_tolerance": "90", "upper_floor": "99"}
        rule = {"environment": str(peak.pk), "kind": "REPLACE", "priority": "1"}
        rule |= {"floor": "50", "tolerance": "55", "target": "60", **upper}
        assert client_for(cast.amara).post(url_of(kpi), {**typed(rule), **upper}).status_code == 302
        assert proposed(cast).rules[0].upper_floor == 99

    def test_a_rule_that_nobody_filled_in_is_none(self, cast, kpi, peak):
        blank = {"environment": "", "kind": "SHIFT", "priority": "2", "target": ""}
        assert client_for(cast.amara).post(url_of(kpi), typed(shifted(peak), blank)).status_code == 302
        assert len(proposed(cast).rules) == 1

    def test_numbers_of_another_kind_are_left_aside(self, cast, kpi, peak, volume):
        client_for(cast.amara).post(
            url_of(kpi), typed(shifted(peak, driver=volume.pk, baseline="5", cap="x"))
        )
        # What cannot be read is refused all the same, because it may have been meant.
        with acting(cast.amara):
            assert not Agreement.objects.filter(kind="BAND_REVISION").exists()
        client_for(cast.amara).post(url_of(kpi), typed(shifted(peak, driver=volume.pk, baseline="5")))
        assert proposed(cast).rules[0].driver_id is None


class TestNothingIsLost:
    @pytest.fixture
    def standing(self, cast, kpi, peak):
        return band(cast, kpi, [shift(peak)], allowance=Decimal("2.5"), max_earned=Decimal("0.25"))

    def test_the_form_starts_with_all_that_is_in_force(self, cast, kpi, peak, standing):
        answer = client_for(cast.amara).get(url_of(kpi))
        form, (rule,) = answer.context["form"], answer.context["rules"].forms
        assert (form["allowance"].value(), form["max_earned"].value()) == ("2.5", "25")
        assert (rule["environment"].value(), rule["kind"].value(), rule["target"].value()) == (
            peak.pk,
            "SHIFT",
            "-6",
        )

    def test_moving_one_threshold_keeps_the_rest(self, cast, kpi, peak, standing):
        answer = client_for(cast.amara).get(url_of(kpi))
        sent = {name: value for name, value in fields_of(answer).items() if value is not None}
        client_for(cast.amara).post(url_of(kpi), {**sent, "target": "82"})
        found = proposed(cast)
        assert (found.target, found.allowance, found.max_earned) == (82, Decimal("2.5"), Decimal("0.25"))
        assert [(rule.environment_id, rule.target) for rule in found.rules] == [(peak.pk, -6)]

    def test_a_counter_proposal_and_a_revision_start_from_the_proposal_with_its_rules(self, cast, kpi, peak):
        client_for(cast.jonas).post(url_of(kpi), typed(shifted(peak), allowance="6"))
        agreement = proposed(cast).agreement_id
        for person, word in ((cast.amara, "counters"), (cast.jonas, "revises")):
            answer = client_for(person).get(url_of(kpi), {word: agreement})
            assert answer.context["form"]["allowance"].value() == "6"
            assert [rule["target"].value() for rule in answer.context["rules"].forms] == ["-6"]
        revised = {**typed(shifted(peak, "-5")), "answers": agreement, "answers_version": "1"}
        assert client_for(cast.jonas).post(url_of(kpi), revised).status_code == 302
        assert [rule.target for rule in proposed(cast).rules] == [-5]
        countered = {**typed(), "answers": agreement, "answers_version": "2"}
        assert client_for(cast.amara).post(url_of(kpi), countered).status_code == 302
        assert proposed(cast).rules == []

    def test_whoever_came_too_late_keeps_the_rules(self, cast, kpi, peak):
        client_for(cast.jonas).post(url_of(kpi), typed())
        agreement = proposed(cast).agreement_id
        late = {**typed(shifted(peak, "-4")), "answers": agreement, "answers_version": "7"}
        answer = client_for(cast.amara).post(url_of(kpi), late)
        assert answer.status_code == 409
        assert answer.context["rules"].forms[0]["target"].value() == "-4"


def fields_of(answer) -> dict[str, object]:
    forms = [answer.context["form"], *answer.context["rules"].forms]
    found = {field.html_name: field.value() for form in forms for field in form}
    return found | {"rules": str(len(forms) - 1)}


class TestMoreAndFewer:
    def test_a_rule_is_added_without_losing_what_is_typed(self, cast, kpi, peak):
        answer = client_for(cast.amara).get(url_of(kpi), typed(shifted(peak), add="1", note="kept"))
        first, second = answer.context["rules"].forms
        assert (first["target"].value(), second["priority"].value(), second.errors) == ("-6", 2, {})
        assert answer.context["form"]["note"].value() == "kept"
        assert answer.context["backtest"] is not None

    def test_one_is_left_out_and_the_others_move_up(self, cast, kpi, peak):
        calm, storm = environment(cast, "Quiet months"), environment(cast, "Storm")
        rules = [shifted(peak, "-1"), shifted(calm, "-2", priority="2"), shifted(storm, "-3", priority="3")]
        answer = client_for(cast.amara).get(url_of(kpi), typed(*rules, remove="1"))
        assert [(form.prefix, form["target"].value()) for form in answer.context["rules"].forms] == [
            ("rule-0", "-1"), ("rule-1", "-3"),
        ]  # fmt: skip
        assert [rule.environment_id for rule in answer.context["draft"].proposed_rules] == [peak.pk, storm.pk]

    def test_with_javascript_only_the_rules_are_sent_and_ask_for_the_comparison(self, cast, kpi, peak):
        part = text(client_for(cast.amara).get(url_of(kpi), typed(shifted(peak), add="1"), **HTMX))
        assert part.startswith('<fieldset class="flex-rules" id="rules" hx-get=')
        assert 'hx-trigger="load"' in part
        assert 'id="backtest"' not in part
        assert "<html" not in part

    def test_without_an_agreed_environment_there_is_nothing_to_name(self, cast, kpi):
        assert "No environment is agreed yet" in text(client_for(cast.amara).get(url_of(kpi)))

    def test_many_rules_are_as_many_as_can_be_read(self, cast, kpi, peak):
        answer = client_for(cast.amara).post(url_of(kpi), typed(*[shifted(peak)] * 500))
        assert answer.status_code == 200
        assert len(answer.context["rules"].forms) == 20
        assert "at most 20 flex rules" in text(answer)
        with acting(cast.amara):
            assert not Agreement.objects.filter(kind="BAND_REVISION").exists()
        full = client_for(cast.amara).get(url_of(kpi), typed(*[shifted(peak)] * 20, add="1"))
        assert len(full.context["rules"].forms) == 20

    @pytest.mark.parametrize(("count", "shown"), [("9" * 400, 20), ("-1", 0), ("x", 0), ("1e9", 0), ("", 0)])
    def test_a_count_of_rules_that_nobody_typed(self, cast, kpi, peak, count, shown):
        answer = client_for(cast.amara).get(url_of(kpi), {**typed(), "rules": count, "remove": "x"})
        assert len(answer.context["rules"].forms) == shown

    def test_as_many_questions_for_three_rules_as_for_one(self, cast, kpi, peak):
        others = [environment(cast, name) for name in ("Quiet months", "Storm")]
        rules = [shifted(one, priority=str(number)) for number, one in enumerate([peak, *others], 1)]
        client = client_for(cast.amara)
        asked = []
        for some in (rules[:1], rules):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url_of(kpi), typed(*some)).status_code == 200
            asked.append(len(queries))
        assert asked[0] == asked[1]


class TestRefusals:
    """At the field that is wrong, with everything typed kept."""

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"environment": ""}, "environment"),
            ({"environment": "999999"}, "environment"),
            ({"environment": "x"}, "environment"),
            ({"kind": "DOUBLE"}, "kind"),
            ({"priority": "0"}, "priority"),
            ({"priority": "99999999"}, "priority"),
            ({"priority": "1.5"}, "priority"),
            ({"priority": "9" * 400}, "priority"),
            ({"target": "NaN"}, "target"),
            ({"target": "1e400"}, "target"),
            ({"target": "Infinity"}, "target"),
            ({"floor": "99999999999999999999"}, "floor"),
            ({"tolerance": "30"}, "tolerance"),
            ({"target": "", "tolerance": "", "floor": ""}, "target"),
            ({"kind": "REPLACE", "target": "74", "tolerance": "", "floor": "54"}, "tolerance"),
        ],
    )
    def test_amounts(self, cast, kpi, peak, change, field):
        answer = client_for(cast.amara).post(url_of(kpi), typed(shifted(peak) | change, note="kept words"))
        assert answer.status_code == 200
        assert list(answer.context["rules"].forms[0].errors) == [field]
        assert "kept words" in text(answer)
        for name, value in change.items():
            assert answer.context["rules"].forms[0][name].value() == value

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"driver": ""}, "driver"),
            ({"driver": "999999"}, "driver"),
            ({"baseline": "0"}, "baseline"),
            ({"baseline": ""}, "baseline"),
            ({"slope": "0"}, "slope"),
            ({"slope": "NaN"}, "slope"),
            ({"cap": "-1"}, "cap"),
            ({"cap": ""}, "cap"),
            ({"deadband": "-1"}, "deadband"),
            ({"deadband": "1e400"}, "deadband"),
        ],
    )
    def test_drivers(self, cast, kpi, peak, volume, change, field):
        answer = client_for(cast.amara).post(url_of(kpi), typed(driven(peak, volume) | change))
        assert list(answer.context["rules"].forms[0].errors) == [field]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"allowance": "-1"}, "allowance"),
            ({"allowance": "1001"}, "allowance"),
            ({"allowance": "NaN"}, "allowance"),
            ({"max_earned": "101"}, "max_earned"),
            ({"max_earned": "12.55"}, "max_earned"),
            ({"max_earned": "1e400"}, "max_earned"),
            ({"periods": "13"}, "periods"),
        ],
    )
    def test_room(self, cast, kpi, change, field):
        answer = client_for(cast.amara).post(url_of(kpi), typed(**change))
        assert list(answer.context["form"].errors) == [field]
        assert answer.context["form"][field].value() == change[field]

    @pytest.mark.parametrize(("same", "field"), [("environment", "environment"), ("priority", "priority")])
    def test_two_rules_that_collide_are_told_apart(self, cast, kpi, peak, same, field):
        calm = environment(cast, "Quiet months")
        second = shifted(peak, priority="2") if same == "environment" else shifted(calm)
        answer = client_for(cast.amara).post(url_of(kpi), typed(shifted(peak), second))
        first, other = answer.context["rules"].forms
        assert (first.errors, list(other.errors)) == ({}, [field])

    def test_a_rule_is_named_by_its_place_also_behind_one_that_is_blank(self, cast, kpi, peak):
        blank = {"environment": "", "kind": "SHIFT", "priority": "7"}
        answer = client_for(cast.amara).post(
            url_of(kpi), typed(shifted(peak), blank, shifted(peak, priority="2"))
        )
        assert [list(form.errors) for form in answer.context["rules"].forms] == [[], [], ["environment"]]

    def test_a_foreign_environment_or_driver_is_not_offered(self, cast, kpi, peak, volume):
        with acting(cast.outsider, cast.foreign):
            theirs = actions.propose_environment(
                relationship=cast.foreign, name="Theirs", meaning="x", condition="", effective_from=JANUARY_2025,
                actor=cast.outsider, side=Side.CUSTOMER, now=BEGAN,
            ).environment  # fmt: skip
            driver = actions.add_driver(
                relationship=cast.foreign, name="Their calls", performed_by="CUSTOMER", frequency="MONTH",
                starts_on=JANUARY_2025, actor=cast.outsider, side=Side.CUSTOMER, now=BEGAN,
            )  # fmt: skip
        foreign = client_for(cast.amara).post(url_of(kpi), typed(shifted(theirs)))
        assert list(foreign.context["rules"].forms[0].errors) == ["environment"]
        followed = client_for(cast.amara).post(url_of(kpi), typed(driven(peak, driver)))
        assert list(followed.context["rules"].forms[0].errors) == ["driver"]
        rule = FlexRule(environment=theirs, kind="SHIFT", priority=1, target=1, tolerance=1, floor=1)
        with acting(cast.amara, cast.own), pytest.raises(actions.RuleRefused) as refused:
            check_rules(kpi, BandRevision(floor=60, tolerance=70, target=80), [rule])
        assert refused.value.field == "environment"

    def test_any_other_kpi_may_be_followed_but_never_in_a_circle(self, cast, kpi, peak, volume):
        other = add_kpi(kpi.goal, cast.amara, "Time to answer")
        field = (
            client_for(cast.amara).get(url_of(kpi), typed(shifted(peak))).context["rules"].forms[0]["driver"]
        )
        assert [title for title, rows in field.field.choices[1:]] == ["Drivers", "Other KPIs"]
        assert client_for(cast.amara).post(url_of(kpi), typed(driven(peak, other))).status_code == 302
        back = client_for(cast.amara).post(url_of(other), typed(driven(peak, kpi)))
        assert "go round in a circle" in text(back)
        assert list(back.context["rules"].forms[0].errors) == ["driver"]

    def test_a_driver_has_no_band(self, cast, volume):
        assert client_for(cast.amara).get(url_of(volume)).status_code == 404
        with acting(cast.amara, cast.own), pytest.raises(actions.BandOutOfOrder):
            actions.propose_band(
                kpi=volume, effective_from=JANUARY_2025, floor=Decimal(1), tolerance=Decimal(2),
                target=Decimal(3), actor=cast.amara, side=Side.CUSTOMER, now=NOW,
            )  # fmt: skip


class TestWhatItSays:
    def test_the_rules_are_sentences_and_the_back_test_knows_them(self, cast, kpi, peak):
        band(cast, kpi)
        for month in (10, 11, 12):
            report(kpi, cast.lena, date(2025, month, 1), 75)
        spell(cast, peak, DECEMBER, date(2025, 12, 31))
        page = text(client_for(cast.amara).get(url_of(kpi), typed(shifted(peak, "", target="-6"))))
        assert "During “Peak season”, the target is 74 % instead of 80 %." in page
        assert "<strong>1 better</strong>" in page
        assert "The 1 period that changes asks less of Brightwater; none asks more." in page
        assert "Signing it judges 3 readings anew" in page

    def test_a_driver_is_a_sentence_too(self, cast, kpi, peak, volume):
        page = text(client_for(cast.amara).get(url_of(kpi), typed(driven(peak, volume))))
        assert (
            "During “Peak season”, every threshold becomes easier by 0.2 % for each 1 % that “Calls received” lies away"
            " from 1,000 calls beyond the first 10 %, at most by 3 %."
        ) in page

    def test_the_agreement_shows_words_and_back_test_under_their_own_headings(self, cast, kpi, peak):
        band(cast, kpi)
        for month in (10, 11, 12):
            report(kpi, cast.lena, date(2025, month, 1), 75)
        spell(cast, peak, DECEMBER, date(2025, 12, 31))
        answer = client_for(cast.amara).post(
            url_of(kpi), typed(shifted(peak, "", target="-6"), allowance="3")
        )
        shown = client_for(cast.jonas).get(answer.url)
        page = text(shown)
        assert "During “Peak season”, the target is 74 % instead of 80 %. Priority 1." in page
        assert "What the past says about it" in page
        assert "This leans to one side" in page
        labels = [term.label for term in shown.context["terms"]]
        assert labels == [
            "KPI", "In force from", "Floor", "Tolerance", "Target", "Wiggle room per 12 months", "Flex: Peak season",
        ]  # fmt: skip
        assert shown.context["movements"] == []
        evidence = shown.context["evidence"]
        assert next((row.before, row.after) for row in evidence.numbers if row.moves) == ("0", "1")
        titles = [title for title, _series in evidence.pictures]
        assert titles == ["Under the old terms", "Under the new terms"]
        assert [point.verdict for point in evidence.pictures[1][1].points] == [2, 2, 3]

    def test_whoever_signs_an_older_version_sees_what_was_said_of_rules_then(self, cast, kpi, peak):
        answer = client_for(cast.jonas).post(url_of(kpi), typed(shifted(peak, "-6"), allowance="2"))
        agreement = proposed(cast).agreement_id
        revised = {**typed(shifted(peak, "-4"), allowance="3"), "answers": agreement, "answers_version": "1"}
        client_for(cast.jonas).post(url_of(kpi), revised)
        late = client_for(cast.amara).post(f"{answer.url}signature/", {"version": "1"})
        assert late.status_code == 409
        changed = {
            term.label: (term.seen.replace("\xa0", " "), term.after.replace("\xa0", " "))
            for term in late.context["terms"]
            if term.was_revised
        }
        assert changed["Wiggle room per 12 months"] == ("2", "3")
        assert "the target is 74 % instead" in changed["Flex: Peak season"][0]
        assert "the target is 76 % instead" in changed["Flex: Peak season"][1]
        assert set(changed) == {"Wiggle room per 12 months", "Flex: Peak season"}

    def test_more_room_asks_for_less(self, cast, kpi):
        band(cast, kpi, allowance=Decimal(2), max_earned=Decimal("0.5"))
        answer = client_for(cast.amara).post(url_of(kpi), typed(allowance="3", max_earned="25", target="82"))
        page = text(client_for(cast.jonas).get(answer.url))
        assert "Target asks for more: from 80 % to 82 %" in page
        assert "Wiggle room per 12 months asks for less: from 2 to 3" in page
        assert "Earned room at full trust asks for more: from 50 % to 25 %" in page

    def test_signing_judges_as_it_was_shown(self, cast, kpi, peak):
        band(cast, kpi)
        for month in (10, 11, 12):
            report(kpi, cast.lena, date(2025, month, 1), 75)
        spell(cast, peak, DECEMBER, date(2025, 12, 31))
        answer = client_for(cast.amara).post(url_of(kpi), typed(shifted(peak)))
        assert client_for(cast.jonas).post(f"{answer.url}signature/", {"version": "1"}).status_code == 302
        with acting(cast.amara):
            assert list(Reading.objects.order_by("period_start").values_list("verdict", flat=True)) == [
                2,
                2,
                3,
            ]
