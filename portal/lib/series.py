"""What a chart of one KPI is drawn from: plain numbers, shared by the queries that gather and the charts that draw."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Thresholds:
    """A band in the KPI's unit; the upper half only where a value should stay within a range."""

    floor: Decimal
    tolerance: Decimal
    target: Decimal
    upper_target: Decimal | None = None
    upper_tolerance: Decimal | None = None
    upper_floor: Decimal | None = None


@dataclass(frozen=True)
class Point:
    """One period: its value (None where there is none), its verdict (3 Good … 0 Inadequate) and the band that judges.

    `status` is "" for an ordinary reading, else NOT_DUE, MISSING, DISPUTED, RELIEVED or NOT_APPLICABLE; `state` is
    that of the reading (SUBMITTED, CONFIRMED, DEEMED, DISPUTED), "" where there is none. Where the band was moved,
    `unmoved` is the one that was signed and `unmoved_verdict` what it would have said. `signal` is IMPROVEMENT,
    CONCERN or CHANGE where the value is more than ordinary variation. `is_miss` marks a value within its wiggle room
    that counts as a miss because the room was used up.
    """

    first_day: date
    last_day: date
    label: str
    value: Decimal | None = None
    verdict: int | None = None
    status: str = ""
    band: Thresholds | None = None
    href: str = ""
    state: str = ""
    unmoved: Thresholds | None = None
    unmoved_verdict: int | None = None
    signal: str = ""
    is_miss: bool = False

    @property
    def signed(self) -> Thresholds | None:
        """The band as both sides signed it, before anything moved it."""
        return self.unmoved or self.band


@dataclass(frozen=True)
class Shade:
    """Days in which something held that may move the band, by its name; both days included, open without a last."""

    name: str
    first_day: date
    last_day: date | None
    href: str = ""


@dataclass(frozen=True)
class Limits:
    """Between which values a KPI usually moves, and their mean."""

    lower: Decimal
    mean: Decimal
    upper: Decimal


@dataclass(frozen=True)
class Series:
    """The periods of one KPI, oldest first, with the spells that lie over them."""

    name: str
    unit: str
    decimals: int
    polarity: str
    points: tuple[Point, ...]
    shades: tuple[Shade, ...] = ()
    limits: Limits | None = None
