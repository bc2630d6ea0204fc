"""Charts: scales and ticks hold for every number; pictures say what the series says."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from django.template import TemplateSyntaxError
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.charts import draw_band_chart, draw_sparkline
from portal.charts.band_chart import HEIGHT, WIDTH, domain, line_path
from portal.charts.scales import Scale, apart, extent, nice_step, nice_ticks, tick_label
from portal.charts.zones import number, revisions, runs, spans
from portal.lib.series import Limits, Point, Series, Shade, Thresholds
from portal.templatetags.charts import band_chart, figure_plain, sparkline, threshold

values = st.decimals(
    min_value=Decimal("-1e12"), max_value=Decimal("1e12"), places=6, allow_nan=False, allow_infinity=False
)
HIGHER = Thresholds(Decimal(60), Decimal(70), Decimal(80))
LOWER = Thresholds(Decimal(9), Decimal(6), Decimal(4))
RANGE = Thresholds(Decimal(-20), Decimal(-10), Decimal(-5), Decimal(5), Decimal(10), Decimal(20))


def series(
    *found: object, band: Thresholds | None = HIGHER, polarity: str = "HIGHER", unit: str = "%"
) -> Series:
    """One monthly point for each value; a word instead of a number is a status, None an empty period."""
    points = []
    for place, value in enumerate(found):
        first = date(2024 + place // 12, place % 12 + 1, 1)
        is_word = isinstance(value, str)
        points.append(
            Point(
                first,
                first + timedelta(27),
                f"{first:%b %Y}",
                value=None if is_word or value is None else Decimal(str(value)),
                verdict=None if is_word or value is None else 2,
                status=str(value) if is_word else "",
                band=band,
                href=f"/kpis/1/readings/{first}/",
            )
        )
    return Series("First-contact resolution", unit, 1, polarity, tuple(points))


# --- Scales and ticks ---------------------------------------------------------------------------------------


@given(values, values, values)
def test_a_scale_is_monotone_and_stays_on_the_page(one, other, value):
    low, high = sorted((one, other + 1))
    if low == high:
        high = low + 1
    up = Scale(float(low), float(high), HEIGHT, 0)
    places = [up(each) for each in sorted((low, value, high))]
    assert places == sorted(places, reverse=True)
    assert all(0 <= place <= HEIGHT for place in places)
    assert (up(low), up(high)) == (HEIGHT, 0)


@given(values, values, st.integers(1, 12))
def test_ticks_are_nice_even_and_within_bounds(one, other, about):
    low, high = sorted((one, other))
    ticks = nice_ticks(low, high, about)
    if low == high:
        assert ticks == []
        return
    assert all(low <= tick <= high for tick in ticks)
    assert len(ticks) <= about + 1
    step = nice_step(high - low, about)
    assert step.as_tuple().digits in ((1,), (2,), (5,), (1, 0))
    assert all(after - before == step for before, after in pairwise(ticks))
    assert all(tick % step == 0 for tick in ticks)
    # No tick is left out at either end.
    if ticks:
        assert ticks[0] - step < low
        assert ticks[-1] + step > high


@given(st.lists(values, max_size=8))
def test_the_extent_holds_all_values_is_never_empty_and_invents_nothing_negative(found):
    low, high = extent(found)
    assert low < high
    assert all(low <= value <= high for value in found)
    if all(value >= 0 for value in found):
        assert low >= 0


@given(st.lists(st.floats(-50, 330), min_size=0, max_size=6), st.floats(1, 40))
def test_labels_are_moved_apart_in_order_and_stay_on_the_page(places, gap):
    places.sort()
    moved = apart(places, gap, 5, 277)
    assert len(moved) == len(places)
    assert moved == sorted(moved)
    assert all(5 - 1e-6 <= place <= 277 + 1e-6 for place in moved)
    room = min(gap, 272 / max(len(places) - 1, 1))
    assert all(after - before >= room - 1e-6 for before, after in pairwise(moved))


@pytest.mark.parametrize(
    ("value", "step", "label"),
    [
        ("97.5", "0.5", "97.5"), ("98.0", "0.5", "98"), ("-20", "10", "\u221220"), ("12000", "2000", "12k"),
        ("9000", "1000", "9,000"), ("1500000", "500000", "1.5m"), ("1.1e9", "1e8", "1.1bn"), ("3e12", "1e12", "3tn"),
        ("1000000.5", "0.5", "1,000,000.5"), ("0", "5", "0"), ("0.000002", "0.000002", "0.000002"),
    ],
)  # fmt: skip
def test_tick_labels(value, step, label):
    assert tick_label(Decimal(value), Decimal(step)) == label


@given(st.floats(-1e6, 1e6))
def test_coordinates_have_at_most_one_decimal(value):
    assert re.fullmatch(r"-?\d+(\.[1-9])?", number(value))


# --- Zones --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("band", "low", "high", "zones"),
    [
        (HIGHER, 50, 100, ["below", "floor", "tolerance", "target"]),
        (LOWER, 0, 12, ["below", "floor", "tolerance", "target"]),
        (RANGE, -30, 30, ["below", "floor", "tolerance", "target", "tolerance", "floor", "below"]),
        (HIGHER, 65, 100, ["floor", "tolerance", "target"]),
        (HIGHER, 85, 100, ["target"]),
    ],
)
def test_zones_fill_the_picture_without_gap_or_overlap(band, low, high, zones):
    found = list(spans(band, Scale(low, high, HEIGHT, 0)))
    assert [zone for zone, _top, _bottom in found] == zones
    ordered = sorted((top, bottom) for _zone, top, bottom in found)
    assert (ordered[0][0], ordered[-1][1]) == (0, HEIGHT)
    assert all(before[1] == after[0] for before, after in pairwise(ordered))


def test_lower_is_better_has_its_target_at_the_bottom():
    found = {zone: bottom for zone, _top, bottom in spans(LOWER, Scale(0, 12, HEIGHT, 0))}
    assert found["target"] == HEIGHT


def test_a_band_that_moves_is_drawn_in_steps_and_its_revisions_are_marked():
    points = series(70, 71, 72, 73).points
    other = replace(HIGHER, target=Decimal(85))
    moved = (
        replace(points[0], band=None),
        points[1],
        replace(points[2], band=other),
        replace(points[3], band=other),
    )
    assert [(run.first, run.end) for run in runs(moved)] == [(1, 2), (2, 4)]
    assert revisions(moved) == [1, 2]
    chart = draw_band_chart(Series("K", "%", 1, "HIGHER", moved))
    assert chart.revisions == ["250", "500"]
    target = dict(chart.thresholds)["target"]
    assert target.startswith("M250 ")
    assert re.fullmatch(r"M250 [\d.]+H500V[\d.]+H1000", target)


# --- Pictures -----------------------------------------------------------------------------------------------


def test_gaps_stay_gaps():
    points = series(70, 71, "MISSING", 73, "NOT_APPLICABLE", 75).points
    path = line_path(points, Scale(0, 6, 0, WIDTH), Scale(60, 90, HEIGHT, 0))
    assert re.sub(r"[\d. ]+", "", path) == "MLMM"


def test_what_does_not_count_is_hollow_or_beside_the_line():
    drawn = draw_band_chart(series(70, "MISSING", "NOT_APPLICABLE", "NOT_DUE"))
    assert [mark[0] for mark in drawn.marks] == ["2"]
    assert [mark[0] for mark in drawn.strip] == ["missing", "not-applicable"]
    points = series(70, 71).points
    disputed = (points[0], replace(points[1], status="DISPUTED"))
    drawn = draw_band_chart(Series("K", "%", 1, "HIGHER", disputed))
    assert [mark[0] for mark in drawn.marks] == ["2", "hollow"]
    assert "Disputed (Approaching)" in drawn.newest
    assert [word for _look, _shape, word in drawn.key] == ["Approaching", "Disputed"]
    assert [mark[0] for mark in draw_band_chart(series(5, band=None)).marks] == ["2"]


def test_a_floor_far_away_does_not_squeeze_the_line_flat():
    far = Thresholds(Decimal(0), Decimal("98.5"), Decimal(99))
    low, _high = domain(series(98.7, 99.2, band=far))
    assert low > 90
    drawn = draw_band_chart(series(98.7, 99.2, band=far))
    assert [label.text for label in drawn.band_labels] == ["Target", "Tolerance", "\u2193 Floor"]


def test_per_cent_axes_do_not_go_beyond_a_hundred():
    drawn = draw_band_chart(series(99, 100, band=Thresholds(Decimal(80), Decimal(90), Decimal(100))))
    assert drawn.y_labels[-1].text == "100"


@pytest.mark.parametrize("count", [1, 2, 3, 12, 36, 60])
def test_labels_across_are_few_and_end_with_the_newest_period(count):
    drawn = draw_band_chart(series(*range(count)))
    assert len(drawn.x_labels) <= 7
    assert drawn.x_labels[0].text == drawn.series.points[-1].label
    assert len(drawn.slots) == count


def test_long_names_of_periods_are_shortened_across_but_not_in_the_read_out():
    point = Point(date(2026, 2, 16), date(2026, 3, 15), "16 Feb \u2013 15 Mar 2026", Decimal(5))
    drawn = draw_band_chart(Series("K", "", 0, "HIGHER", (point,)))
    assert drawn.x_labels[0].text == "16 Feb 2026"
    assert drawn.newest.startswith("16 Feb \u2013 15 Mar 2026: 5, No band yet")


finds = st.lists(st.one_of(values, st.sampled_from(["MISSING", "NOT_APPLICABLE", "NOT_DUE"])), max_size=60)


@settings(deadline=None)
@given(
    finds, st.sampled_from([("HIGHER", HIGHER), ("LOWER", LOWER), ("WITHIN_RANGE", RANGE), ("HIGHER", None)])
)
def test_every_series_gives_a_well_formed_picture(found, way):
    drawn = series(*found, polarity=way[0], band=way[1])
    for html in (band_chart(drawn), sparkline(drawn)):
        root = ET.fromstring(f"<x>{html.replace('&nbsp;', ' ')}</x>")
        for path in root.iter("path"):
            coordinates = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", path.get("d") or "")]
            assert all(-8 <= n <= WIDTH for n in coordinates), path.get("d")
        assert "nan" not in html
        assert "style=" not in html


def test_the_picture_has_a_name_a_description_and_a_table_behind_it():
    html = band_chart(series(70, 71, "MISSING"))
    assert 'role="img"' in html
    assert "<title>First-contact resolution over its band</title>" in html
    assert "<desc>3 periods, Jan 2024 to Mar 2024. Approaching: 2, Missing: 1.</desc>" in html
    assert '<a href="/kpis/1/readings/2024-02-01/">Feb 2024</a>' in html
    assert html.count("<tr>") == 4
    assert "<table" not in band_chart(series(70, 71), table=False)


def test_hostile_names_and_units_are_escaped():
    html = band_chart(replace(series(70), name="<script>", unit="<b>")) + sparkline(
        replace(series(70), unit="<b>")
    )
    assert "<script>" not in html
    assert "<b>" not in html


def test_an_empty_series_says_so_in_words():
    html = band_chart(series())
    assert html == '<p class="muted">No period is over yet.</p>\n'
    assert "No period is over yet." in sparkline(series())


def test_the_sparkline_marks_the_newest_value_what_is_hollow_and_what_is_missing():
    points = series(70, "MISSING", 72, 73).points
    drawn = draw_sparkline(
        Series("K", "%", 1, "HIGHER", (*points[:3], replace(points[3], status="DISPUTED")))
    )
    assert drawn.newest is not None
    assert drawn.newest[2] == "hollow"
    assert (len(drawn.missing), len(drawn.lone), drawn.hollow) == (1, 1, [])
    assert drawn.title.endswith("Newest, Apr 2024: 73.0 %, Disputed (Approaching).")
    assert draw_sparkline(series("MISSING")).newest is None


def test_sparkline_of_a_range_shows_both_halves():
    zones = dict(draw_sparkline(series(0, 9, band=RANGE, polarity="WITHIN_RANGE")).zones)
    assert zones["tolerance"].count("M") == 2


def test_limits_are_never_rounded_away():
    class Card:
        decimals = 1

    assert threshold(Decimal("99.950000"), Card) == "99.95"
    assert threshold(Decimal("80.000000"), Card) == "80.0"
    assert threshold(None, Card) == "\u2013"
    assert (figure_plain(Decimal("1200.5000")), figure_plain(None)) == ("1,200.5", "\u2013")


def test_a_tag_takes_a_series_and_nothing_else():
    for tag in (band_chart, sparkline):
        with pytest.raises(TemplateSyntaxError):
            tag("not a series")


# --- Bands that flex, spells and signals --------------------------------------------------------------------


def bent(**more: object) -> Series:
    """Three months of which the second was judged by a moved band."""
    plain = series(81, 75, 82)
    moved = replace(
        plain.points[1], band=Thresholds(Decimal(54), Decimal(64), Decimal(74)), unmoved=HIGHER, verdict=3,
        unmoved_verdict=2,
    )  # fmt: skip
    return replace(plain, points=(plain.points[0], moved, plain.points[2]), **more)


def test_the_signed_band_is_outlined_only_where_it_moved_and_is_no_new_band():
    drawn = draw_band_chart(bent())
    assert len(drawn.unmoved) == 3
    assert all(path.startswith(f"M{number(WIDTH / 3)} ") for path in drawn.unmoved)
    assert drawn.revisions == []
    assert draw_band_chart(series(81, 75, 82)).unmoved == []
    assert "Band as signed, where it moved" in band_chart(bent())
    said = drawn.slots[1][1]
    assert "by the band as signed: Approaching" in said and "Band moved: Target 74" in said
    assert "The band moved in: Feb 2024." in drawn.description


def test_spells_are_shaded_by_their_days_and_named_in_words():
    shades = (
        Shade("Peak season", date(2024, 1, 15), date(2024, 2, 14), "/spells/1/"),
        Shade("Migration", date(2024, 3, 1), None),
        Shade("Peak season", date(2025, 1, 1), None),
    )
    drawn = draw_band_chart(bent(shades=shades))
    assert [(column.letter, column.left, column.width) for column in drawn.shades] == [
        ("A", "16.67%", "33.33%"),
        ("B", "66.67%", "33.33%"),
    ]
    text = band_chart(bent(shades=shades))
    assert '<a href="/spells/1/">15 Jan 2024 to 14 Feb 2024</a>' in text
    assert "Migration" in text and "from 1 Mar 2024" in text
    assert "Spells: Peak season (15 Jan 2024 to 14 Feb 2024)" in drawn.description


def test_letters_of_neighbouring_spells_do_not_collide():
    days = tuple(Shade("Peak", date(2024, 1, day), date(2024, 1, day)) for day in (3, 4, 5))
    assert [bool(column.middle) for column in draw_band_chart(bent(shades=days)).shades] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("kind", ["IMPROVEMENT", "CONCERN", "CHANGE"])
def test_signals_have_a_shape_and_a_word(kind):
    plain = series(81, 75, 82)
    marked = replace(plain, points=(*plain.points[:2], replace(plain.points[2], signal=kind)))
    drawn = draw_band_chart(marked)
    assert [(mark[0], mark[2]) for mark in drawn.signals] == [(kind.lower(), "83.33%")]
    ((_look, _shape, word),) = drawn.signal_key
    assert word in band_chart(marked)
    assert "signal: a change" in drawn.slots[2][1] and "Signals: Mar 2024" in drawn.description


def test_relieved_and_disputed_points_are_hollow_and_a_miss_by_exhaustion_says_so():
    plain = series(81, 75, 82)
    points = (
        replace(plain.points[0], status="RELIEVED"),
        replace(plain.points[1], is_miss=True),
        replace(plain.points[2], status="DISPUTED"),
    )
    drawn = draw_band_chart(replace(plain, points=points))
    assert [mark[0] for mark in drawn.marks] == ["relieved", "2", "hollow"]
    assert {word for _look, _shape, word in drawn.key} == {"Relieved", "Approaching", "Disputed"}
    assert "counts as a miss: the wiggle room was used up" in drawn.slots[1][1]


def test_limits_are_lines_with_names_and_lie_within_the_picture():
    limits = Limits(Decimal(70), Decimal(80), Decimal(90))
    drawn = draw_band_chart(replace(series(81, 75, 82, band=None), limits=limits))
    assert [name for name, _y in drawn.limits] == ["mean", "edge", "edge"]
    assert [label.text for label in drawn.band_labels] == ["Upper limit", "Mean", "Lower limit"]
    assert all(0 < float(y) < HEIGHT for _name, y in drawn.limits)


def test_the_table_behind_says_what_the_picture_says():
    text = band_chart(bent())
    assert "Good, by the band as signed: Approaching" in text
    assert "Band moved: Target 74.0 %, tolerance 64.0 %, floor 54.0 %. As signed: Target 80.0 %" in text
