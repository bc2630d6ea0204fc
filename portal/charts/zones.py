"""The moving band as areas: runs of periods under the same thresholds, cut into zones from bad to good."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from portal.charts.scales import Scale
from portal.lib.series import Point, Thresholds

ZONES = ("below", "floor", "tolerance", "target")
THRESHOLDS = ("floor", "tolerance", "target")
UPPER = ("upper_target", "upper_tolerance", "upper_floor")


@dataclass(frozen=True)
class Run:
    """Neighbouring periods, from slot `first` up to but without slot `end`, under one band."""

    first: int
    end: int
    band: Thresholds


def runs(points: Sequence[Point], which: str = "band") -> list[Run]:
    """The stretches under one band, in order; periods without a band belong to none.

    `which` is "band", which judges, or "unmoved", as it was signed where it was moved.
    """
    found = []
    for band, group in groupby(enumerate(points), key=lambda numbered: getattr(numbered[1], which)):
        slots = [slot for slot, _point in group]
        if band is not None:
            found.append(Run(slots[0], slots[-1] + 1, band))
    return found


def revisions(points: Sequence[Point]) -> list[int]:
    """The slots whose signed band differs from the one before them: where a revision took effect."""
    return [
        slot
        for slot in range(1, len(points))
        if points[slot].signed is not None and points[slot].signed != points[slot - 1].signed
    ]


def spans(band: Thresholds, y: Scale) -> Iterator[tuple[str, float, float]]:
    """The zones of a band as (zone, top, bottom) on the page; those without height are left out."""
    lower = [y(band.floor), y(band.tolerance), y(band.target)]
    top, bottom = y(y.high), y(y.low)
    names: tuple[str, ...] = ZONES
    if band.upper_target is not None:
        edges = [y(getattr(band, name)) for name in UPPER]
        places = [bottom, *lower, *edges, top]
        names = (*ZONES, "tolerance", "floor", "below")
    elif band.floor > band.target:  # lower is better
        places = [top, *lower, bottom]
    else:
        places = [bottom, *lower, top]
    for name, one, other in zip(names, places, places[1:], strict=False):
        if one != other:
            yield name, min(one, other), max(one, other)


def zone_paths(points: Sequence[Point], x: Scale, y: Scale) -> dict[str, str]:
    """One path for each zone, drawn over all runs; x maps slots."""
    paths: dict[str, list[str]] = {}
    for run in runs(points):
        left, right = number(x(run.first)), number(x(run.end))
        for zone, top, bottom in spans(run.band, y):
            paths.setdefault(zone, []).append(f"M{left} {number(top)}H{right}V{number(bottom)}H{left}Z")
    return {zone: "".join(parts) for zone, parts in paths.items()}


def threshold_path(points: Sequence[Point], name: str, x: Scale, y: Scale, which: str = "band") -> str:
    """The stepped line of one threshold; it breaks where there is no band."""
    parts: list[str] = []
    before = -1
    for run in runs(points, which):
        value = getattr(run.band, name)
        if value is None:
            continue
        place = number(y(value))
        parts.append(f"V{place}" if run.first == before else f"M{number(x(run.first))} {place}")
        parts.append(f"H{number(x(run.end))}")
        before = run.end
    return "".join(parts)


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")
