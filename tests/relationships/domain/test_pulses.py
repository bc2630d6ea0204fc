"""The index of a whole side, and from when on it counts."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.domain.flex import quarter_start
from relationships.domain.pulses import counts_from, mean_of, trust_index

ANSWERS = st.lists(st.integers(1, 7), min_size=3, max_size=60)


@pytest.mark.parametrize(
    ("answers", "index"),
    [
        ([1, 1, 1], "0.000000"),
        ([7, 7, 7], "1.000000"),
        ([4, 4, 4], "0.500000"),
        ([5, 6, 6], "0.777778"),
        ([7] * 31 + [6], "0.994792"),  # 0.99479166…
        ([1] * 63 + [4], "0.007812"),  # exactly half way: to the even neighbour
    ],
)
def test_vectors(answers, index):
    assert str(trust_index(sum(answers), len(answers))) == index


@pytest.mark.parametrize("answers", [[], [7], [7, 7]])
def test_too_few_say_nothing(answers):
    assert trust_index(sum(answers), len(answers)) is None


@given(ANSWERS)
def test_it_runs_from_0_to_1_and_gives_the_mean_back(answers):
    index = trust_index(sum(answers), len(answers))
    assert Decimal(0) <= index <= Decimal(1)
    assert abs(mean_of(index) - Fraction(sum(answers), len(answers))) <= Fraction(3, 1_000_000)


@given(ANSWERS, st.data())
def test_nobody_lowers_it_by_trusting_more(answers, data):
    place = data.draw(st.integers(0, len(answers) - 1))
    higher = [*answers[:place], 7, *answers[place + 1 :]]
    assert trust_index(sum(higher), len(higher)) >= trust_index(sum(answers), len(answers))


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_it_counts_from_the_next_quarter_on(day):
    begins = counts_from(day)
    assert begins > day
    assert quarter_start(begins) == begins
    assert quarter_start(begins - timedelta(days=1)) == quarter_start(day)
