"""The wiggle-room budget (method, section 5): a KPI may be in its wiggle room sometimes; how often is agreed.

Everything here is exact; what a screen shows is rounded there.
"""

from kpis.domain.budget.budget import (
    FAST_MONTH,
    FAST_QUARTER,
    Budget,
    ImpossibleAllowance,
    NoRoomAgreed,
    Signal,
    burn,
    exhausted_before,
    get_budget,
    is_exhausted_after,
)
from kpis.domain.budget.ledger import MONTH, QUARTER, YEAR, months_before
from kpis.domain.budget.spending import NOTHING, Spent, counts_as_miss, spend, spend_of

__all__ = [
    "FAST_MONTH",
    "FAST_QUARTER",
    "MONTH",
    "NOTHING",
    "QUARTER",
    "YEAR",
    "Budget",
    "ImpossibleAllowance",
    "NoRoomAgreed",
    "Signal",
    "Spent",
    "burn",
    "counts_as_miss",
    "exhausted_before",
    "get_budget",
    "is_exhausted_after",
    "months_before",
    "spend",
    "spend_of",
]
