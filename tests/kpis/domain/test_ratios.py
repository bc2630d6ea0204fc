"""Numerator and denominator."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.domain.ratios import NothingToMeasure, OddRatio, is_odd_share, ratio

counts = st.integers(0, 10**9).map(Decimal)
some = st.integers(1, 10**9).map(Decimal)


@given(counts, some)
def test_a_ratio_is_right_to_half_a_millionth(above, below):
    exact = Fraction(above) / Fraction(below) * 100
    assert abs(Fraction(ratio(above, below)) - exact) <= Fraction(1, 2 * 10**6)


@pytest.mark.parametrize(
    ("above", "below", "factor", "expected"),
    [
        ("1", "3", "100", "33.333333"),
        ("2", "3", "100", "66.666667"),
        ("1", "8", "1", "0.125000"),
        ("17", "6400", "1000", "2.656250"),
        ("1", "2000000", "1", "0.000000"),  # half a millionth goes to the even neighbour
        ("3", "2000000", "1", "0.000002"),
    ],
)
def test_examples(above, below, factor, expected):
    assert f"{ratio(Decimal(above), Decimal(below), Decimal(factor)):f}" == expected


def test_nothing_to_measure_is_neither_0_nor_100_per_cent():
    with pytest.raises(NothingToMeasure):
        ratio(Decimal(0), Decimal(0))


@pytest.mark.parametrize(("above", "below"), [(-1, 5), (1, -5)])
def test_counts_are_not_negative(above, below):
    with pytest.raises(OddRatio):
        ratio(Decimal(above), Decimal(below))


def test_more_hits_than_cases_are_odd_only_as_a_share():
    assert is_odd_share(Decimal(11), Decimal(10))
    assert not is_odd_share(Decimal(10), Decimal(10))
    assert not is_odd_share(Decimal(11), Decimal(10), Decimal(1000))
