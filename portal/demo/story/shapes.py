"""What a story is made of: plain data."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Measure:
    """A KPI of the demonstration: its card, its band, and how its numbers behave.

    Values run from `start` to `end` over the months, with noise, a season (positive: high in winter) and a dip
    (first month, last month, by how much). Months count from 0.
    """

    name: str
    goal: int
    performed_by: str
    polarity: str
    unit: str
    band: tuple[str, ...]
    start: float
    end: float
    noise: float
    season: float = 0.0
    decimals: int = 1
    weight: int = 1
    volume: int = 0
    dip: tuple[int, int, float] | None = None
    later_band: tuple[str, ...] | None = None
    skip: tuple[int, ...] = ()
    late: tuple[int, ...] = ()
    not_applicable: tuple[int, ...] = ()
    outcome: str = ""
    how_measured: str = ""
    source: str = ""

    def thresholds(self, which: tuple[str, ...]) -> list[Decimal]:
        """A band's thresholds as numbers."""
        return [Decimal(text) for text in which]


@dataclass(frozen=True)
class Episode:
    """A dispute: in which month, about what, and how it ended (a resolution, or "" while it is open).

    `claim` is what the other side saw, as a difference to the value reported.
    """

    month: int
    measure: str
    reason: str
    claim: float | None = None
    ending: str = ""
    note: str = ""


@dataclass(frozen=True)
class Remark:
    """Something said on the timeline, so many days before today or (`month`) in the middle of a month."""

    who: str
    text: str
    days: int = 0
    month: int | None = None
    internal: bool = False
    measure: str = ""


@dataclass(frozen=True)
class Chapter:
    """One relationship of the demonstration.

    `silent` names (month, side) where that side did not answer, so that readings were deemed confirmed. `corrected`
    names (month, measure, difference) of readings that their own side corrected after they were confirmed.
    """

    name: str
    service: str
    customer: str
    provider: str
    customer_lead: str
    customer_second: str
    provider_lead: str
    provider_staff: str
    customer_staff: str
    stage: str
    intent: str
    goals: tuple[tuple[str, str, str, str], ...]
    measures: tuple[Measure, ...]
    contract_value: int
    months: int = 36
    seats: tuple[tuple[str, str, str], ...] = ()
    episodes: tuple[Episode, ...] = ()
    silent: tuple[tuple[int, str], ...] = ()
    corrected: tuple[tuple[int, str, float], ...] = ()
    remarks: tuple[Remark, ...] = ()
    walkaways: tuple[str, str] = ("0.20", "0.20")
