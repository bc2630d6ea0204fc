"""Clocks for tests of tasks, which read the clock themselves."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import time_machine


@pytest.fixture
def time_machine_at() -> Iterator[Callable[[datetime], None]]:
    """Stops the clock at a moment, again and again if asked."""
    travellers: list[time_machine.travel] = []

    def go(moment: datetime) -> None:
        while travellers:
            travellers.pop().stop()
        traveller = time_machine.travel(moment, tick=False)
        traveller.start()
        travellers.append(traveller)

    yield go
    for traveller in travellers:
        traveller.stop()
