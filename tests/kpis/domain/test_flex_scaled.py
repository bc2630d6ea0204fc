"""Judging by the thousand says the same as judging one by one, however a band was moved."""

from decimal import Decimal

import pytest
from hypothesis import given

from kpis.domain.bands import Band, judge
from kpis.domain.scaled import scaled, scaled_band
from tests.kpis.domain.flexings import moved_values

D = Decimal
HAIR = D("0.000001")


@given(moved_values())
def test_a_moved_band_judges_the_same_by_the_thousand(case):
    polarity, band, value = case
    plain = judge(polarity, band, value)
    assert scaled_band(polarity, band).judge(scaled(value)) == (int(plain.verdict), plain.millionths)


@pytest.mark.parametrize(
    ("polarity", "thresholds"),
    [
        ("HIGHER", (90, 90, 98)),
        ("HIGHER", (90, 98, 98)),
        ("HIGHER", (98, 98, 98)),
        ("LOWER", (9, 9, 5)),
        ("LOWER", (9, 5, 5)),
        ("LOWER", (5, 5, 5)),
        ("WITHIN_RANGE", (16, 16, 20, 24, 28, 28)),
        ("WITHIN_RANGE", (16, 20, 20, 20, 20, 28)),
        ("WITHIN_RANGE", (20, 20, 20, 20, 20, 20)),
    ],
)
def test_thresholds_that_fall_together_judge_the_same(polarity, thresholds):
    band = Band(*map(D, thresholds))
    ready = scaled_band(polarity, band)
    for threshold in band.thresholds:
        for value in (threshold - HAIR, threshold, threshold + HAIR, threshold - 1, threshold + 1):
            plain = judge(polarity, band, value)
            assert ready.judge(scaled(value)) == (int(plain.verdict), plain.millionths)
