"""What a chart says in words: to those who read its title, its table or its read-out."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kpis.queries import cells
from portal.lib.series import Point, Series, Shade, Thresholds

LONGEST_LABEL = 11
SIGNALS: Mapping[str, Promise] = {
    "IMPROVEMENT": gettext_lazy("signal: a change for the better"),
    "CONCERN": gettext_lazy("signal: a change for the worse"),
    "CHANGE": gettext_lazy("signal: a change"),
}
# What a period can be, in the order in which they are counted up.
STANDINGS: Mapping[str, Promise] = {
    "3": gettext_lazy("Good"),
    "2": gettext_lazy("Approaching"),
    "1": gettext_lazy("Requires improvement"),
    "0": gettext_lazy("Inadequate"),
    "None": gettext_lazy("No band yet"),
    "DISPUTED": gettext_lazy("Disputed"),
    "RELIEVED": gettext_lazy("Relieved"),
    "NOT_APPLICABLE": gettext_lazy("Not applicable"),
    "MISSING": gettext_lazy("Missing"),
    "NOT_DUE": gettext_lazy("Not due yet"),
}
DASH = "\u2013"


def amount(series: Series, value: Decimal | None) -> str:
    """A value with its unit: "97.5 %"."""
    return DASH if value is None else f"{cells.figure(value, series.decimals)} {series.unit}".strip()


def threshold(series: Series, value: Decimal) -> str:
    """A threshold in at least the shown decimals, and in up to two more: the explanation of a reading has all six."""
    places = min(max(places_of(value), series.decimals), series.decimals + 2)
    return f"{cells.figure(value, places)} {series.unit}".strip()


def places_of(value: Decimal) -> int:
    """How many decimals a number has, not counting zeros at its end."""
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def standing(point: Point) -> str:
    """The period's verdict, or why it has none."""
    if not point.status:
        return str(STANDINGS[str(point.verdict)])
    word = str(STANDINGS[point.status])
    if point.status == "DISPUTED" and point.verdict is not None:
        return f"{word} ({STANDINGS[str(point.verdict)]})"
    return word


def band(series: Series, thresholds: Thresholds | None) -> str:
    """A band in one line."""
    if thresholds is None:
        return _("No band yet")
    said = {name: threshold(series, getattr(thresholds, name)) for name in ("floor", "tolerance", "target")}
    if (
        thresholds.upper_target is None
        or thresholds.upper_tolerance is None
        or thresholds.upper_floor is None
    ):
        return _("Target %(target)s, tolerance %(tolerance)s, floor %(floor)s") % said
    upper = {
        "upper_target": threshold(series, thresholds.upper_target),
        "upper_tolerance": threshold(series, thresholds.upper_tolerance),
        "upper_floor": threshold(series, thresholds.upper_floor),
    }
    return _(
        "Target %(target)s to %(upper_target)s, tolerance %(tolerance)s to %(upper_tolerance)s,"
        " floor %(floor)s to %(upper_floor)s"
    ) % {**said, **upper}


def bands(series: Series, point: Point) -> str:
    """The band that judges a period in one line, and the one that was signed where it was moved."""
    judging = band(series, point.band)
    if point.unmoved is None:
        return judging
    return _("Band moved: %(moved)s. As signed: %(signed)s") % {
        "moved": judging,
        "signed": band(series, point.unmoved),
    }


def signal(point: Point) -> str:
    """What kind of signal the value is; "" for ordinary variation."""
    return str(SIGNALS[point.signal]) if point.signal else ""


def more(point: Point) -> list[str]:
    """What is to be said of a period beside its verdict."""
    said = []
    if point.unmoved_verdict is not None and point.unmoved_verdict != point.verdict:
        said.append(_("by the band as signed: %(word)s") % {"word": STANDINGS[str(point.unmoved_verdict)]})
    if point.is_miss:
        said.append(_("counts as a miss: the wiggle room was used up"))
    return [*said, *filter(None, [signal(point)])]


def read_out(series: Series, point: Point, its_band: str) -> str:
    """Everything about one period in one line; `its_band` is what `bands` says of it."""
    if point.value is None:
        return f"{point.label}: {standing(point)}"
    said = ", ".join([f"{point.label}: {amount(series, point.value)}", standing(point), *more(point)])
    return said if point.band is None else f"{said}. {its_band}"


def description(series: Series) -> str:
    """What the picture shows, for those who do not see it."""
    points = series.points
    if not points:
        return _("No period is over yet.")
    counted = Counter(point.status or str(point.verdict) for point in points)
    parts = [f"{word}: {counted[key]}" for key, word in STANDINGS.items() if counted[key]]
    span = ngettext("%(n)d period, %(first)s.", "%(n)d periods, %(first)s to %(last)s.", len(points)) % {
        "n": len(points),
        "first": points[0].label,
        "last": points[-1].label,
    }
    return " ".join([f"{span} {', '.join(parts)}.", *_circumstances(series)])


def _circumstances(series: Series) -> list[str]:
    """What bent the band, and which values are signals."""
    said = []
    moved = [point.label for point in series.points if point.unmoved is not None]
    if moved:
        said.append(_("The band moved in: %(periods)s.") % {"periods": ", ".join(moved)})
    held = [f"{shade.name} ({days(shade)})" for shade in series.shades]
    if held:
        said.append(_("Spells: %(spells)s.") % {"spells": ", ".join(held)})
    signals = [f"{point.label} ({signal(point)})" for point in series.points if point.signal]
    if signals:
        said.append(_("Signals: %(signals)s.") % {"signals": ", ".join(signals)})
    return said


def days(shade: Shade) -> str:
    """From when to when a spell holds."""
    first = date_format(shade.first_day, "j M Y")
    if shade.last_day is None:
        return _("from %(first)s") % {"first": first}
    if shade.last_day == shade.first_day:
        return first
    return _("%(first)s to %(last)s") % {"first": first, "last": date_format(shade.last_day, "j M Y")}


def short(point: Point) -> str:
    """The period's name where there is little room."""
    if len(point.label) <= LONGEST_LABEL:
        return point.label
    return f"{point.first_day.day} {point.first_day:%b %Y}"
