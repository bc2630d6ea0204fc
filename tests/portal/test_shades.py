"""Letters of spells on a chart: each that has room gets one, and none stands over another."""

from datetime import date, timedelta

from portal.charts.shades import NEAR, columns
from portal.lib.series import Point, Series, Shade

FIRST = date(2025, 1, 1)


def months(count):
    days = [FIRST + timedelta(days=30 * place) for place in range(count)]
    return tuple(Point(day, day + timedelta(days=29), f"{day:%b}") for day in days)


def drawn(*shades):
    return columns(Series("Calls", "%", 1, "HIGHER", months(20), shades=shades))


def test_a_wide_shade_leaves_the_middle_to_a_narrow_one():
    wide = Shade("Volume", FIRST, None)
    narrow = Shade("Winter", FIRST + timedelta(days=285), FIRST + timedelta(days=310))
    found = drawn(wide, narrow)
    assert [column.letter for column in found] == ["A", "B"]
    places = [float(column.middle.rstrip("%")) for column in found]
    assert abs(places[0] - places[1]) >= NEAR
    assert 47.5 < places[1] < 52


def test_where_there_is_no_room_a_letter_is_left_out():
    shades = [Shade(name, FIRST, FIRST + timedelta(days=29)) for name in ("One", "Two")]
    assert [bool(column.middle) for column in drawn(*shades)] == [True, False]
