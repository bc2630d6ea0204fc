"""Two years of an environment's spells as a strip, and a driver as a line: pure geometry."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from kpis.domain.periods import MONTHS

BACK, AHEAD = 17, 7
LABEL_EVERY: Final = 3
LINE_WIDTH, LINE_HEIGHT, MARGIN = 132, 28, 3


@dataclass(frozen=True)
class Bar:
    """A spell on the strip; `x` and `width` in per cent of it, `goes_on` beyond its right end."""

    label: str
    x: str
    width: str
    is_signed: bool
    goes_on: bool


@dataclass(frozen=True)
class Tick:
    """The first day of a month, with its name where there is room for it."""

    x: str
    label: str
    is_year: bool


@dataclass(frozen=True)
class Strip:
    """Twenty-four months around today."""

    first: date
    last: date
    today: str
    ticks: list[Tick]
    bars: list[Bar]

    @property
    def words(self) -> str:
        """What the strip shows, for those who do not see it."""
        return "; ".join(bar.label for bar in self.bars)


def draw_strip(spells: Iterable[tuple[str, date, date | None, bool]], *, on: date) -> Strip:
    """The strip of spells given as (what people call it, first day, last day or None, whether both signed)."""
    first, end = _month(on, -BACK), _month(on, AHEAD)
    days = (end - first).days

    def place(day: date) -> float:
        return min(max((day - first).days / days, 0.0), 1.0)

    months = [_month(first, number) for number in range(BACK + AHEAD)]
    ticks = [
        Tick(_percent(place(month)), _label(month, number), month.month == 1)
        for number, month in enumerate(months)
    ]
    bars = []
    for label, begins, last, is_signed in spells:
        stops = end if last is None or last >= end else date.fromordinal(last.toordinal() + 1)
        if stops <= first or begins >= end:
            continue
        start, stop = place(begins), place(stops)
        # A day is a five-hundredth of the strip: too thin to be seen.
        width = max(stop - start, 0.006)
        bars.append(
            Bar(
                label,
                _percent(min(start, 1 - width)),
                _percent(width),
                is_signed,
                last is None or last >= end,
            )
        )
    return Strip(first, end, _percent(place(on)), ticks, bars)


def _month(day: date, later: int) -> date:
    months = day.year * 12 + day.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)


def _label(month: date, number: int) -> str:
    if number % LABEL_EVERY:
        return ""
    name = MONTHS[month.month - 1]
    return f"{name} {month.year % 100:02d}" if number == 0 or month.month <= LABEL_EVERY else name


def _percent(share: float) -> str:
    return f"{share * 100:.2f}%"


@dataclass(frozen=True)
class Line:
    """A series of context as a line without bands: paths between the periods that have a value, and the newest dot."""

    paths: list[str]
    newest: tuple[str, str] | None
    width: int = LINE_WIDTH
    height: int = LINE_HEIGHT


def draw_line(values: Sequence[Decimal | None]) -> Line:
    """The line of the values, oldest first; where one is missing it is broken."""
    known = [value for value in values if value is not None]
    if not known:
        return Line([], None)
    low, high = min(known), max(known)
    spread = float(high - low) or 1.0
    step = (LINE_WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    places = [
        None
        if value is None
        else (
            f"{MARGIN + number * step:.1f}",
            f"{LINE_HEIGHT - MARGIN - float(value - low) / spread * (LINE_HEIGHT - 2 * MARGIN):.1f}",
        )
        for number, value in enumerate(values)
    ]
    paths: list[str] = []
    goes_on = False
    for place in places:
        if place is None:
            goes_on = False
            continue
        at = f"{place[0]} {place[1]}"
        if goes_on:
            paths[-1] += f"L{at}"
        else:
            paths.append(f"M{at}h0")
        goes_on = True
    return Line(paths, next(place for place in reversed(places) if place is not None))
