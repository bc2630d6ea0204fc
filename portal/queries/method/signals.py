"""Signal or noise: the limits of a column of numbers and what stands out, with each number on the way there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from kpis.domain.bands import Band, Polarity
from kpis.domain.signals import (
    FEWEST,
    WINDOW,
    Assurance,
    Limits,
    Point,
    process_limits,
    read_signals,
)
from kpis.domain.signals.limits import SCREEN, TO_LIMIT
from kpis.queries.signal_words import ASSURANCES, cause_words, meaning_words
from portal.lib import series
from portal.lib.rounding import half_even
from portal.lib.series import Series
from portal.queries.method.steps import PLACES, NotComputable, Step, bracketed, said


@dataclass(frozen=True)
class Value:
    """One value of the chart: its place in the column from 1, its moving range and what it says."""

    number: int
    point: Point
    moving_range: Decimal | None
    is_screened: bool

    @property
    def value(self) -> Decimal:
        return self.point.value

    @property
    def text(self) -> str:
        """The value as it was typed."""
        return said(self.value)

    @property
    def range_text(self) -> str:
        """The moving range; a dash for the first value."""
        return "\u2013" if self.moving_range is None else said(self.moving_range)

    @property
    def says(self) -> str:
        """The signal in words; ordinary variation is said to be just that."""
        if self.point.cause is None:
            return _("normal variation")
        return f"{meaning_words(self.point.meaning)}: {cause_words(self.point.cause)}"


@dataclass(frozen=True)
class SignalsExample:
    """What the last 24 values say; without `limits` there are fewer than six, and nothing is said."""

    count: int
    values: tuple[Value, ...]
    limits: Limits | None
    unscreened: Limits | None
    mean_range: Fraction | None
    assurance: Assurance | None
    polarity: str
    steps: tuple[Step, ...]

    @property
    def figures(self) -> dict[str, Decimal]:
        """Mean and limits, rounded to six decimals for showing."""
        if self.limits is None:
            return {}
        exact = {"mean": self.limits.mean, "lower": self.limits.lower, "upper": self.limits.upper}
        return {name: half_even(value, PLACES) for name, value in exact.items()}

    @property
    def assured(self) -> str:
        """What to expect against the target while nothing changes."""
        return str(ASSURANCES[self.assurance]) if self.assurance is not None else ""

    @property
    def series(self) -> Series | None:
        """For the picture; None while there is nothing to tell. Each value stands for a day of its own."""
        if self.limits is None:
            return None
        days = [date(2000, 1, 1) + timedelta(days=one.number) for one in self.values]
        points = tuple(
            series.Point(day, day, str(one.number), one.value, signal=one.point.meaning or "")
            for day, one in zip(days, self.values, strict=True)
        )
        drawn = series.Limits(*(self.figures[name] for name in ("lower", "mean", "upper")))
        return Series(_("Your values"), "", self.decimals, self.polarity, points, limits=drawn)

    @property
    def decimals(self) -> int:
        """As many as the values have."""
        exponents = [one.value.normalize().as_tuple().exponent for one in self.values]
        return max([0, *(-exponent for exponent in exponents if isinstance(exponent, int))])

    @property
    def left_out(self) -> int:
        """How many values are older than the chart."""
        return self.count - len(self.values)

    @property
    def signals(self) -> int:
        """How many values are more than ordinary variation."""
        return sum(one.point.cause is not None for one in self.values)


def signals_example(values: Mapping[str, Any]) -> SignalsExample:
    """The process behaviour chart of a column of numbers, oldest first. Raises NotComputable."""
    polarity, numbers = values["polarity"], list(values["values"])
    band = _band(polarity, values.get("target"), values.get("upper_target"))
    read = read_signals(polarity, numbers, band)
    plain = process_limits(numbers, is_screened=False)
    recent = numbers[-WINDOW:]
    older = len(numbers) - len(recent)
    threshold = None if plain is None else SCREEN * _mean_range(plain)
    has_screened = read.limits is not None and read.limits.screened > 0
    ranges: list[Decimal | None] = [None, *(abs(after - before) for before, after in pairwise(recent))]
    shown = tuple(
        Value(
            older + place + 1,
            point,
            moving,
            has_screened and moving is not None and threshold is not None and moving >= threshold,
        )
        for place, (point, moving) in enumerate(zip(read.points[older:], ranges, strict=True))
    )
    return SignalsExample(
        len(numbers),
        shown,
        read.limits,
        plain,
        None if read.limits is None else _mean_range(read.limits),
        read.assurance,
        polarity,
        tuple(_steps(recent, read.limits, plain)),
    )


def _band(polarity: str, target: Decimal | None, upper: Decimal | None) -> Band | None:
    """Of a band only the target matters here."""
    if target is None:
        if upper is not None:
            raise NotComputable(_("A range needs its lower target too."), "target")
        return None
    if polarity != Polarity.WITHIN_RANGE:
        if upper is not None:
            raise NotComputable(_("Only a range has an upper target."), "upper_target")
        return Band(target, target, target)
    if upper is None or upper < target:
        raise NotComputable(
            _("A range needs an upper target, at least as large as the target."), "upper_target"
        )
    return Band(target, target, target, upper, upper, upper)


def _mean_range(limits: Limits) -> Fraction:
    return (limits.upper - limits.mean) / TO_LIMIT


def _steps(numbers: Sequence[Decimal], limits: Limits | None, plain: Limits | None) -> list[Step]:
    if limits is None or plain is None:
        least = _("%(count)d values; limits are drawn from %(least)d on") % {
            "count": len(numbers),
            "least": FEWEST,
        }
        return [Step(_("Too few to tell"), least)]
    total = sum((Fraction(number) for number in numbers), Fraction(0))
    usual, kept = _mean_range(plain), _mean_range(limits)
    count = len(numbers)
    steps = [
        Step(_("Mean x\u0304"), f"{said(total)} \u00f7 {count} = {said(limits.mean, 4)}"),
        Step(
            _("Mean moving range mR\u0304"),
            f"{said(usual * (count - 1))} \u00f7 {count - 1} = {said(usual, 4)}",
        ),
        Step(_("Screened out from"), f"3.267 \u00d7 {said(usual, 4)} = {said(SCREEN * usual, 4)}"),
    ]
    if limits.screened:
        left = count - 1 - limits.screened
        said_again = f"{said(kept * left)} \u00f7 {left} = {said(kept, 4)}"
        steps.append(
            Step(_("mR\u0304 again, without %(count)d of them") % {"count": limits.screened}, said_again)
        )
    reach = f"2.66 \u00d7 {said(kept, 4)}"
    return [
        *steps,
        Step(_("Upper limit"), f"{said(limits.mean, 4)} + {reach} = {said(limits.upper, 4)}"),
        Step(_("Lower limit"), f"{bracketed(limits.mean, 4)} \u2212 {reach} = {said(limits.lower, 4)}"),
    ]
