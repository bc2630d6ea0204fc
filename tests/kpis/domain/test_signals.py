"""Method, section 6: what a KPI usually does, and which points say that something changed."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.domain.bands import Band, DisorderedBand
from kpis.domain.signals import (
    Assurance,
    Cause,
    Direction,
    Limits,
    Meaning,
    Point,
    assurance,
    find_marks,
    meaning,
    process_limits,
    read_signals,
)
from portal.lib.rounding import half_even
from tests.kpis.domain.strategies import number

D, F = Decimal, Fraction
UP, DOWN = Direction.UP, Direction.DOWN
METHOD = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
RANGE = Band(D(16), D(18), D(20), D(24), D(26), D(28))


def numbers(*values) -> list[Decimal]:
    return [D(str(value)) for value in values]


def causes(values, limits) -> list[Cause | None]:
    return [None if mark is None else mark.cause for mark in find_marks([F(str(v)) for v in values], limits)]


def limits_of(lower, mean, upper) -> Limits:
    return Limits(F(mean), F(lower), F(upper), points=24, screened=0)


# Limits


def test_the_vector_of_the_method_to_the_digit():
    screened = process_limits(numbers(*METHOD))
    assert half_even(screened.mean, 2) == D("1.94")
    assert (half_even(screened.upper, 2), half_even(screened.lower, 2)) == (D("4.60"), D("-0.72"))
    assert (screened.points, screened.screened, screened.is_provisional) == (18, 2, False)
    unscreened = process_limits(numbers(*METHOD), is_screened=False)
    assert half_even(unscreened.mean, 2) == D("1.94")
    assert (half_even(unscreened.upper, 2), half_even(unscreened.lower, 2)) == (D("6.95"), D("-3.06"))
    assert unscreened.screened == 0


def test_the_limits_are_exact():
    limits = process_limits(numbers(*METHOD))
    assert (limits.mean, limits.upper) == (F(35, 18), F(35, 18) + F("2.66"))


@pytest.mark.parametrize(
    ("count", "points", "is_provisional"),
    [(6, 6, True), (11, 11, True), (12, 12, False), (23, 23, False), (24, 24, False), (25, 24, False)],
)
def test_few_points_are_provisional_and_old_ones_forgotten(count, points, is_provisional):
    limits = process_limits(numbers(*(place % 2 for place in range(count))))
    assert (limits.points, limits.is_provisional) == (points, is_provisional)


@pytest.mark.parametrize("count", range(6))
def test_fewer_than_six_points_have_no_limits(count):
    assert process_limits(numbers(*range(count))) is None


def test_only_the_last_twenty_four_points_count():
    recent = numbers(*range(24))
    assert process_limits([D(1000), *recent]) == process_limits(recent)


def test_what_never_varies_has_limits_without_width():
    limits = process_limits(numbers(*[7] * 12))
    assert (limits.lower, limits.mean, limits.upper, limits.screened) == (7, 7, 7, 0)
    assert causes([7] * 12, limits) == [None] * 12


def test_one_jump_in_what_never_varies_is_kept():
    """Screened, the limits would have no width, and every single point would lie outside them."""
    values = [5] * 12 + [9] + [5] * 11
    limits = process_limits(numbers(*values))
    assert limits.screened == 0
    assert limits == process_limits(numbers(*values), is_screened=False)
    assert causes(values, limits)[12] is Cause.OUTSIDE
    assert Cause.OUTSIDE not in causes([5] * 12, limits)


@pytest.mark.parametrize(("last", "screened"), [(749, 1), (750, 0)])
def test_a_range_of_exactly_the_screen_is_left_out(last, screened):
    """Ten ranges with a sum of 10,000: their mean is 1,000, and 3,267 is just left out; of 10,001 it is kept."""
    value, values = 0, [0]
    for place, step in enumerate([748, 748, 748, 3267, 748, 748, 748, 748, 748, last]):
        value += step if place % 2 else -step
        values.append(value)
    assert process_limits(numbers(*values)).screened == screened


@given(st.lists(number(-1000, 1000), min_size=6, max_size=30))
def test_screening_only_narrows(values):
    screened, plain = process_limits(values), process_limits(values, is_screened=False)
    assert screened.mean == plain.mean
    assert plain.lower <= screened.lower <= screened.mean <= screened.upper <= plain.upper
    assert screened.upper - screened.mean == screened.mean - screened.lower
    assert (screened.upper == screened.mean) == (len(set(values[-24:])) == 1)


@given(st.lists(number(-1000, 1000), min_size=6, max_size=30), number(-1000, 1000), number(1, 50))
def test_limits_move_and_stretch_with_their_values(values, shift, scale):
    base = process_limits(values)
    other = process_limits([D(0) + value * scale + shift for value in values])
    assert other == Limits(
        *(F(line) * F(scale) + F(shift) for line in (base.mean, base.lower, base.upper)),
        points=base.points,
        screened=base.screened,
    )


# Special causes


def test_a_point_outside_the_limits_is_a_signal_and_one_on_them_is_not():
    limits = limits_of(-3, 0, 3)
    assert causes([0, 3, 0, 0, -3, 0, 0, "3.000001", 0, "-3.000001"], limits) == [
        *[None] * 7,
        Cause.OUTSIDE,
        None,
        Cause.OUTSIDE,
    ]


def test_seven_points_in_one_direction_are_a_trend_and_six_are_not():
    limits = limits_of(-90, 0, 90)
    assert causes([9, 3, 4, 5, 6, 7, 8, 1], limits)[1:7] == [Cause.ONE_SIDE] * 6
    assert causes([9, -3, -2, -1, 1, 2, 3, 4], limits) == [None, *[Cause.TREND] * 7]
    assert causes([-3, -2, -1, 1, 2, 3, -9], limits) == [None] * 7
    assert causes([3, 2, 1, 0, -1, -2, -3], limits) == [Cause.TREND] * 7


def test_a_longer_run_is_marked_as_a_whole():
    values = [5, -8, -6, -4, -2, 0, 2, 4, 6, 8, 5]
    assert causes(values, limits_of(-90, 0, 90)) == [None, *[Cause.TREND] * 9, None]


def test_two_equal_values_end_a_run_in_one_direction():
    assert causes([-3, -2, -1, 1, 1, 2, 3, 4], limits_of(-90, 0, 90)) == [None] * 8


def test_where_one_trend_ends_the_next_may_begin():
    values = [-3, -2, -1, 0, 1, 2, 3, 2, 1, 0, -1, -2, -3]
    marks = find_marks([F(v) for v in values], limits_of(-90, 0, 90))
    assert [mark.direction for mark in marks] == [UP] * 7 + [DOWN] * 6


def test_two_of_three_near_the_same_limit_are_a_signal():
    limits = limits_of(-3, 0, 3)
    near = Cause.NEAR_LIMIT
    assert causes([0, "2.1", "2.1", 0], limits) == [None, near, near, None]
    assert causes([0, "2.1", 0, "2.9", 0], limits) == [None, near, None, near, None]
    assert causes([0, "2.1", 0, 0, "2.9"], limits) == [None] * 5
    assert causes([0, "2.1", "-2.1", 0], limits) == [None] * 4
    assert causes([0, "-2.1", 1, "-2.1"], limits) == [None, near, None, near]
    assert causes(["2.1", "2.1", "2.1"], limits) == [near] * 3


def test_exactly_two_thirds_of_the_way_is_not_beyond():
    assert causes([0, 2, 2, 2, 0], limits_of(-3, 0, 3)) == [None] * 5


def test_a_point_outside_counts_as_one_of_the_two():
    assert causes([0, 4, "2.1", 0], limits_of(-3, 0, 3)) == [None, Cause.OUTSIDE, Cause.NEAR_LIMIT, None]


def test_seven_points_on_one_side_are_a_signal_and_six_are_not():
    limits = limits_of(-9, 0, 9)
    assert causes([-1, 1, 2, 1, 2, 1, 2, -1], limits) == [None] * 8
    assert causes([-1, 1, 2, 1, 2, 1, 2, 1, -1], limits) == [None, *[Cause.ONE_SIDE] * 7, None]
    assert causes([-1, -2] * 4, limits) == [Cause.ONE_SIDE] * 8


def test_a_point_on_the_mean_is_on_no_side():
    assert causes([1, 2, 1, 0, 2, 1, 2], limits_of(-9, 0, 9)) == [None] * 7


def test_each_point_has_its_first_cause_only():
    limits = limits_of(-9, 0, 9)
    rising = [1, 2, 3, 4, 5, "6.5", "6.6", 10, 1]
    assert causes(rising, limits) == [*[Cause.TREND] * 7, Cause.OUTSIDE, Cause.ONE_SIDE]
    level = ["6.5", "6.6", "6.5", 1, 2, 1, 2]
    assert causes(level, limits) == [*[Cause.NEAR_LIMIT] * 3, *[Cause.ONE_SIDE] * 4]


def test_sides_are_those_of_the_mean_wherever_it_lies():
    limits = limits_of(97, 100, 103)
    assert causes([100, "97.5", "102.5", 101, 101, "97.5"], limits) == [None] * 6
    marks = find_marks([F(90), F(110), F(100)], limits)
    assert [mark and mark.direction for mark in marks] == [DOWN, UP, None]


def test_without_limits_nothing_is_a_signal():
    assert find_marks([F(1), F(2)], None) == (None, None)
    assert find_marks([], limits_of(-1, 0, 1)) == ()


def test_directions_follow_the_point_or_the_run():
    marks = find_marks([F(v) for v in (0, 4, 0, -4)], limits_of(-3, 0, 3))
    assert [mark and mark.direction for mark in marks] == [None, UP, None, DOWN]
    falling = find_marks([F(v) for v in (8, 7, 6, 5, 4, 3, 2)], limits_of(-90, 0, 90))
    assert {mark.direction for mark in falling} == {DOWN}
    assert {(mark.start, mark.end) for mark in falling} == {(8, 2)}


# What a signal means


@pytest.mark.parametrize(
    ("polarity", "direction", "means"),
    [
        ("HIGHER", UP, Meaning.IMPROVEMENT),
        ("HIGHER", DOWN, Meaning.CONCERN),
        ("LOWER", UP, Meaning.CONCERN),
        ("LOWER", DOWN, Meaning.IMPROVEMENT),
    ],
)
def test_improvement_is_direction_times_polarity(polarity, direction, means):
    assert meaning(polarity, direction) is means


@pytest.mark.parametrize(
    ("start", "end", "means"),
    [
        (17, 19, Meaning.IMPROVEMENT),
        (17, 22, Meaning.IMPROVEMENT),
        (17, 26, Meaning.IMPROVEMENT),
        (17, 27, Meaning.CHANGE),
        (17, 28, Meaning.CONCERN),
        (27, 25, Meaning.IMPROVEMENT),
        (22, 25, Meaning.CONCERN),
        (22, 19, Meaning.CONCERN),
        (20, 24, Meaning.CHANGE),
    ],
)
def test_of_a_range_it_is_nearer_or_farther(start, end, means):
    direction = UP if end > start else DOWN
    assert meaning("WITHIN_RANGE", direction, band=RANGE, start=F(start), end=F(end)) is means


def test_without_a_band_a_range_just_changed():
    assert meaning("WITHIN_RANGE", UP) is Meaning.CHANGE
    assert meaning("WITHIN_RANGE", UP, band=RANGE) is Meaning.CHANGE
    assert meaning("WITHIN_RANGE", UP, band=RANGE, start=F(1)) is Meaning.CHANGE


# Assurance


@pytest.mark.parametrize(
    ("polarity", "target", "lower", "upper", "expected"),
    [
        ("HIGHER", 90, 90, 99, Assurance.CONSISTENTLY_MEETS),
        ("HIGHER", 90, "89.999999", 99, Assurance.HIT_OR_MISS),
        ("HIGHER", 90, 80, 90, Assurance.HIT_OR_MISS),
        ("HIGHER", 90, 80, "89.999999", Assurance.CONSISTENTLY_MISSES),
        ("LOWER", 5, 1, 5, Assurance.CONSISTENTLY_MEETS),
        ("LOWER", 5, 1, "5.000001", Assurance.HIT_OR_MISS),
        ("LOWER", 5, 5, 9, Assurance.HIT_OR_MISS),
        ("LOWER", 5, "5.000001", 9, Assurance.CONSISTENTLY_MISSES),
        ("HIGHER", 90, 90, 90, Assurance.CONSISTENTLY_MEETS),
    ],
)
def test_assurance_is_where_the_target_lies(polarity, target, lower, upper, expected):
    thresholds = (target - 9, target - 4) if polarity == "HIGHER" else (target + 9, target + 4)
    band = Band(*map(D, thresholds), D(target))
    limits = limits_of(str(lower), (F(str(lower)) + F(str(upper))) / 2, str(upper))
    assert assurance(polarity, band, limits) is expected


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (20, 24, Assurance.CONSISTENTLY_MEETS),
        (19, 22, Assurance.HIT_OR_MISS),
        (22, 25, Assurance.HIT_OR_MISS),
        (1, 99, Assurance.HIT_OR_MISS),
        (10, 19, Assurance.CONSISTENTLY_MISSES),
        (10, 20, Assurance.HIT_OR_MISS),
        (25, 40, Assurance.CONSISTENTLY_MISSES),
        (24, 40, Assurance.HIT_OR_MISS),
    ],
)
def test_a_range_is_met_within_it(lower, upper, expected):
    assert assurance("WITHIN_RANGE", RANGE, limits_of(lower, F(lower + upper, 2), upper)) is expected


def test_a_range_without_its_upper_half_assures_nothing():
    with pytest.raises(DisorderedBand):
        assurance("WITHIN_RANGE", Band(D(1), D(2), D(3)), limits_of(1, 2, 3))


# All together


def test_the_chart_of_the_method_has_one_signal():
    band = Band(D(1), D("1.5"), D(2))
    signals = read_signals("HIGHER", numbers(*METHOD), band)
    assert [point.cause for point in signals.points] == [
        *[None] * 4,
        Cause.OUTSIDE,
        *[None] * 13,
    ]
    assert signals.points[4] == Point(D(10), Cause.OUTSIDE, UP, Meaning.IMPROVEMENT)
    assert signals.assurance is Assurance.HIT_OR_MISS
    assert signals.latest == Point(D(1))


def test_a_chart_too_short_says_nothing():
    signals = read_signals("LOWER", numbers(1, 2, 3, 4, 99), Band(D(9), D(7), D(5)))
    assert (signals.limits, signals.assurance) == (None, None)
    assert signals.points == tuple(map(Point, numbers(1, 2, 3, 4, 99)))
    assert read_signals("LOWER", []).latest is None


def test_without_a_band_nothing_is_assured():
    signals = read_signals("HIGHER", numbers(*METHOD))
    assert signals.assurance is None
    assert signals.limits is not None


def test_points_older_than_the_chart_are_returned_unmarked():
    signals = read_signals("HIGHER", numbers(500, 500, *range(24)))
    assert len(signals.points) == 26
    assert [point.cause for point in signals.points[:2]] == [None, None]
    assert signals.points[2].cause is not None


def test_a_range_that_is_left_is_a_concern():
    values = numbers(*[22, 21] * 6, 30)
    assert read_signals("WITHIN_RANGE", values, RANGE).latest.meaning is Meaning.CONCERN
    drifting = numbers(*[30, 31] * 6, 29, 28, 27, 26, 25, 24, 23)
    assert read_signals("WITHIN_RANGE", drifting, RANGE).latest.meaning is Meaning.IMPROVEMENT


values_of_a_chart = st.lists(st.one_of(number(-9, 9), st.integers(-3, 3).map(D)), min_size=6, max_size=30)


@given(values_of_a_chart)
def test_lower_is_higher_in_the_mirror(values):
    plain = read_signals("HIGHER", values)
    mirrored = read_signals("LOWER", [-value for value in values])
    turned = {UP: DOWN, DOWN: UP, None: None}
    assert [(p.cause, turned[p.direction], p.meaning) for p in plain.points] == [
        (p.cause, p.direction, p.meaning) for p in mirrored.points
    ]
    assert (mirrored.limits.lower, mirrored.limits.upper) == (-plain.limits.upper, -plain.limits.lower)


@given(values_of_a_chart, number(-1000, 1000), number(1, 50))
def test_signals_do_not_depend_on_the_unit(values, shift, scale):
    def marked(these):
        return [
            (point.cause, point.direction, point.meaning) for point in read_signals("HIGHER", these).points
        ]

    assert marked(values) == marked([D(0) + value * scale + shift for value in values])


@given(values_of_a_chart)
def test_every_signal_is_what_it_says(values):
    """Each cause checked the long way round, window by window, and none forgotten."""
    recent = [F(value) for value in values[-24:]]
    limits = process_limits(values)
    inner = (limits.upper - limits.mean) * F(2, 3)
    windows = {
        Cause.TREND: [
            set(range(at, at + 7))
            for at in range(len(recent) - 6)
            if all(a < b for a, b in pairwise(recent[at : at + 7]))
            or all(a > b for a, b in pairwise(recent[at : at + 7]))
        ],
        Cause.ONE_SIDE: [
            set(range(at, at + 7))
            for at in range(len(recent) - 6)
            if min(recent[at : at + 7]) > limits.mean or max(recent[at : at + 7]) < limits.mean
        ],
        Cause.NEAR_LIMIT: [
            near
            for at in range(len(recent) - 2)
            for sign in (1, -1)
            if len(near := {p for p in range(at, at + 3) if sign * (recent[p] - limits.mean) > inner}) >= 2
        ],
        Cause.OUTSIDE: [{at} for at, v in enumerate(recent) if v > limits.upper or v < limits.lower],
    }
    order = [Cause.OUTSIDE, Cause.TREND, Cause.NEAR_LIMIT, Cause.ONE_SIDE]
    expected = [
        next((cause for cause in order if any(place in window for window in windows[cause])), None)
        for place in range(len(recent))
    ]
    assert [point.cause for point in read_signals("LOWER", values).points[-24:]] == expected
