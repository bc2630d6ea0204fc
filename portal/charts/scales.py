"""From numbers to places on the page: scales, and ticks that people can read."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

# Enough digits for every number a column holds, so that no tick is ever rounded.
EXACT = Context(prec=60)
NICE = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
SUFFIXES = ((Decimal("1e12"), "tn"), (Decimal("1e9"), "bn"), (Decimal("1e6"), "m"), (Decimal("1e4"), "k"))
THOUSAND = Decimal(1000)
MINUS = "\u2212"


@dataclass(frozen=True)
class Scale:
    """Maps [low, high] to [start, end] in a straight line; what lies outside is held at the nearer end."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: Decimal | float) -> float:
        share = (float(value) - self.low) / (self.high - self.low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)


def nice_step(span: Decimal, about: int) -> Decimal:
    """The smallest of 1, 2 and 5 times a power of ten that cuts a positive `span` into at most `about` parts."""
    rough = EXACT.divide(span, Decimal(about))
    power = Decimal(1).scaleb(rough.adjusted())
    return next(power * nice for nice in NICE if power * nice >= rough)


def nice_ticks(low: Decimal, high: Decimal, about: int = 5) -> list[Decimal]:
    """Round numbers within [low, high], evenly apart and at most `about` + 1 of them; none for an empty span."""
    if high <= low:
        return []
    step = nice_step(EXACT.subtract(high, low), about)
    first = int(EXACT.divide(low, step).to_integral_value(ROUND_CEILING, EXACT))
    last = int(EXACT.divide(high, step).to_integral_value(ROUND_FLOOR, EXACT))
    return [EXACT.multiply(step, Decimal(number)) for number in range(first, last + 1)]


def extent(values: Iterable[Decimal], *, padding: Decimal = Decimal("0.1")) -> tuple[Decimal, Decimal]:
    """Lowest and highest of some values with air on both sides, never empty; nothing negative is invented.

    Air below would cross zero only where a value does, for a chart of counts has no business below it.
    """
    found = list(values)
    low, high = (min(found), max(found)) if found else (Decimal(0), Decimal(1))
    span = high - low
    air = span * padding if span else max(abs(high) * padding, Decimal(1))
    below = low - air
    return (Decimal(0) if low >= 0 > below else below), high + air


def tick_label(value: Decimal, step: Decimal) -> str:
    """A tick in as few digits as its neighbours allow: "97.5", "12,000", "1.5m"."""
    for size, suffix in SUFFIXES:
        if abs(value) >= size and step >= size / THOUSAND:
            unit = size if suffix != "k" else THOUSAND
            return _plain(EXACT.divide(value, unit)) + suffix
    return _plain(value)


def _plain(value: Decimal) -> str:
    text = f"{value.normalize(EXACT):,f}"
    return text.replace("-", MINUS)


def apart(places: list[float], gap: float, low: float, high: float) -> list[float]:
    """The same places in the same order, moved as little as needed to lie at least `gap` apart within [low, high].

    Places are given in ascending order. Where there is no room for all, the gap shrinks.
    """
    if len(places) < 2:
        return [min(max(place, low), high) for place in places]
    gap = min(gap, (high - low) / (len(places) - 1))
    moved: list[float] = []
    for place in places:
        moved.append(max(place, low if not moved else moved[-1] + gap))
    moved[-1] = min(moved[-1], high)
    for i in range(len(moved) - 2, -1, -1):
        moved[i] = min(moved[i], moved[i + 1] - gap)
    return moved
