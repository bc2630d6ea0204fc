"""The marks of a band chart: a shape for each verdict, for what has none, and around what is a signal."""

from django.utils.translation import gettext as _

from portal.charts.labels import per_cent
from portal.charts.scales import Scale
from portal.charts.zones import number
from portal.lib.series import Point, Series

CIRCLE = "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z"
SHAPES = {
    "3": CIRCLE,
    "2": CIRCLE + "M0-3.5a3.5 3.5 0 0 1 0 7z",
    "1": "M0-4.5 4.2 3.2H-4.2Z",
    "0": "M0-5 5 0 0 5-5 0Z",
    "no-band": CIRCLE,
    "hollow": CIRCLE,
    "relieved": "M-4-4h8v8h-8Z",
    "missing": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0zM0-2V0L1.5 1",
    "not-applicable": "M-4 0H4",
}
RING = "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0-16 0z"
# Around the mark of a signal: a ring for the better, a diamond for the worse, a square for what is neither.
AROUND = {"IMPROVEMENT": RING, "CONCERN": "M0-9.5 9.5 0 0 9.5-9.5 0Z", "CHANGE": "M-7.5-7.5h15v15h-15Z"}

# One period on the line: its look (a verdict's step, "no-band", or why there is none), its shape as a path around
# the origin, x in per cent, y in pixels.
Mark = tuple[str, str, str, str]


def value_mark(series: Series, slot: int, y: Scale) -> Mark:
    """The mark of a period's value: its verdict's shape, hollow where it does not count."""
    point = series.points[slot]
    assert point.value is not None  # noqa: S101  only called for periods with a value
    look = "no-band" if point.verdict is None else str(point.verdict)
    x = per_cent(slot + 0.5, len(series.points))
    look = look if not point.status else "relieved" if point.status == "RELIEVED" else "hollow"
    return look, SHAPES[look], x, number(y(point.value))


def key_of(looks: set[str]) -> list[tuple[str, str, str]]:
    """The looks that occur, each with its shape and word."""
    words_of = {
        "3": _("Good"),
        "2": _("Approaching"),
        "1": _("Requires improvement"),
        "0": _("Inadequate"),
        "no-band": _("No band yet"),
        "hollow": _("Disputed"),
        "relieved": _("Relieved"),
        "not-applicable": _("Not applicable"),
        "missing": _("Missing"),
    }
    return [(look, SHAPES[look], word) for look, word in words_of.items() if look in looks]


def signal_mark(series: Series, slot: int, y: Scale) -> Mark:
    """What surrounds the mark of a signal."""
    point = series.points[slot]
    place = number(y(point.value or 0))
    look = point.signal.lower()
    return look, AROUND[point.signal], per_cent(slot + 0.5, len(series.points)), place


def signal_key(looks: set[str]) -> list[tuple[str, str, str]]:
    """The kinds of signals that occur, each with its shape and word."""
    words_of = {
        "IMPROVEMENT": _("Signal: a change for the better"),
        "CONCERN": _("Signal: a change for the worse"),
        "CHANGE": _("Signal: a change"),
    }
    return [(kind.lower(), AROUND[kind], word) for kind, word in words_of.items() if kind.lower() in looks]


def is_in_strip(point: Point) -> bool:
    """Whether the period has no value and that needs saying below the picture."""
    return point.value is None and point.status in ("MISSING", "NOT_APPLICABLE", "DISPUTED")


def strip_mark(series: Series, slot: int) -> Mark:
    """The mark of a period without a value."""
    look = "not-applicable" if series.points[slot].status == "NOT_APPLICABLE" else "missing"
    return look, SHAPES[look], per_cent(slot + 0.5, len(series.points)), ""
