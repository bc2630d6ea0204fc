"""The geometry of the fairness map."""

import re
from dataclasses import dataclass

import pytest

from portal.charts.fairness_map import BOTTOM, LEFT, RIGHT, TOP, draw_fairness_map


@dataclass(frozen=True)
class At:
    customer: float
    provider: float
    label: str = "A"
    href: str = "/a/"


@dataclass(frozen=True)
class Square:
    column: int
    row: int
    count: int


@pytest.mark.parametrize(
    ("customer", "provider", "x", "y", "leans"),
    [
        (0, 0, LEFT, BOTTOM, "even"),
        (100, 100, RIGHT, TOP, "even"),
        (100, 0, RIGHT, BOTTOM, "customer"),
        (0, 100, LEFT, TOP, "provider"),
        (69.9, 50, 300.4, 192, "even"),
        (70, 50, 300.8, 192, "customer"),
    ],
)
def test_a_dot_stands_where_its_values_say(customer, provider, x, y, leans):
    (dot,) = draw_fairness_map([At(customer, provider)]).dots
    assert (float(dot.x), float(dot.y), dot.leans) == (x, y, leans)


def test_curves_join_equal_shared_value():
    scale = (RIGHT - LEFT) / 100
    for curve in draw_fairness_map([]).curves:
        numbers = [float(number) for number in re.findall(r"[\d.]+", curve.path)]
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            customer, provider = (x - LEFT) / scale, (BOTTOM - y) / scale
            assert (customer * provider) ** 0.5 == pytest.approx(curve.level, abs=0.2)


def test_density_appears_only_where_not_every_dot_is_drawn():
    squares = [Square(0, 0, 1), Square(24, 24, 1)]
    assert draw_fairness_map([At(1, 1), At(99, 99)], squares).shades == []
    (shade,) = draw_fairness_map([At(1, 1)], squares).shades
    assert (shade.step, shade.path) == (1, "M46 374h14.6v-14.6h-14.6zM395.4 24.6h14.6v-14.6h-14.6z")


def test_shades_are_logarithmic_so_that_few_are_seen_beside_many():
    squares = [Square(0, 0, count) for count in (1, 10, 100, 1000, 10_000)]
    assert [shade.step for shade in draw_fairness_map([], squares).shades] == [1, 2, 3, 4, 5]
