"""Shares that visibly sum to one hundred."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.domain.weights import shares

weights = st.dictionaries(st.integers(), st.integers(0, 1000), min_size=1).filter(lambda w: any(w.values()))


@given(weights)
def test_shares_sum_to_exactly_one_hundred(given_weights):
    found = shares(given_weights)
    assert sum(found.values()) == Decimal(100)
    assert found.keys() == given_weights.keys()


@given(weights)
def test_no_share_is_a_tenth_or_more_away_from_the_exact_one(given_weights):
    total = sum(given_weights.values())
    for key, share in shares(given_weights).items():
        assert abs(share * total - 100 * given_weights[key]) < Decimal("0.1") * total


@given(weights)
def test_more_weight_is_never_a_smaller_share(given_weights):
    found = shares(given_weights)
    in_order = sorted(given_weights, key=lambda key: given_weights[key])
    by_weight = [found[key] for key in in_order if given_weights[key] > 0]
    assert all(one <= other + Decimal("0.1") for one, other in pairwise(by_weight))


def test_ties_go_to_whoever_stands_first():
    assert shares({"a": 1, "b": 1, "c": 1}) == {
        "a": Decimal("33.4"),
        "b": Decimal("33.3"),
        "c": Decimal("33.3"),
    }


def test_nothing_gives_no_shares():
    assert shares({}) == {}
    assert shares({"a": 0}) == {}


def test_weights_are_not_negative():
    with pytest.raises(ValueError, match="negative"):
        shares({"a": -1})
