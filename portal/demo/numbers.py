"""The numbers of the story: where a measure starts, where it goes, and what winter does to it."""

import math
import random
from decimal import Decimal
from typing import Any

from kpis.models import Kpi, Reading
from portal.demo.stage import Scene, dice_for
from portal.demo.story import Measure

FULL = 100.0


def row_of(scene: Scene, kpi: Kpi, measure: Measure, month: int) -> dict[str, Any]:
    """What is reported of a measure for one month of the story."""
    first = scene.first_of(month)
    row: dict[str, Any] = {"kpi_id": kpi.pk, "period_start": first}
    if month in measure.not_applicable:
        return {**row, "is_not_applicable": True, "note": "The rooms were rebuilt; nothing was measured."}
    dice = dice_for(scene.chapter.name, measure.name, month)
    value = _number(measure, month, scene.chapter.months, first.month, dice)
    if measure.volume:
        volume = round(measure.volume * dice.uniform(0.9, 1.1))
        return {**row, "numerator": round(volume * value / FULL), "denominator": volume}
    return {**row, "value": Decimal(str(round(value, measure.decimals)))}


def _number(measure: Measure, month: int, months: int, calendar_month: int, dice: random.Random) -> float:
    share = month / max(1, months - 1)
    value = measure.start + (measure.end - measure.start) * share
    value += measure.season * math.cos((calendar_month - 1) / 12 * 2 * math.pi)
    value += dice.gauss(0, measure.noise)
    if measure.dip and measure.dip[0] <= month <= measure.dip[1]:
        value += measure.dip[2]
    return max(min(value, FULL) if measure.unit == "%" else value, 0.0)


def moved(reading: Reading, measure: Measure, difference: float) -> Decimal:
    """The reading's value, that much more or less, as somebody would write it."""
    value = float(reading.value or 0) + difference
    return Decimal(str(round(min(value, FULL) if measure.unit == "%" else value, max(measure.decimals, 1))))
