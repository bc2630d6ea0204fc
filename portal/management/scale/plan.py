"""What is loaded: who, how many, and the columns of KPIs, bands and readings for a run of relationships."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from portal.management.scale.binary import FOUR, days
from portal.management.scale.judging import judge_columns

# Of ten KPIs six are performed by the provider, two by the customer, two jointly.
PERFORMERS: Final = ("PROVIDER", "PROVIDER", "CUSTOMER", "PROVIDER", "JOINT") * 2
MONTHS_PER_BAND: Final = 12
MISSING, NOT_APPLICABLE, DISPUTED = 0.02, 0.01, 0.005


@dataclass(frozen=True)
class First:
    """The first free id of each table."""

    organisation: int
    person: int
    relationship: int
    goal: int
    kpi: int
    agreement: int
    band: int
    reading: int


@dataclass(frozen=True)
class Plan:
    """Size and dates of a load; months run up to the last that is over on `until`."""

    relationships: int
    kpis: int
    months: int
    until: date

    @property
    def customers(self) -> int:
        """Twenty relationships share a customer; one provider stands in all of them."""
        return max(1, self.relationships // 20)

    @property
    def bands_per_kpi(self) -> int:
        return -(-self.months // MONTHS_PER_BAND)

    @property
    def bands(self) -> int:
        return self.relationships * self.kpis * self.bands_per_kpi

    @property
    def starts(self) -> list[date]:
        """First days of the months, oldest first, and the first day after the last."""
        newest = self.until.year * 12 + self.until.month - 1
        return [date(m // 12, m % 12 + 1, 1) for m in range(newest - self.months, newest + 1)]

    def performer(self, slot: int) -> str:
        return PERFORMERS[slot % len(PERFORMERS)]


@dataclass(frozen=True)
class Readings:
    """Columns of readings, a row each; `kind` says CONFIRMED, SUBMITTED, DISPUTED or NOT_APPLICABLE."""

    columns: dict[str, NDArray[Any]]
    kind: NDArray[Any]


def thresholds(plan: Plan, slot: NDArray[np.int64], revision: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """(in ten-thousandths) Every other KPI is better lower; each revision asks for a little more."""
    higher = slot % 2 == 0
    step = (slot % 8) * FOUR + revision * FOUR // 4
    target = np.where(higher, 88 * FOUR + step, 20 * FOUR - step)
    sign = np.where(higher, -1, 1)
    return {
        "higher": higher,
        "target": target,
        "tolerance": target + sign * 5 * FOUR,
        "floor": target + sign * 15 * FOUR,
    }


def readings(plan: Plan, first: First, start: int, count: int, seed: int) -> Readings:
    """The readings of relationships `start` to `start + count`, in the order of their key."""
    chance = np.random.default_rng((seed, start))
    shape = (count, plan.kpis, plan.months)
    relationship, slot, month = (axis.reshape(-1) for axis in np.indices(shape))
    kpi = (start + relationship) * plan.kpis + slot
    revision = month // MONTHS_PER_BAND
    band = thresholds(plan, slot, revision)
    quality = np.repeat(chance.normal(0, 2.5, count), plan.kpis * plan.months)
    wander = (chance.normal(-1.5, 4, len(slot)) + quality) * FOUR
    value = np.clip(band["target"] + np.where(band["higher"], 1, -1) * wander.astype(np.int64), 0, 100 * FOUR)
    verdict, attainment = judge_columns(
        band["higher"], band["floor"], band["tolerance"], band["target"], value
    )
    luck = chance.random(len(slot))
    kind = np.select(
        [luck < NOT_APPLICABLE, luck < NOT_APPLICABLE + DISPUTED, month == plan.months - 1],
        ["NOT_APPLICABLE", "DISPUTED", "SUBMITTED"],
        "CONFIRMED",
    )
    starts = np.array([days(day) for day in plan.starts])
    columns = {
        "relationship_id": first.relationship + start + relationship,
        "kpi_id": first.kpi + kpi,
        "period_start": starts[month],
        "period_end": starts[month + 1] - 1,
        "value": value,
        "band_revision_id": first.band + kpi * plan.bands_per_kpi + revision,
        "verdict": verdict,
        "attainment": attainment,
        "submitted_by_id": first.person + 2 + (start + relationship) // 20 % plan.customers * 2 + 1,
        "settled_by_id": first.person + 2 + (start + relationship) // 20 % plan.customers * 2,
    }
    is_there = luck < 1 - MISSING
    return Readings({name: column[is_there] for name, column in columns.items()}, kind[is_there])


def chunks(total: int, size: int) -> Sequence[tuple[int, int]]:
    """(start, count) of runs of at most `size`."""
    return [(start, min(size, total - start)) for start in range(0, total, size)]
