"""The method page: its calculators judge and score with the very arithmetic, and its examples hold."""

import re
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from governance.domain.working_time import WorkingTime, add_working_days
from portal.method_forms import ScoreForm, VerdictForm
from portal.queries import method as questions
from tests.cast import client_for

BAND = {"band-floor": "60", "band-tolerance": "70", "band-target": "80"}


@pytest.fixture
def client(cast):
    return client_for(cast.amara)


def judged(client, **values):
    asked = {f"band-{name}": value for name, value in values.items()}
    return client.get("/method/", asked).context["judged"]


def test_the_page_shows_a_worked_example_before_anything_is_asked(client):
    context = client.get("/method/").context
    assert (context["judged"].verdict, context["judged"].attainment) == (2, Decimal("84.00"))
    assert context["scored"].shared_value is not None
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
        ({"polarity": "LOWER", "floor": "1", "tolerance": "2", "target": "3", "value": "2"}, "floor"),
        ({"polarity": "WITHIN_RANGE", "floor": "1", "tolerance": "2", "target": "3", "value": "2"}, "floor"),
        ({"polarity": "HIGHER", "floor": "1", "tolerance": "2", "target": "3", "value": "much"}, "value"),
        ({"polarity": "SIDEWAYS", "floor": "1", "tolerance": "2", "target": "3", "value": "2"}, "polarity"),
        ({"polarity": "HIGHER", "floor": "NaN", "tolerance": "2", "target": "3", "value": "2"}, "floor"),
        ({"polarity": "HIGHER", "floor": "1", "tolerance": "2", "target": "3", "value": "9" * 40}, "value"),
    ],
)
def test_what_makes_no_sense_is_said_at_the_field_and_kept(client, values, field):
    answer = client.get("/method/", {f"band-{name}": value for name, value in values.items()})
    assert answer.status_code == 200
    assert list(answer.context["verdict_form"].errors) == [field]
    assert answer.context["judged"] is None
    assert values[field] in answer.content.decode()


def scored(client, **values):
    asked = {
        "outcomes": "85", "by_provider": "92", "by_customer": "60", "walkaway_customer": "0.2",
        "walkaway_provider": "0.2", "alpha": "0.5", **values,
    }  # fmt: skip
    return client.get("/method/", {f"score-{name}": value for name, value in asked.items()}).context


def test_a_shared_value_is_computed(client):
    even = scored(client, outcomes="81", by_provider="81", by_customer="81")["scored"]
    # Both sides: v = 0.81, g = (0.81 − 0.20) ÷ 0.80 = 0.7625.
    assert (even.shared_value, even.hidden_imbalance) == (Decimal("76.2500"), Decimal("0.0000"))
    lopsided = scored(client, outcomes="100", by_provider="100", by_customer="4")["scored"]
    # The provider's v = √(1 × 0.04) = 0.2: at the walk-away, so nothing is shared.
    assert lopsided.shared_value == 0
    assert lopsided.hidden_imbalance == Decimal("50.0000")
    assert scored(client, alpha="2")["scored"] is None


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


def test_forms_cover_what_the_examples_name():
    assert set(questions.VerdictForm.base_fields) == set(VerdictForm.base_fields)
    assert list(ScoreForm.base_fields)[:3] == ["outcomes", "by_provider", "by_customer"]


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
