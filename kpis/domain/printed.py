"""Bands as contracts print them, and what is between the lines.

Real contracts print one row per verdict, often in whole numbers: "Good: 96 or more; Approaching target: 90 to 95".
A value of 95.5 then has no verdict at all, and 75 may have two. The portal's bands are closed on their better side
(method, section 2), so that this cannot happen; here a printed table is read, every gap and overlap is explained,
and closed thresholds are proposed for both sides to look at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from kpis.domain.bands import Polarity, Verdict


class Trouble(StrEnum):
    """Why printed rows cannot be read as a band."""

    TWO_HALVES = "TWO_HALVES"  # a range: its halves are read one by one
    NOT_EACH_ONCE = "NOT_EACH_ONCE"  # a verdict is missing or twice
    OUT_OF_ORDER = "OUT_OF_ORDER"  # the rows do not run from bad to good
    UPSIDE_DOWN = "UPSIDE_DOWN"  # a row begins above its end
    NO_WORSE_END = "NO_WORSE_END"
    NO_BETTER_END = "NO_BETTER_END"


class UnreadableBands(ValueError):
    """The printed rows are not the four verdicts in order, each with a better and a worse end where it needs one.

    `trouble` says what is wrong, `verdict` in which row (None: in all of them together). The words are the caller's.
    """

    def __init__(self, trouble: Trouble, verdict: Verdict | None = None) -> None:
        super().__init__(trouble if verdict is None else f"{trouble} {verdict.name}")
        self.trouble = trouble
        self.verdict = verdict


class Flaw(StrEnum):
    """What can be wrong between two neighbouring rows."""

    GAP = "GAP"
    OVERLAP = "OVERLAP"


@dataclass(frozen=True)
class Printed:
    """One printed row: the verdict for values from `low` to `high`; None is open to that side.

    An end is included unless the contract says "above" or "below".
    """

    verdict: Verdict
    low: Decimal | None
    high: Decimal | None
    includes_low: bool = True
    includes_high: bool = True


@dataclass(frozen=True)
class Finding:
    """A gap or an overlap between the rows of two verdicts, from `low` to `high`; `is_point` when it is one value.

    `example` is a value that is concerned. The sentence that says so is `kpis.forms.printed.explain`.
    """

    flaw: Flaw
    better: Verdict
    worse: Verdict
    low: Decimal
    high: Decimal
    example: Decimal

    @property
    def is_point(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True)
class Restated:
    """What a printed table says once it is read: its flaws, and closed thresholds that have none.

    Each threshold is where its printed row begins on the worse side, so that no value with exactly one printed verdict
    loses it (but for that very threshold, where the row excludes it: "above 95" becomes "95 or better"). What fell
    into a gap gets the worse verdict, because the better row had not been reached; what was claimed twice, the better.
    """

    findings: tuple[Finding, ...]
    floor: Decimal
    tolerance: Decimal
    target: Decimal


def read_printed(polarity: str, rows: Sequence[Printed]) -> Restated:
    """Reads the four printed rows of a KPI that is better in one direction, in whatever order they are printed.

    Raises UnreadableBands when a verdict is missing or twice, a row is empty, or the rows do not run from bad to good.
    """
    if polarity not in (Polarity.HIGHER, Polarity.LOWER):
        raise UnreadableBands(Trouble.TWO_HALVES)
    rising = sorted((row if polarity == Polarity.HIGHER else _mirrored(row) for row in rows), key=_verdict)
    if [row.verdict for row in rising] != sorted(Verdict):
        raise UnreadableBands(Trouble.NOT_EACH_ONCE)
    for row in rising:
        _check_row(row)
    starts = [_start(row) for row in rising[1:]]
    if not starts[0] < starts[1] < starts[2]:
        raise UnreadableBands(Trouble.OUT_OF_ORDER)
    sign = 1 if polarity == Polarity.HIGHER else -1
    findings = tuple(_turned(finding, sign) for finding in _findings(rising))
    floor, tolerance, target = (sign * start for start in starts)
    return Restated(findings, floor, tolerance, target)


def _verdict(row: Printed) -> Verdict:
    return row.verdict


def _mirrored(row: Printed) -> Printed:
    """Lower is better is higher is better seen in a mirror."""
    low = None if row.high is None else row.high.copy_negate()
    high = None if row.low is None else row.low.copy_negate()
    return Printed(row.verdict, low, high, row.includes_high, row.includes_low)


def _check_row(row: Printed) -> None:
    if row.low is not None and row.high is not None and row.low > row.high:
        raise UnreadableBands(Trouble.UPSIDE_DOWN, row.verdict)


def _start(row: Printed) -> Decimal:
    if row.low is None:
        raise UnreadableBands(Trouble.NO_WORSE_END, row.verdict)
    return row.low


def _findings(rising: Sequence[Printed]) -> Iterator[Finding]:
    for worse, better in pairwise(rising):
        low = _start(better)
        if worse.high is None:
            raise UnreadableBands(Trouble.NO_BETTER_END, worse.verdict)
        high = worse.high
        if high < low:
            yield Finding(Flaw.GAP, better.verdict, worse.verdict, high, low, (high + low) / 2)
        elif high > low:
            yield Finding(Flaw.OVERLAP, better.verdict, worse.verdict, low, high, (high + low) / 2)
        elif worse.includes_high and better.includes_low:
            yield Finding(Flaw.OVERLAP, better.verdict, worse.verdict, low, low, low)
        elif not worse.includes_high and not better.includes_low:
            yield Finding(Flaw.GAP, better.verdict, worse.verdict, low, low, low)


def _turned(finding: Finding, sign: int) -> Finding:
    if sign > 0:
        return finding
    return Finding(
        finding.flaw,
        finding.better,
        finding.worse,
        finding.high.copy_negate(),
        finding.low.copy_negate(),
        finding.example.copy_negate(),
    )
