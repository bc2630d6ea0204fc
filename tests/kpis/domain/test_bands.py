"""Method, section 2: every value has exactly one verdict, and attainment runs straight between the thresholds."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.domain.bands import Band, DisorderedBand, Polarity, Verdict, check, judge
from kpis.domain.scaled import scaled, scaled_band
from tests.kpis.domain.strategies import banded, banded_values, falling, number, ranges, rising

HAIR = Decimal("0.000001")
D = Decimal


@pytest.mark.parametrize(
    ("polarity", "band", "value", "verdict", "attainment"),
    [
        ("HIGHER", (60, 70, 80), "80", Verdict.GOOD, 100),
        ("HIGHER", (60, 70, 80), "99", Verdict.GOOD, 100),
        ("HIGHER", (60, 70, 80), "79.999999", Verdict.APPROACHING, Fraction("99.999996")),
        ("HIGHER", (60, 70, 80), "75", Verdict.APPROACHING, 80),
        ("HIGHER", (60, 70, 80), "70", Verdict.APPROACHING, 60),
        ("HIGHER", (60, 70, 80), "69.999999", Verdict.REQUIRES_IMPROVEMENT, Fraction("59.999994")),
        ("HIGHER", (60, 70, 80), "65", Verdict.REQUIRES_IMPROVEMENT, 30),
        ("HIGHER", (60, 70, 80), "60", Verdict.REQUIRES_IMPROVEMENT, 0),
        ("HIGHER", (60, 70, 80), "59.999999", Verdict.INADEQUATE, 0),
        ("LOWER", (9, 7, 5), "5", Verdict.GOOD, 100),
        ("LOWER", (9, 7, 5), "6", Verdict.APPROACHING, 80),
        ("LOWER", (9, 7, 5), "7", Verdict.APPROACHING, 60),
        ("LOWER", (9, 7, 5), "8", Verdict.REQUIRES_IMPROVEMENT, 30),
        ("LOWER", (9, 7, 5), "9", Verdict.REQUIRES_IMPROVEMENT, 0),
        ("LOWER", (9, 7, 5), "9.000001", Verdict.INADEQUATE, 0),
        ("WITHIN_RANGE", (16, 18, 20, 24, 26, 28), "20", Verdict.GOOD, 100),
        ("WITHIN_RANGE", (16, 18, 20, 24, 26, 28), "24", Verdict.GOOD, 100),
        ("WITHIN_RANGE", (16, 18, 20, 24, 26, 28), "19", Verdict.APPROACHING, 80),
        ("WITHIN_RANGE", (16, 18, 20, 24, 26, 28), "25", Verdict.APPROACHING, 80),
        ("WITHIN_RANGE", (16, 18, 20, 24, 26, 28), "27", Verdict.REQUIRES_IMPROVEMENT, 30),
        ("WITHIN_RANGE", (16, 18, 20, 24, 26, 28), "28.5", Verdict.INADEQUATE, 0),
        ("WITHIN_RANGE", (16, 18, 20, 24, 26, 28), "15", Verdict.INADEQUATE, 0),
    ],
)
def test_examples(polarity, band, value, verdict, attainment):
    judged = judge(polarity, Band(*map(D, band)), D(value))
    assert (judged.verdict, judged.attainment) == (verdict, attainment)


@given(banded_values())
def test_every_value_has_exactly_one_verdict(case):
    """Written as the table of the method reads, condition by condition, for the half that decides."""
    polarity, band, value = case
    lower = (band.floor, band.tolerance, band.target)
    if polarity == Polarity.LOWER or (polarity == Polarity.WITHIN_RANGE and value > band.target):
        upper = (
            lower
            if polarity == Polarity.LOWER
            else (band.upper_floor, band.upper_tolerance, band.upper_target)
        )
        floor, tolerance, target, value_ = *(-threshold for threshold in upper), -value
    else:
        floor, tolerance, target, value_ = *lower, value
    true = [
        value_ >= target,
        tolerance <= value_ < target,
        floor <= value_ < tolerance,
        value_ < floor,
    ]
    assert true.count(True) == 1
    words = [Verdict.GOOD, Verdict.APPROACHING, Verdict.REQUIRES_IMPROVEMENT, Verdict.INADEQUATE]
    assert judge(polarity, band, value).verdict == words[true.index(True)]


@given(banded_values())
def test_verdict_and_attainment_say_the_same(case):
    judged = judge(*case)
    spans = {
        Verdict.GOOD: (100, 100),
        Verdict.APPROACHING: (60, 100),
        Verdict.REQUIRES_IMPROVEMENT: (0, 60),
        Verdict.INADEQUATE: (0, 0),
    }
    low, high = spans[judged.verdict]
    assert low <= judged.attainment <= high


@given(rising, number(-1200, 1200), number(-1200, 1200))
def test_better_is_never_judged_worse(band, one, other):
    worse, better = sorted((one, other))
    first, second = judge("HIGHER", band, worse), judge("HIGHER", band, better)
    assert first.attainment <= second.attainment
    assert first.verdict <= second.verdict


@given(falling, number(-1200, 1200))
def test_lower_is_higher_in_the_mirror(band, value):
    mirrored = Band(-band.floor, -band.tolerance, -band.target)
    assert judge("LOWER", band, value) == judge("HIGHER", mirrored, -value)


@given(ranges(), number(-1200, 1200))
def test_a_range_is_the_worse_of_its_halves(band, value):
    lower = judge("HIGHER", Band(band.floor, band.tolerance, band.target), value)
    upper = judge("LOWER", Band(band.upper_floor, band.upper_tolerance, band.upper_target), value)
    both = judge("WITHIN_RANGE", band, value)
    assert both.verdict == min(lower.verdict, upper.verdict)
    assert both.attainment == min(lower.attainment, upper.attainment)
    assert (both.half == "lower") == (value < band.target)
    assert (both.half == "upper") == (value > band.upper_target)


@given(banded)
def test_a_threshold_belongs_to_its_better_side(case):
    polarity, band = case
    better = {"target": Verdict.GOOD, "tolerance": Verdict.APPROACHING, "floor": Verdict.REQUIRES_IMPROVEMENT}
    for name, verdict in better.items():
        assert judge(polarity, band, getattr(band, name)).verdict == verdict
        if polarity == Polarity.WITHIN_RANGE:
            assert judge(polarity, band, getattr(band, f"upper_{name}")).verdict == verdict
    worse = -HAIR if polarity != Polarity.LOWER else HAIR
    for name, verdict in better.items():
        assert judge(polarity, band, getattr(band, name) + worse).verdict < verdict


@given(rising, st.integers(0, 1000))
def test_attainment_is_exact_between_thresholds(band, part):
    way = Fraction(part, 1000)
    span = Fraction(band.target) - Fraction(band.tolerance)
    value = Fraction(band.tolerance) + way * span
    decimal = D(value.numerator) / D(value.denominator)
    if Fraction(decimal) == value:
        assert judge("HIGHER", band, decimal).attainment == 60 + 40 * way


@given(banded_values())
def test_judging_by_the_thousand_says_the_same(case):
    polarity, band, value = case
    plain = judge(polarity, band, value)
    assert scaled_band(polarity, band).judge(scaled(value)) == (int(plain.verdict), plain.millionths)


@given(banded)
def test_what_runs_from_bad_to_good_is_in_order(case):
    check(*case)


DISORDERED = [
    ("HIGHER", Band(D(60), D(60), D(80))),
    ("HIGHER", Band(D(80), D(70), D(60))),
    ("LOWER", Band(D(60), D(70), D(80))),
    ("LOWER", Band(D(9), D(7), D(7))),
    ("HIGHER", Band(D(60), D(70), D("NaN"))),
    ("HIGHER", Band(D(60), D(70), D("Infinity"))),
    ("HIGHER", Band(D(60), D(70), D(80), D(90), D(95), D(99))),
    ("WITHIN_RANGE", Band(D(60), D(70), D(80))),
    ("WITHIN_RANGE", Band(D(60), D(70), D(80), D(90), D(95), None)),
    ("WITHIN_RANGE", Band(D(60), D(70), D(80), D(79), D(95), D(99))),
    ("WITHIN_RANGE", Band(D(60), D(70), D(80), D(90), D(90), D(99))),
]


@pytest.mark.parametrize(("polarity", "band"), DISORDERED)
def test_disordered_bands_are_refused(polarity, band):
    with pytest.raises(DisorderedBand):
        check(polarity, band)


def test_a_range_is_not_judged_without_its_upper_half():
    with pytest.raises(DisorderedBand):
        judge("WITHIN_RANGE", Band(D(60), D(70), D(80)), D(90))
