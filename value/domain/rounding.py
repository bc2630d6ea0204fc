"""Figures that visibly add up: a total cut into rounded parts by the largest remainder."""

import math
from collections.abc import Sequence
from decimal import Decimal


def apportion(parts: Sequence[float], total: Decimal, places: int) -> list[Decimal]:
    """The parts with `places` decimals, moved by as few last places as make them sum to `total` exactly.

    The parts should sum to the total but for rounding; what is missing goes to those that lost most by rounding.
    """
    scale = 10**places
    floors = [math.floor(part * scale) for part in parts]
    missing = int(total * scale) - sum(floors)
    order = sorted(range(len(parts)), key=lambda n: floors[n] - parts[n] * scale)
    if missing < 0:
        order.reverse()
    for turn in range(abs(missing)):
        floors[order[turn % len(order)]] += 1 if missing > 0 else -1
    return [Decimal(number).scaleb(-places) for number in floors]
