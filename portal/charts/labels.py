"""The words around a band chart: ticks, the names of limits, and the newest value, none over another."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from portal.charts import words
from portal.charts.scales import Scale, apart, nice_step, nice_ticks, tick_label
from portal.charts.zones import number
from portal.lib.series import Point, Series, Thresholds

HEIGHT = 280
LINE = 14.0
ROOM = 24.0
HUNDRED = Decimal(100)
ALL_LABELS, NARROW_EVERY = 7, 3
STEPS = (1, 2, 3, 4, 6, 8, 10, 12, 15, 20, 30)


@dataclass(frozen=True)
class Label:
    """A word on the picture: x in per cent, y in pixels; `minor` is left out where there is little room."""

    text: str
    x: str = ""
    y: str = ""
    minor: bool = False
    kind: str = ""
    note: str = ""


def per_cent(slot: float, count: int) -> str:
    """The place of a slot across the picture."""
    return f"{100 * slot / count:.2f}%"


def y_labels(series: Series, low: Decimal, high: Decimal, y: Scale) -> list[Label]:
    """Round numbers beside the grid."""
    ticks = nice_ticks(low, high)
    if not ticks:
        return []
    step = nice_step(high - low, 5)
    if series.unit == "%" and high <= HUNDRED + 2:
        ticks = [tick for tick in ticks if tick <= HUNDRED]
    return [Label(tick_label(tick, step), y=number(y(tick))) for tick in ticks]


def x_labels(points: tuple[Point, ...]) -> list[Label]:
    """Names of periods below, as many as a phone has room for without the minor ones."""
    count = len(points)
    step = next((step for step in STEPS if step * ALL_LABELS >= count), -(-count // ALL_LABELS))
    # From the newest back, which people look for first.
    return [
        Label(
            words.short(points[slot]),
            per_cent(slot + 0.5, count),
            minor=bool(nth % NARROW_EVERY) and count > NARROW_EVERY,
        )
        for nth, slot in enumerate(range(count - 1, -1, -step))
    ]


def band_labels(series: Series, y: Scale) -> list[Label]:
    """The thresholds of the newest band, or the limits, beside the picture, moved apart where they lie close."""
    found = sorted(((y(value), label) for value, label in _beside(series, y)), key=lambda placed: placed[0])
    places = apart([place for place, _label in found], LINE, 5.0, HEIGHT - 3.0)
    return [
        Label(label.text, y=number(place + 4), kind=label.kind, note=label.note)
        for place, (_at, label) in zip(places, found, strict=True)
    ]


def _beside(series: Series, y: Scale) -> list[tuple[Decimal, Label]]:
    if series.limits is not None:
        limits = series.limits
        named = ((limits.upper, _("Upper limit")), (limits.mean, _("Mean")), (limits.lower, _("Lower limit")))
        return [(value, Label(word, kind="limit", note=words.amount(series, value))) for value, word in named]
    band = next((point.band for point in reversed(series.points) if point.band is not None), None)
    return [] if band is None else _of_band(series, band, y)


def _of_band(series: Series, band: Thresholds, y: Scale) -> list[tuple[Decimal, Label]]:
    names = {"floor": _("Floor"), "tolerance": _("Tolerance"), "target": _("Target")}
    found = []
    for half in ("", "upper_"):
        for name, word in names.items():
            value: Decimal | None = getattr(band, half + name)
            if value is not None:
                arrow = "\u2193 " if float(value) < y.low else "\u2191 " if float(value) > y.high else ""
                found.append((value, Label(arrow + word, kind=name, note=words.threshold(series, value))))
    return found


def newest_label(series: Series, y: Scale) -> Label | None:
    """The newest value beside its mark, on the side that the line does not come from."""
    valued = [point.value for point in series.points if point.value is not None]
    if not valued:
        return None
    slot = max(slot for slot, point in enumerate(series.points) if point.value is not None)
    place, before = y(valued[-1]), y(valued[-2]) if len(valued) > 1 else HEIGHT
    goes_below = (before < place and place < HEIGHT - ROOM) or place < ROOM
    return Label(
        words.amount(series, valued[-1]),
        x=per_cent(slot + 0.5, len(series.points)),
        y=number(place + 20 if goes_below else place - 10),
    )
