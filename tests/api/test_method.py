"""The calculators over HTTP: METHOD's own vectors, each part of an answer, and a precise no."""

import pytest

BAND = {"polarity": "HIGHER", "floor": "60", "tolerance": "70", "target": "80"}
HALF_A_PEAK = {
    "kind": "SHIFT", "priority": 1, "covered_days": 15, "floor": "-6", "tolerance": "-6", "target": "-6",
}  # fmt: skip
SURGE = {
    "kind": "DRIVER", "priority": 2, "covered_days": 30, "driver_value": 1180, "baseline": 1000, "slope": 20,
    "deadband": "0.1", "cap": 3,
}  # fmt: skip


@pytest.fixture
def compute(cast, ask):
    """`compute(noun, **question)`: the answer to somebody without any relationship."""

    def send(noun, **question):
        response = ask(cast.nobody, "post", f"method/{noun}/", question)
        assert response.status_code == 200, response.content
        return response.json()

    return send


@pytest.fixture
def refuse(cast, ask):
    """`refuse(noun, **question)`: the fields that a question is refused for."""

    def send(noun, **question):
        response = ask(cast.nobody, "post", f"method/{noun}/", question)
        assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
        return list(response.json()["errors"])

    return send


@pytest.mark.parametrize(
    ("question", "verdict", "attainment"),
    [
        ({"value": "80"}, 3, 1_000_000),
        ({"value": 76}, 2, 840_000),
        ({"value": "70"}, 2, 600_000),
        ({"value": "65"}, 1, 300_000),
        ({"value": "59.9"}, 0, 0),
        ({"polarity": "LOWER", "floor": "8", "tolerance": "6", "target": "4", "value": "5"}, 2, 800_000),
    ],
)
def test_a_value_is_judged(compute, question, verdict, attainment):
    said = compute("verdict", **BAND | question)
    assert (said["verdict"], said["attainment"], said["half"]) == (verdict, attainment, "only")
    assert said["steps"]


def test_a_range_names_the_half_that_decided(compute):
    band = dict(zip(("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor"),
                    (18, 19, 20, 22, 23, 24), strict=True))  # fmt: skip
    said = compute("verdict", polarity="WITHIN_RANGE", **band, value="22.5")
    assert (said["verdict"], said["attainment"], said["half"]) == (2, 800_000, "upper")
    assert said["steps"][-1]["formula"] == "60 + (22.5 − 23) ÷ (22 − 23) × 40 = 80"


def test_a_band_moves_by_the_share_that_is_covered(compute):
    said = compute("flex", **BAND, days=30, rules=[HALF_A_PEAK], value=77)
    assert said["thresholds"]["target"] == "77.000000"
    assert (said["rule"], said["share"], said["deviation"]) == (0, "0.500000", None)
    assert (said["unflexed"]["verdict"], said["flexed"]["verdict"]) == (2, 3)


def test_of_several_rules_the_highest_priority_is_used_alone(compute):
    said = compute("flex", **BAND, days=30, rules=[HALF_A_PEAK, SURGE])
    assert (said["rule"], said["deviation"]) == (1, "0.180000")
    assert said["thresholds"]["target"] == "78.400000"
    assert [rule["is_used"] for rule in said["rules"]] == [False, True]
    assert (said["flexed"], said["unflexed"]) == (None, None)


def test_a_driver_that_says_nothing_moves_nothing(compute):
    said = compute("flex", **BAND, days=30, rules=[SURGE | {"driver_value": None}])
    assert (said["rule"], said["thresholds"]["target"]) == (None, "80.000000")


def test_trust_widens_the_tolerance(compute):
    asked = {"max_earned": "0.5", "trust_customer": "0.8", "trust_provider": "0.6", "value": "68"}
    said = compute("earned-room", **BAND, **asked)
    assert (said["trust"], said["thresholds"]["tolerance"]) == ("0.600000", "67.000000")
    assert (said["unflexed"]["verdict"], said["flexed"]["verdict"]) == (1, 2)


def test_a_budget_is_spent_month_by_month(compute):
    said = compute(
        "budget", **BAND, allowance="2", first_month="2025-07-01", values=[81, 75, None, 70, 65, 79]
    )
    assert [month["spent"][:4] for month in said["months"]] == [
        "0.00",
        "0.50",
        "0.00",
        "1.00",
        "1.00",
        "0.10",
    ]
    assert [month["is_miss"] for month in said["months"]] == [False, False, False, False, True, True]
    assert (said["as_of"], said["balance"], said["burn_3"]) == ("2025-12-31", "-0.600000", "4.200000")
    assert (said["signals"], said["exhausted_since"]) == (["BURN_QUARTER", "EXHAUSTED"], "2025-11-30")


def test_one_unit_a_year_burns_at_one(compute):
    said = compute("budget", **BAND, allowance="12", first_month="2025-01-01", values=[65] * 12)
    assert (said["burn_1"], said["burn_3"], said["burn_12"]) == ("1.000000",) * 3


def test_the_vector_of_signals(compute):
    values = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
    said = compute("signals", polarity="LOWER", values=values, target=3)
    limits, unscreened = said["limits"], said["unscreened"]
    assert [round(float(limits[name]), 2) for name in ("mean", "upper", "lower")] == [1.94, 4.60, -0.72]
    assert [round(float(unscreened[name]), 2) for name in ("upper", "lower")] == [6.95, -3.06]
    assert (limits["screened"], limits["is_provisional"], said["assurance"]) == (2, False, "HIT_OR_MISS")
    found = [(point["place"], point["cause"], point["meaning"]) for point in said["points"] if point["cause"]]
    assert found == [(4, "OUTSIDE", "CONCERN")]


@pytest.mark.parametrize(("volume", "holds"), [(1300, True), ("1100", False), (None, None)])
def test_a_condition_holds_or_not_or_is_not_known(compute, volume, holds):
    variables = {"volume": volume, "usual": "1000"}
    said = compute("condition", condition="volume > 1.2 * usual", variables=variables)
    assert (said["holds"], said["variables"]) == (holds, ["usual", "volume"])


@pytest.mark.parametrize(
    ("noun", "question", "field"),
    [
        ("verdict", {**BAND, "value": "much"}, "value"),
        ("verdict", {**BAND, "value": "1e400"}, "value"),
        ("verdict", {**BAND, "target": "65", "value": "1"}, "target"),
        ("verdict", {**BAND, "polarity": "WITHIN_RANGE", "value": "1"}, "upper_target"),
        ("flex", {**BAND, "days": 30, "rules": [HALF_A_PEAK, SURGE | {"slope": None}]}, "rules[1].slope"),
        ("flex", {**BAND, "days": 30, "rules": [HALF_A_PEAK, SURGE | {"slope": "-1"}]}, "rules[1].slope"),
        ("flex", {**BAND, "days": 30, "rules": [HALF_A_PEAK, SURGE | {"slope": "x"}]}, "rules[1].slope"),
        ("flex", {**BAND, "days": 30, "rules": [SURGE | {"baseline": 0}]}, "rules[0].baseline"),
        ("flex", {**BAND, "days": 10, "rules": [HALF_A_PEAK]}, "rules[0].covered_days"),
        ("flex", {**BAND, "days": 30, "rules": [HALF_A_PEAK] * 2}, "rules[1].priority"),
        ("flex", {**BAND, "days": 30, "rules": [HALF_A_PEAK] * 21}, "rules"),
        ("flex", {**BAND, "days": 30, "rules": [HALF_A_PEAK | {"target": "-20"}]}, "rules[0].tolerance"),
        ("earned-room", {**BAND, "max_earned": "1.1"}, "max_earned"),
        ("budget", {**BAND, "allowance": "-1", "first_month": "2025-01-01", "values": [1]}, "allowance"),
        ("budget", {**BAND, "allowance": "1", "first_month": "9999-01-01", "values": [1]}, "first_month"),
        ("budget", {**BAND, "allowance": "1", "first_month": "2025-01-01", "values": []}, "values"),
        ("signals", {"polarity": "LOWER", "values": [1] * 1001}, "values"),
        ("signals", {"polarity": "LOWER", "values": [1, "two"]}, "values[1]"),
        ("signals", {"polarity": "LOWER", "values": [1], "upper_target": 2}, "target"),
        ("condition", {"condition": "volum > 1", "variables": {"volume": 1}}, "condition"),
        ("condition", {"condition": "x > 1", "variables": {"9": 1}}, "variables"),
        ("condition", {"condition": "x > 1", "variables": {"x": "y"}}, "variables.x"),
        ("condition", {"condition": "x" * 501, "variables": {"x": "1"}}, "condition"),
    ],
)
def test_what_makes_no_sense_is_named(refuse, noun, question, field):
    assert refuse(noun, **question) == [field]


def test_a_thousand_numbers_are_read(compute):
    assert len(compute("signals", polarity="LOWER", values=list(range(1000)))["points"]) == 24
    said = compute("budget", **BAND, allowance="1", first_month="1990-01-01", values=[75] * 1000)
    assert said["as_of"] == "2073-04-30"


def test_strangers_are_asked_to_sign_in(cast, ask):
    assert ask(None, "post", "method/verdict/", BAND).status_code == 401


def test_the_examples_of_the_description_hold(compute, read, cast):
    described = read(cast.nobody, "schema/", format="json")
    for path, operations in described["paths"].items():
        if "/method/" in path:
            body = operations["post"]["requestBody"]["content"]["application/json"]
            for example in body["examples"].values():
                assert compute(path.split("/method/")[1].strip("/"), **example["value"])
