"""Signal or noise (method, section 6): what a KPI usually does, and which points say that something changed.

A process behaviour chart of single values (XmR). Everything is exact; what a screen shows is rounded there.
"""

from kpis.domain.signals.causes import NEAR, RUN, Cause, Direction, Mark, find_marks
from kpis.domain.signals.chart import Point, Signals, read_signals
from kpis.domain.signals.limits import FEWEST, SCREEN, SETTLED, TO_LIMIT, WINDOW, Limits, process_limits
from kpis.domain.signals.meaning import Assurance, Meaning, assurance, meaning

__all__ = [
    "FEWEST",
    "NEAR",
    "RUN",
    "SCREEN",
    "SETTLED",
    "TO_LIMIT",
    "WINDOW",
    "Assurance",
    "Cause",
    "Direction",
    "Limits",
    "Mark",
    "Meaning",
    "Point",
    "Signals",
    "assurance",
    "find_marks",
    "meaning",
    "process_limits",
    "read_signals",
]
