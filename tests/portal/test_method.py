"""The method page: its calculators judge and score with the very arithmetic, and its examples hold."""

import re
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest

from governance.domain.working_time import WorkingTime, add_working_days
from portal.queries import method as questions
from portal.queries.method.steps import NAMES
from portal.views.method import CALCULATORS
from tests.cast import client_for

BAND = {"band-floor": "60", "band-tolerance": "70", "band-target": "80"}


@pytest.fixture
def client(cast):
    return client_for(cast.amara)


def judged(client, **values):
    asked = {f"band-{name}": value for name, value in values.items()}
    return client.get("/method/", asked).context["band"].answer


def test_the_page_shows_a_worked_example_before_anything_is_asked(client):
    context = client.get("/method/").context
    assert (context["band"].answer.verdict, context["band"].answer.attainment) == (2, Decimal("84.00"))
    assert all(context[key].answer and not context[key].form.errors for key in CALCULATORS)
    assert len(context["age_weights"]) == 12


@pytest.mark.parametrize(
    ("polarity", "thresholds", "value", "verdict", "attainment"),
    [
        ("HIGHER", "60 70 80", "80", 3, "100.00"),
        ("HIGHER", "60 70 80", "79.999", 2, "100.00"),
        ("HIGHER", "60 70 80", "70", 2, "60.00"),
        ("HIGHER", "60 70 80", "65", 1, "30.00"),
        ("HIGHER", "60 70 80", "59.9", 0, "0.00"),
        ("LOWER", "8 6 4", "5", 2, "80.00"),
        ("WITHIN_RANGE", "18 19 20 22 23 24", "22.5", 2, "80.00"),
    ],
)
def test_a_value_is_judged(client, polarity, thresholds, value, verdict, attainment):
    names = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")
    band = dict(zip(names, thresholds.split(), strict=False))
    found = judged(client, polarity=polarity, value=value, **band)
    assert (found.verdict, found.attainment) == (verdict, Decimal(attainment))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"polarity": "LOWER", "floor": "1", "tolerance": "2", "target": "3", "value": "2"}, "tolerance"),
        (
            {"polarity": "WITHIN_RANGE", "floor": "1", "tolerance": "2", "target": "3", "value": "2"},
            "upper_target",
        ),
        ({"polarity": "HIGHER", "floor": "1", "tolerance": "2", "target": "3", "value": "much"}, "value"),
        ({"polarity": "SIDEWAYS", "floor": "1", "tolerance": "2", "target": "3", "value": "2"}, "polarity"),
        ({"polarity": "HIGHER", "floor": "NaN", "tolerance": "2", "target": "3", "value": "2"}, "floor"),
        ({"polarity": "HIGHER", "floor": "1", "tolerance": "2", "target": "3", "value": "9" * 40}, "value"),
    ],
)
def test_what_makes_no_sense_is_said_at_the_field_and_kept(client, values, field):
    answer = client.get("/method/", {f"band-{name}": value for name, value in values.items()})
    assert answer.status_code == 200
    assert list(answer.context["band"].form.errors) == [field]
    assert answer.context["band"].answer is None
    assert values.get(field, "") in answer.content.decode()


def scored(client, **values):
    asked = {
        "outcomes": "85", "by_provider": "92", "by_customer": "60", "walkaway_customer": "0.2",
        "walkaway_provider": "0.2", "alpha": "0.5", **values,
    }  # fmt: skip
    return (
        client.get("/method/", {f"score-{name}": value for name, value in asked.items()})
        .context["score"]
        .answer
    )


def test_a_shared_value_is_computed(client):
    even = scored(client, outcomes="81", by_provider="81", by_customer="81")
    # Both sides: v = 0.81, g = (0.81 − 0.20) ÷ 0.80 = 0.7625.
    assert (even.shared_value, even.hidden_imbalance) == (Decimal("76.2500"), Decimal("0.0000"))
    lopsided = scored(client, outcomes="100", by_provider="100", by_customer="4")
    # The provider's v = √(1 × 0.04) = 0.2: at the walk-away, so nothing is shared.
    assert lopsided.shared_value == 0
    assert lopsided.hidden_imbalance == Decimal("50.0000")
    assert scored(client, alpha="2") is None


def test_the_example_of_a_movement_adds_up():
    moved = questions.movement_example()
    assert sum(line.points for line in moved.lines) == pytest.approx(moved.change, abs=Decimal("0.0002"))
    assert moved.after - moved.before == pytest.approx(moved.change, abs=Decimal("0.0002"))


def test_the_example_of_a_clock_holds():
    hours = WorkingTime("Europe/London", "", "", "12345", time(9), time(17))
    reported = datetime(2026, 2, 6, 15, tzinfo=ZoneInfo("Europe/London"))
    reminded = add_working_days(hours, reported, 5).astimezone(reported.tzinfo)
    deemed = add_working_days(hours, reminded, 3).astimezone(reported.tzinfo)
    assert (reminded.strftime("%a %d %H:%M"), deemed.strftime("%a %d %H:%M")) == (
        "Fri 13 15:00",
        "Wed 18 15:00",
    )


def test_every_vector_of_the_document_holds():
    """docs/method.md states vectors as `judge(HIGHER; 60, 70, 80; 76) = Approaching, 84 %`; each is computed anew."""
    text = (Path(__file__).parents[2] / "docs" / "method.md").read_text()
    vectors = re.findall(r"judge\((\w+); ([^;]+); ([\d.]+)\) = ([\w ]+), ([\d.]+) %", text)
    words = {"Good": 3, "Approaching": 2, "Requires improvement": 1, "Inadequate": 0}
    assert len(vectors) >= 8
    names = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")
    for polarity, thresholds, value, word, attainment in vectors:
        band = dict(zip(names, map(Decimal, thresholds.split(", ")), strict=False))
        found = questions.judge_example({"polarity": polarity, "value": Decimal(value), **band})
        assert (found.verdict, found.attainment) == (words[word], Decimal(attainment)), (polarity, value)


DOCUMENT = (Path(__file__).parents[2] / "docs" / "method.md").read_text()


def numbers(text):
    return [Decimal(number) for number in re.findall(r"-?[\d.]+", text)]


def test_every_moved_band_of_the_document_holds():
    vectors = re.findall(r"flex\((\w+); ([^;]+); (\w+) ([^;]+); (\d+) of (\d+) days\) = ([^`]+)`", DOCUMENT)
    assert len(vectors) >= 8
    for polarity, band, kind, said, covered, days, moved in vectors:
        given = numbers(said)
        names = ("driver_value", "baseline", "slope", "deadband", "cap") if kind == "DRIVER" else NAMES[:3]
        rule = {
            "kind": kind,
            "priority": 1,
            "covered_days": int(covered),
            **dict(zip(names, given, strict=True)),
        }
        values = {
            "polarity": polarity,
            "days": int(days),
            "rules": [rule],
            **dict(zip(NAMES, numbers(band), strict=False)),
        }
        found = questions.flex_example(values)
        assert list(found.moved.thresholds) == numbers(moved), said


def test_every_earned_tolerance_of_the_document_holds():
    vectors = re.findall(r"widen\((\w+); ([^;]+); ([\d.]+); ([\d.]+), ([\d.]+)\) = ([\d.]+)`", DOCUMENT)
    assert len(vectors) >= 4
    for polarity, band, most, customer, provider, tolerance in vectors:
        values = {
            "polarity": polarity, "max_earned": Decimal(most), "trust_customer": Decimal(customer),
            "trust_provider": Decimal(provider), **dict(zip(NAMES, numbers(band), strict=False)),
        }  # fmt: skip
        assert questions.earned_example(values).moved.tolerance == Decimal(tolerance), band


def test_every_limit_of_the_document_holds():
    vectors = re.findall(r"(limits|unscreened)\(([^)]+)\) = ([^`]+)`", DOCUMENT)
    assert len(vectors) >= 2
    for which, values, said in vectors:
        found = questions.signals_example({"polarity": "LOWER", "values": numbers(values)})
        limits = found.limits if which == "limits" else found.unscreened
        assert [round(Decimal(float(x)), 2) for x in (limits.lower, limits.mean, limits.upper)] == numbers(
            said
        )


def test_the_budget_of_the_document_holds(client):
    found = client.get("/method/").context["budget"].answer
    spent = [month.spent.normalize() for month in found.months]
    assert f"{', '.join(f'{units:f}' for units in spent[:-1])} and {spent[-1]:f}" in " ".join(
        DOCUMENT.split()
    )
    assert (found.left, found.budget.exhausted_on.isoformat()) == (Decimal("2.1"), "2026-10-30")
    assert [round(found.burns[name], 2) for name in ("month", "quarter", "year")] == [
        Decimal("1.60"), Decimal("0.93"), Decimal("0.65"),
    ]  # fmt: skip


def test_the_gallery_draws_every_component(client):
    page = client.get("/gallery/")
    assert page.status_code == 200
    for said in (
        "band-below",
        "Late from provider",
        "End sign-in",
        "Page 2 of 5",
        "Only Northwind reads this",
    ):
        assert said in page.content.decode()


def answer(client, key, **values):
    shown = client.get("/method/", {f"{key}-{name}": value for name, value in values.items()}).context[key]
    assert not shown.form.errors, shown.form.errors
    return shown.answer


def formulas(found):
    return [step.formula for step in found.steps]


RULE = {
    "polarity": "HIGHER", "floor": "60", "tolerance": "70", "target": "80", "value": "75", "days": "30",
    "kind_1": "SHIFT", "priority_1": "1", "covered_days_1": "15", "floor_1": "-6", "tolerance_1": "-6",
    "target_1": "-6",
}  # fmt: skip


class TestFlex:
    def test_a_half_covered_period_moves_half_way(self, client):
        found = answer(client, "flex", **RULE)
        assert (found.moved.target, found.unflexed.verdict, found.flexed.verdict) == (77, 2, 2)
        assert formulas(found)[-1] == "80 + 15/30 × (74 − 80) = 77"

    def test_a_driver_eases_by_what_lies_beyond_the_deadband(self, client):
        driver = {
            "kind_1": "DRIVER", "floor_1": "", "tolerance_1": "", "target_1": "", "driver_value_1": "1180",
            "baseline_1": "1000", "slope_1": "20", "deadband_1": "0.1", "cap_1": "3", "covered_days_1": "30",
        }  # fmt: skip
        found = answer(client, "flex", **RULE | driver)
        assert found.moved.target == Decimal("78.4")
        assert "(1180 − 1000) ÷ 1000 = 0.18" in formulas(found)
        assert "min(20 × 0.08, 3) = 1.6" in formulas(found)

    def test_the_rule_of_the_highest_priority_is_used_alone(self, client):
        second = {
            "kind_2": "REPLACE", "priority_2": "2", "covered_days_2": "30", "floor_2": "50", "tolerance_2": "60",
            "target_2": "72",
        }  # fmt: skip
        found = answer(client, "flex", **RULE | second)
        assert (found.rule, found.moved.target, found.flexed.verdict) == (2, 72, 3)
        assert [rule.is_used for rule in found.rules] == [False, True]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"covered_days_1": "31"}, "covered_days_1"),
            ({"target_1": "-20"}, "tolerance_1"),
            ({"floor_1": ""}, "floor_1"),
            ({"cap_1": "3"}, "cap_1"),
            ({"kind_1": "REPLACE", "floor_1": "3", "tolerance_1": "2", "target_1": "4"}, "tolerance_1"),
            ({"kind_1": "DRIVER"}, "baseline_1"),
            ({"kind_1": "", "days": "0"}, "days"),
            ({"kind_2": "SHIFT"}, "priority_2"),
            (
                {"kind_2": "SHIFT", "priority_2": "1", "covered_days_2": "1", "floor_2": "1", "tolerance_2": "1",
                 "target_2": "1"},
                "priority_2",
            ),
            ({"polarity": "LOWER"}, "tolerance"),
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_said_at_its_field(self, client, change, field):
        asked = {f"flex-{name}": value for name, value in (RULE | change).items()}
        shown = client.get("/method/", asked).context["flex"]
        assert shown.answer is None
        assert field in shown.form.errors


class TestEarnedRoom:
    BAND: ClassVar = {
        "polarity": "HIGHER",
        "floor": "60",
        "tolerance": "70",
        "target": "80",
        "max_earned": "0.5",
    }

    def test_trust_widens_the_tolerance(self, client):
        found = answer(client, "earned", **self.BAND, trust_customer="0.8", trust_provider="0.6", value="68")
        assert (found.moved.tolerance, found.trust) == (67, Decimal("0.6"))
        assert (found.unflexed.verdict, found.flexed.verdict) == (1, 2)
        assert formulas(found)[1:] == ["1 + 0.5 × 0.6 = 1.3", "80 + (70 − 80) × 1.3 = 67"]

    def test_without_both_indices_there_is_none(self, client):
        assert answer(client, "earned", **self.BAND, trust_customer="0.8").moved.tolerance == 70

    def test_never_beyond_the_floor(self, client):
        band = self.BAND | {"max_earned": "1", "floor": "65"}
        found = answer(client, "earned", **band, trust_customer="1", trust_provider="1")
        assert found.moved.tolerance == 65
        assert "never beyond the floor: 65" in formulas(found)[-1]


class TestBudget:
    BAND: ClassVar = {
        "polarity": "HIGHER", "floor": "60", "tolerance": "70", "target": "80", "allowance": "2",
        "first_month": "2025-07-20",
    }  # fmt: skip

    def test_each_month_spends_and_the_sum_burns(self, client):
        found = answer(client, "budget", **self.BAND, values="81 75 - 70 65 79")
        assert [month.spent for month in found.months] == [0, Decimal("0.5"), 0, 1, 1, Decimal("0.1")]
        assert found.months[0].period.label == "Jul 2025"
        assert [month.is_miss for month in found.months] == [False, False, False, False, True, True]
        assert (found.budget.is_exhausted, found.left) == (True, 0)
        assert [signal.value for signal in found.budget.signals] == ["BURN_QUARTER", "EXHAUSTED"]
        assert "2.1 ÷ 2 × (12 ÷ 3) = 4.2" in formulas(found)

    def test_no_room_has_no_burn(self, client):
        found = answer(client, "budget", **self.BAND | {"allowance": "0"}, values="75")
        assert found.burns == {"month": None, "quarter": None, "year": None}
        assert found.budget.is_exhausted


class TestSignals:
    VECTOR = "1,2,1,2,10,1,2,1,2,1,2,1,2,1,2,1,2,1"

    @pytest.mark.parametrize("separator", [",", "\n", " ", "; ", ", ", "\t"])
    def test_the_vector_of_the_method(self, client, separator):
        found = answer(client, "xmr", polarity="LOWER", values=self.VECTOR.replace(",", separator))
        rounded = {name: round(value, 2) for name, value in found.figures.items()}
        assert rounded == {"mean": Decimal("1.94"), "lower": Decimal("-0.72"), "upper": Decimal("4.60")}
        assert (round(float(found.unscreened.upper), 2), round(float(found.unscreened.lower), 2)) == (
            6.95,
            -3.06,
        )
        assert [one.number for one in found.values if one.point.cause] == [5]
        assert found.values[4].says == "a change for the worse: outside the limits"

    def test_too_few_say_nothing(self, client):
        found = answer(client, "xmr", polarity="LOWER", values="1 2 3")
        assert (found.limits, found.figures) == (None, {})
        assert "3 values" in formulas(found)[0]

    @pytest.mark.parametrize(
        "values", ["1 two 3", "1,5 2,5 3,5", "1e400", "NaN", "1" * 14, "1.1234567", "1 " * 1001, ""]
    )
    def test_what_is_no_column_of_numbers_is_named(self, client, values):
        shown = client.get("/method/", {"xmr-values": values, "xmr-polarity": "LOWER"}).context["xmr"]
        assert shown.answer is None
        assert list(shown.form.errors) == ["values"]

    def test_only_the_last_24_are_on_the_chart(self, client):
        found = answer(client, "xmr", polarity="HIGHER", values=" ".join(map(str, range(40))), target="100")
        assert (found.count, len(found.values), found.left_out, found.values[0].number) == (40, 24, 16, 17)
        assert found.assurance == "CONSISTENTLY_MISSES"


class TestConditions:
    @pytest.mark.parametrize(
        ("condition", "variables", "holds"),
        [
            ("volume > 1.2 * usual", "volume = 1300\nusual=1000", True),
            ("volume > 1.2 * usual", "volume = 1100\nusual=1000", False),
            ("volume > 1.2 * usual", "volume = 1100\nusual", None),
            ("volume / usual > 1", "volume = 1100\nusual = 0", None),
        ],
    )
    def test_it_holds_or_not_or_is_not_known(self, client, condition, variables, holds):
        assert answer(client, "condition", condition=condition, variables=variables).holds is holds

    @pytest.mark.parametrize(
        ("condition", "said"),
        [
            ("volum > 3", "Is “volume” meant?"),
            ("volume > 3 and volume < 5", "Character 12: write “&amp;&amp;” instead of “and”."),
            ("volume + 3", "This gives a number."),
            ("1 < 2", "could never change"),
            ("volume.map(x, x)", "goes through lists, which conditions do not"),
            ("pow(volume, 9) > 3", "“pow” is not part of this language"),
            ("volume > 'a'", "no words in quotes"),
            ("abs(volume, 2) > 1", "“abs” takes one number"),
            ("volume >", "Something is missing at the end"),
            ("((((((((((((((volume)))))))))))))) > 1", "at most 12 deep"),
        ],
    )
    def test_what_is_no_condition_is_said_precisely(self, client, condition, said):
        page = client.get("/method/", {"condition-condition": condition, "condition-variables": "volume = 1"})
        assert page.context["condition"].answer is None
        assert said in page.content.decode()

    @pytest.mark.parametrize("variables", ["9x = 1", "x = much", "x = NaN", "x = 1e400", "a\n" * 41, ""])
    def test_odd_variables_are_named(self, client, variables):
        asked = {"condition-condition": "x > 1", "condition-variables": variables}
        assert list(client.get("/method/", asked).context["condition"].form.errors) == ["variables"]


@pytest.mark.parametrize("key", CALCULATORS)
def test_htmx_gets_the_answer_of_one_calculator_alone(client, key):
    example = {f"{key}-{name}": value for name, value in CALCULATORS[key][0].example.items()}
    answered = client.get("/method/", example, headers={"HX-Request": "true"})
    text = answered.content.decode()
    assert "HX-Request" in answered["Vary"]
    assert "<html" not in text
    assert "calculator-refusal" not in text
    assert len(text) > 100
    refused = client.get("/method/", {f"{key}-nothing": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert "calculator-refusal" in refused
    assert f'href="#id_{key}-' in refused
