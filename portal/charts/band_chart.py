"""The band chart: a value's line over the band that moves with what both sides signed.

Across, everything is a share of the width, so that one picture fits a phone, a desk and paper; down, it is pixels,
so that writing keeps its size. Lines and zones lie in an inner picture that stretches, marks and words outside it.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from portal.charts import shades, words
from portal.charts.labels import (
    HEIGHT,
    HUNDRED,
    Label,
    band_labels,
    newest_label,
    per_cent,
    x_labels,
    y_labels,
)
from portal.charts.marks import (
    Mark,
    is_in_strip,
    key_of,
    signal_key,
    signal_mark,
    strip_mark,
    value_mark,
)
from portal.charts.scales import Scale, extent
from portal.charts.shades import Column, Entry
from portal.charts.zones import ZONES, number, revisions, threshold_path, zone_paths
from portal.lib.series import Point, Series, Thresholds

WIDTH = 1000
STRIP, AXIS = 20, 24
SIX = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")
# A floor further away than this many spans of everything else would squeeze the line flat.
FAR = Decimal("1.5")

# The column of one period, to be pointed at: x in per cent and what it says.
Slot = tuple[str, str]


@dataclass(frozen=True)
class BandChart:
    """Everything the template writes down."""

    series: Series
    title: str
    description: str
    newest: str
    zones: list[tuple[str, str]]
    thresholds: list[tuple[str, str]]
    unmoved: list[str]
    shades: list[Column]
    legend: list[Entry]
    limits: list[tuple[str, str]]
    revisions: list[str]
    line: str
    marks: list[Mark]
    signals: list[Mark]
    strip: list[Mark]
    slots: list[Slot]
    slot_width: str
    key: list[tuple[str, str, str]]
    signal_key: list[tuple[str, str, str]]
    y_labels: list[Label]
    x_labels: list[Label]
    band_labels: list[Label]
    newest_label: Label | None
    width: int = WIDTH
    height: int = HEIGHT
    full_height: int = HEIGHT + AXIS
    axis_y: int = HEIGHT + AXIS - 6
    strip_y: int = HEIGHT + STRIP // 2 + 2


def draw_band_chart(series: Series) -> BandChart:
    """Places everything; a series without periods gives an empty picture that says so."""
    points = series.points
    low, high = domain(series)
    y = Scale(float(low), float(high), HEIGHT, 0.0)
    x = Scale(0, max(len(points), 1), 0, WIDTH)
    strip = [strip_mark(series, slot) for slot, point in enumerate(points) if is_in_strip(point)]
    valued = [slot for slot, point in enumerate(points) if point.value is not None]
    marks = [value_mark(series, slot, y) for slot in valued]
    signals = [signal_mark(series, slot, y) for slot in valued if points[slot].signal]
    newest = points[-1] if points else None
    strip_room = STRIP if strip else 0
    return BandChart(
        series=series,
        title=_("%(name)s over its band") % {"name": series.name},
        description=words.description(series),
        newest=words.read_out(series, newest, words.bands(series, newest))
        if newest
        else words.description(series),
        zones=[(name, path) for name, path in zone_paths(points, x, y).items() if name in ZONES],
        thresholds=[
            (name.removeprefix("upper_"), path)
            for name in SIX
            if (path := threshold_path(points, name, x, y))
        ],
        unmoved=[path for name in SIX if (path := threshold_path(points, name, x, y, "unmoved"))],
        shades=shades.columns(series),
        legend=shades.legend(series),
        limits=_limit_lines(series, y),
        revisions=[number(x(slot)) for slot in revisions(points)],
        line=line_path(points, x, y),
        marks=marks,
        signals=signals,
        strip=strip,
        slots=_slots(series),
        slot_width=per_cent(1, max(len(points), 1)),
        key=key_of({mark[0] for mark in [*marks, *strip]}),
        signal_key=signal_key({mark[0] for mark in signals}),
        y_labels=y_labels(series, low, high, y),
        x_labels=x_labels(points),
        band_labels=band_labels(series, y),
        newest_label=newest_label(series, y),
        full_height=HEIGHT + strip_room + AXIS,
        axis_y=HEIGHT + strip_room + AXIS - 6,
    )


def domain(series: Series) -> tuple[Decimal, Decimal]:
    """From where to where the picture reaches: all values, targets and tolerances, and floors that are not far off."""
    bands = {band for point in series.points for band in (point.band, point.unmoved) if band is not None}
    near = [point.value for point in series.points if point.value is not None]
    near += [value for band in bands for value in _limits(band, "tolerance", "target")]
    if series.limits is not None:
        near += [series.limits.lower, series.limits.upper]
    floors = [value for band in bands for value in _limits(band, "floor")]
    if near:
        low, high = min(near), max(near)
        reach = (high - low) * FAR
        near += [floor for floor in floors if low - reach <= floor <= high + reach]
    low, high = extent(near or floors)
    if series.unit == "%" and near and max(near) <= HUNDRED < high:
        high = HUNDRED + (HUNDRED - low) / 100
    return low, high


def line_path(points: tuple[Point, ...], x: Scale, y: Scale) -> str:
    """The value's line; a period without a value breaks it."""
    parts: list[str] = []
    joined = False
    for slot, point in enumerate(points):
        if point.value is not None:
            parts.append(f"{'L' if joined else 'M'}{number(x(slot + 0.5))} {number(y(point.value))}")
        joined = point.value is not None
    return "".join(parts)


def _limits(band: Thresholds, *names: str) -> list[Decimal]:
    both = [getattr(band, half + name) for name in names for half in ("", "upper_")]
    return [value for value in both if value is not None]


def _limit_lines(series: Series, y: Scale) -> list[tuple[str, str]]:
    if series.limits is None:
        return []
    limits = series.limits
    named = (("mean", limits.mean), ("edge", limits.upper), ("edge", limits.lower))
    return [(name, number(y(value))) for name, value in named]


def _slots(series: Series) -> list[Slot]:
    count = len(series.points)
    said: dict[tuple[Thresholds | None, Thresholds | None], str] = {}
    found = []
    for slot, point in enumerate(series.points):
        key = (point.band, point.unmoved)
        if key not in said:
            said[key] = words.bands(series, point)
        found.append((per_cent(slot, count), words.read_out(series, point, said[key])))
    return found


__all__ = ["BandChart", "domain", "draw_band_chart", "line_path"]
