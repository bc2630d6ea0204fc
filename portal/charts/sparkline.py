"""The sparkline: the last periods over their band, as small as a word."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from portal.charts import words
from portal.charts.band_chart import line_path
from portal.charts.scales import Scale, extent
from portal.charts.zones import number, zone_paths
from portal.lib.series import Series

WIDTH, HEIGHT, MARGIN = 132, 28, 3


@dataclass(frozen=True)
class Sparkline:
    """Everything the template writes down."""

    title: str
    zones: list[tuple[str, str]]
    line: str
    hollow: list[tuple[str, str]]
    lone: list[tuple[str, str]]
    missing: list[str]
    newest: tuple[str, str, str] | None
    width: int = WIDTH
    height: int = HEIGHT
    foot: int = HEIGHT - 2


def draw_sparkline(series: Series) -> Sparkline:
    """The same rules as the band chart: gaps stay gaps, what does not count is hollow."""
    points = series.points
    values = [point.value for point in points if point.value is not None]
    limits = [point.band.target for point in points if point.band is not None]
    limits += [point.band.tolerance for point in points if point.band is not None]
    limits += [
        point.band.upper_target for point in points if point.band and point.band.upper_target is not None
    ]
    low, high = extent([*values, *limits], padding=Decimal("0.12"))
    y = Scale(float(low), float(high), HEIGHT, 0)
    x = Scale(0, max(len(points), 1), 0, WIDTH)
    inner = Scale(float(low), float(high), HEIGHT - MARGIN, MARGIN)
    at = {
        slot: (number(x(slot + 0.5)), number(inner(point.value)))
        for slot, point in enumerate(points)
        if point.value is not None
    }
    newest = max(at, default=None)
    return Sparkline(
        title=_title(series),
        zones=list(zone_paths(points, x, y).items()),
        line=line_path(points, x, inner),
        hollow=[at[slot] for slot in at if points[slot].status and slot != newest],
        lone=[
            at[slot] for slot in at if slot - 1 not in at and slot + 1 not in at and not points[slot].status
        ],
        missing=[number(x(slot + 0.5)) for slot, point in enumerate(points) if point.status == "MISSING"],
        newest=None if newest is None else (*at[newest], "hollow" if points[newest].status else "solid"),
    )


def _title(series: Series) -> str:
    if not series.points:
        return words.description(series)
    newest = series.points[-1]
    said = words.standing(newest)
    if newest.value is not None:
        said = f"{words.amount(series, newest.value)}, {said}"
    return _("%(summary)s Newest, %(period)s: %(said)s.") % {
        "summary": words.description(series),
        "period": newest.label,
        "said": said,
    }
