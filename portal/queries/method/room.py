"""The wiggle-room budget of a KPI month by month: what each month spends, how fast, and until when it lasts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import gettext as _

from kpis.domain.bands import Band, Verdict, judge
from kpis.domain.budget import (
    QUARTER,
    Budget,
    Signal,
    Spent,
    counts_as_miss,
    exhausted_before,
    get_budget,
    months_before,
    spend_of,
)
from kpis.domain.periods import DAY, Period
from portal.lib.rounding import half_even
from portal.queries.method.steps import PLACES, NotComputable, Step, band_of, said

LAST_YEAR: Final = 9999 - 100
MOST_SHOWN: Final = 24


@dataclass(frozen=True)
class Month:
    """What one month took; `spent` and `verdict` are None for a month without a value, which takes nothing."""

    period: Period
    value: Decimal | None
    verdict: Verdict | None
    spent: Decimal
    is_miss: bool
    was_exhausted: bool

    @property
    def text(self) -> str:
        """The value as it was typed; a dash where there is none."""
        return "\u2013" if self.value is None else said(self.value)


@dataclass(frozen=True)
class BudgetExample:
    """A budget as of the last day of its last month, with its months (oldest first)."""

    budget: Budget
    months: tuple[Month, ...]
    steps: tuple[Step, ...]

    @property
    def left(self) -> Decimal:
        """What is left, never below 0."""
        return half_even(max(self.budget.balance, Fraction(0)), PLACES)

    @property
    def burns(self) -> dict[str, Decimal | None]:
        """How fast it is spent over 1, 3 and 12 months; None where nothing is allowed."""
        budget = self.budget
        exact = {"month": budget.burn_1, "quarter": budget.burn_3, "year": budget.burn_12}
        return {name: None if burn is None else half_even(burn, PLACES) for name, burn in exact.items()}

    @property
    def told(self) -> list[str]:
        """Who is told what, in words."""
        words = {
            Signal.BURN_MONTH: _("Burn of 3 or more over one month: the go-to pair is told."),
            Signal.BURN_QUARTER: _("Burn of 2 or more over three months: both leads look at it together."),
            Signal.EXHAUSTED: _("Used up: both sides choose to renegotiate, to repair or to accept."),
        }
        return [words[signal] for signal in self.budget.signals]

    @property
    def shown(self) -> tuple[Month, ...]:
        """The newest months, newest first."""
        return self.months[: -MOST_SHOWN - 1 : -1]

    @property
    def hidden(self) -> int:
        """How many older months are counted but not shown."""
        return max(0, len(self.months) - MOST_SHOWN)


def budget_example(values: Mapping[str, Any]) -> BudgetExample:
    """The budget of an allowance and monthly values, oldest first (None: nothing counted). Raises NotComputable."""
    polarity, band = values["polarity"], band_of(values)
    numbers: Sequence[Decimal | None] = values["values"]
    periods = _months(values["first_month"], len(numbers))
    judged = [None if value is None else judge(polarity, band, value) for value in numbers]
    units = [Fraction(0) if one is None else spend_of(one) for one in judged]
    spendings = [Spent(period, unit) for period, unit in zip(periods, units, strict=True)]
    used_up = exhausted_before(spendings, [values["allowance"]] * len(spendings))
    months = [
        Month(
            period,
            value,
            None if one is None else one.verdict,
            half_even(unit, PLACES),
            one is not None and counts_as_miss(one.verdict, before),
            before,
        )
        for period, value, one, unit, before in zip(periods, numbers, judged, units, used_up, strict=True)
    ]
    budget = get_budget(spendings, values["allowance"], as_of=periods[-1].last)
    steps = (*_spend_step(polarity, band, months), *_steps(budget))
    return BudgetExample(budget, tuple(months), steps)


def _months(first: date, count: int) -> list[Period]:
    if first.year > LAST_YEAR:
        raise NotComputable(_("Choose an earlier month."), "first_month")
    start = first.replace(day=1)
    found = []
    for _number in range(count):
        year, month = divmod(start.year * 12 + start.month, 12)
        following = date(year, month + 1, 1)
        found.append(Period(start, following - DAY, f"{start:%b %Y}"))
        start = following
    return found


def _spend_step(polarity: str, band: Band, months: Sequence[Month]) -> list[Step]:
    """The newest month that is in its wiggle room shows what such a month spends."""
    shown = next(
        (one for one in reversed(months) if one.verdict == Verdict.APPROACHING and one.value is not None),
        None,
    )
    if shown is None or shown.value is None:
        return []
    target, tolerance = band.target, band.tolerance
    is_above = band.upper_target is not None and shown.value > band.upper_target
    if is_above and band.upper_target is not None and band.upper_tolerance is not None:
        target, tolerance = band.upper_target, band.upper_tolerance
    formula = (
        f"({said(target)} \u2212 {said(shown.value)}) \u00f7 ({said(target)} \u2212 {said(tolerance)})"
        f" = {said(shown.spent)}"
    )
    return [Step(_("%(month)s, in its wiggle room, spends") % {"month": shown.period.label}, formula)]


def _steps(budget: Budget) -> list[Step]:
    allowance = said(budget.allowance)
    left = f"{allowance} \u2212 {said(budget.spent_12)} = {said(budget.balance)}"
    steps = [Step(_("Left of the allowance"), left)]
    windows = (
        (1, budget.spent_1, budget.burn_1, _("Burn over 1 month")),
        (3, budget.spent_3, budget.burn_3, _("Burn over 3 months")),
        (12, budget.spent_12, budget.burn_12, _("Burn over 12 months")),
    )
    for months, spent, burn, name in windows:
        if burn is not None:
            formula = f"{said(spent)} \u00f7 {allowance} \u00d7 (12 \u00f7 {months}) = {said(burn)}"
            steps.append(Step(name, formula))
    days = (budget.as_of - months_before(budget.as_of, QUARTER)).days
    pace = f"{said(budget.spent_3)} \u00f7 {days} = {said(budget.spent_3 / days)}"
    return [*steps, Step(_("Pace: units a day over the last three months"), pace)]
