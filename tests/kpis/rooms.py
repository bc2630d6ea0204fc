"""KPIs with an agreed allowance of wiggle room, and months that use it."""

from datetime import date
from decimal import Decimal

from kpis import actions
from kpis.models import Kpi
from relationships.models import Side
from tests.cast import BEGAN, NOW, Cast, acting
from tests.furniture import JANUARY_2025, add_goal, add_kpi, agree, report

MONTHS = tuple(
    date(2025 + (month > 12), (month - 1) % 12 + 1, 1) for month in range(1, 15)
)  # to February 2026


def kpi_with_room(cast: Cast, allowance: int | str | None = 3, *, max_earned: str = "0", **definition) -> Kpi:
    """A monthly KPI, band 60, 70, 80, with so many units of wiggle room a year."""
    goal = definition.pop("goal", None) or add_goal(cast.own, cast.amara)
    kpi = add_kpi(goal, cast.amara, **definition)
    with acting(cast.amara, cast.own):
        revision = actions.propose_band(
            kpi=kpi, effective_from=JANUARY_2025, floor=Decimal(60), tolerance=Decimal(70), target=Decimal(80),
            allowance=None if allowance is None else Decimal(allowance), max_earned=Decimal(max_earned),
            actor=cast.amara, side=Side.CUSTOMER, now=BEGAN,
        )  # fmt: skip
    agree(revision.agreement_id, cast.jonas, cast.own, Side.PROVIDER, now=BEGAN)
    return kpi


def report_months(cast: Cast, kpi: Kpi, values, *, months=MONTHS, now=NOW) -> None:
    """The newest months have these values, oldest first."""
    for day, value in zip(months[-len(values) :], values, strict=True):
        report(kpi, cast.lena, day, value, now=now)
