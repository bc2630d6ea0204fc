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
    """One period: its value (None where there is none), its verdict (3 Good … 0 Inadequate) and its band.

    `status` is "" for an ordinary reading, else NOT_DUE, MISSING, DISPUTED or NOT_APPLICABLE; `state` is that of
    the reading (SUBMITTED, CONFIRMED, DEEMED, DISPUTED), "" where there is none.
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


@dataclass(frozen=True)
class Series:
    """The periods of one KPI, oldest first."""

    name: str
    unit: str
    decimals: int
    polarity: str
    points: tuple[Point, ...]
