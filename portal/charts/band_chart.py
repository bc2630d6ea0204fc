"""The band chart: a value's line over the band that moves with what both sides signed.

Across, everything is a share of the width, so that one picture fits a phone, a desk and paper; down, it is pixels,
so that writing keeps its size. Lines and zones lie in an inner picture that stretches, marks and words outside it.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from portal.charts import words
from portal.charts.scales import Scale, apart, extent, nice_step, nice_ticks, tick_label
from portal.charts.zones import ZONES, number, revisions, threshold_path, zone_paths
from portal.lib.series import Point, Series, Thresholds

WIDTH, HEIGHT = 1000, 280
STRIP, AXIS = 20, 24
LINE = 14.0
ROOM = 24.0
CIRCLE = "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z"
SHAPES = {
    "3": CIRCLE,
    "2": CIRCLE + "M0-3.5a3.5 3.5 0 0 1 0 7z",
    "1": "M0-4.5 4.2 3.2H-4.2Z",
    "0": "M0-5 5 0 0 5-5 0Z",
    "no-band": CIRCLE,
    "hollow": CIRCLE,
    "missing": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0zM0-2V0L1.5 1",
    "not-applicable": "M-4 0H4",
}
HUNDRED = Decimal(100)
ALL_LABELS, NARROW_EVERY = 7, 3
STEPS = (1, 2, 3, 4, 6, 8, 10, 12, 15, 20, 30)
# A floor further away than this many spans of everything else would squeeze the line flat.
FAR = Decimal("1.5")


@dataclass(frozen=True)
class Label:
    """A word on the picture: x in per cent, y in pixels; `minor` is left out where there is little room."""

    text: str
    x: str = ""
    y: str = ""
    minor: bool = False
    kind: str = ""
    note: str = ""


# One period on the line: its look (a verdict's step, "no-band", or why there is none), its shape as a path around
# the origin, x in per cent, y in pixels.
Mark = tuple[str, str, str, str]
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
    revisions: list[str]
    line: str
    marks: list[Mark]
    strip: list[Mark]
    slots: list[Slot]
    slot_width: str
    key: list[tuple[str, str, str]]
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
    strip = [_strip_mark(series, slot) for slot, point in enumerate(points) if _in_strip(point)]
    marks = [_mark(series, slot, y) for slot, point in enumerate(points) if point.value is not None]
    newest = points[-1] if points else None
    strip_room = STRIP if strip else 0
    return BandChart(
        series=series,
        title=_("%(name)s over its band") % {"name": series.name},
        description=words.description(series),
        newest=words.read_out(series, newest, words.band(series, newest.band))
        if newest
        else words.description(series),
        zones=[(name, path) for name, path in zone_paths(points, x, y).items() if name in ZONES],
        thresholds=[
            (name.removeprefix("upper_"), path)
            for name in ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")
            if (path := threshold_path(points, name, x, y))
        ],
        revisions=[number(x(slot)) for slot in revisions(points)],
        line=line_path(points, x, y),
        marks=marks,
        strip=strip,
        slots=_slots(series),
        slot_width=_per_cent(1, max(len(points), 1)),
        key=_key({mark[0] for mark in [*marks, *strip]}),
        y_labels=_y_labels(series, low, high, y),
        x_labels=_x_labels(points),
        band_labels=_band_labels(series, y),
        newest_label=_newest_label(series, y),
        full_height=HEIGHT + strip_room + AXIS,
        axis_y=HEIGHT + strip_room + AXIS - 6,
    )


def domain(series: Series) -> tuple[Decimal, Decimal]:
    """From where to where the picture reaches: all values, targets and tolerances, and floors that are not far off."""
    bands = {point.band for point in series.points if point.band is not None}
    near = [point.value for point in series.points if point.value is not None]
    near += [value for band in bands for value in _limits(band, "tolerance", "target")]
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


def _per_cent(slot: float, count: int) -> str:
    return f"{100 * slot / count:.2f}%"


def _mark(series: Series, slot: int, y: Scale) -> Mark:
    point = series.points[slot]
    assert point.value is not None  # noqa: S101  only called for periods with a value
    look = "no-band" if point.verdict is None else str(point.verdict)
    x = _per_cent(slot + 0.5, len(series.points))
    look = "hollow" if point.status else look
    return look, SHAPES[look], x, number(y(point.value))


def _key(looks: set[str]) -> list[tuple[str, str, str]]:
    """The looks that occur, each with its shape and word."""
    words_of = {
        "3": _("Good"),
        "2": _("Approaching"),
        "1": _("Requires improvement"),
        "0": _("Inadequate"),
        "no-band": _("No band yet"),
        "hollow": _("Disputed"),
        "not-applicable": _("Not applicable"),
        "missing": _("Missing"),
    }
    return [(look, SHAPES[look], word) for look, word in words_of.items() if look in looks]


def _in_strip(point: Point) -> bool:
    return point.value is None and point.status in ("MISSING", "NOT_APPLICABLE", "DISPUTED")


def _strip_mark(series: Series, slot: int) -> Mark:
    look = "not-applicable" if series.points[slot].status == "NOT_APPLICABLE" else "missing"
    return look, SHAPES[look], _per_cent(slot + 0.5, len(series.points)), ""


def _slots(series: Series) -> list[Slot]:
    count = len(series.points)
    bands = {point.band: words.band(series, point.band) for point in series.points}
    return [
        (_per_cent(slot, count), words.read_out(series, point, bands[point.band]))
        for slot, point in enumerate(series.points)
    ]


def _y_labels(series: Series, low: Decimal, high: Decimal, y: Scale) -> list[Label]:
    ticks = nice_ticks(low, high)
    if not ticks:
        return []
    step = nice_step(high - low, 5)
    if series.unit == "%" and high <= HUNDRED + 2:
        ticks = [tick for tick in ticks if tick <= HUNDRED]
    return [Label(tick_label(tick, step), y=number(y(tick))) for tick in ticks]


def _x_labels(points: tuple[Point, ...]) -> list[Label]:
    count = len(points)
    step = next((step for step in STEPS if step * ALL_LABELS >= count), -(-count // ALL_LABELS))
    # From the newest back, which people look for first.
    return [
        Label(
            words.short(points[slot]),
            _per_cent(slot + 0.5, count),
            minor=bool(nth % NARROW_EVERY) and count > NARROW_EVERY,
        )
        for nth, slot in enumerate(range(count - 1, -1, -step))
    ]


def _band_labels(series: Series, y: Scale) -> list[Label]:
    """The thresholds of the newest band, beside the picture, moved apart where they lie close."""
    band = next((point.band for point in reversed(series.points) if point.band is not None), None)
    if band is None:
        return []
    names = {"floor": _("Floor"), "tolerance": _("Tolerance"), "target": _("Target")}
    found: list[tuple[float, Label]] = []
    for half in ("", "upper_"):
        for name, word in names.items():
            value: Decimal | None = getattr(band, half + name)
            if value is None:
                continue
            arrow = "\u2193 " if float(value) < y.low else "\u2191 " if float(value) > y.high else ""
            found.append((y(value), Label(arrow + word, kind=name, note=words.threshold(series, value))))
    found.sort(key=lambda placed: placed[0])
    places = apart([place for place, _label in found], LINE, 5.0, HEIGHT - 3.0)
    return [
        Label(label.text, y=number(place + 4), kind=label.kind, note=label.note)
        for place, (_at, label) in zip(places, found, strict=True)
    ]


def _newest_label(series: Series, y: Scale) -> Label | None:
    """The newest value beside its mark, on the side that the line does not come from."""
    valued = [point.value for point in series.points if point.value is not None]
    if not valued:
        return None
    slot = max(slot for slot, point in enumerate(series.points) if point.value is not None)
    place, before = y(valued[-1]), y(valued[-2]) if len(valued) > 1 else HEIGHT
    goes_below = (before < place and place < HEIGHT - ROOM) or place < ROOM
    return Label(
        words.amount(series, valued[-1]),
        x=_per_cent(slot + 0.5, len(series.points)),
        y=number(place + 20 if goes_below else place - 10),
    )


__all__ = ["BandChart", "domain", "draw_band_chart", "line_path"]
