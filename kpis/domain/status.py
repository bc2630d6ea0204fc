"""What a period of a KPI is: the first that applies of the method's list (section 7)."""

from datetime import date
from enum import StrEnum

from kpis.domain.periods import Period


class PeriodStatus(StrEnum):
    """Where a period stands; JUDGED means that its verdict counts."""

    NOT_DUE = "NOT_DUE"
    MISSING = "MISSING"
    DISPUTED = "DISPUTED"
    RELIEVED = "RELIEVED"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    NO_BAND = "NO_BAND"
    JUDGED = "JUDGED"


def status_of(
    *,
    period: Period,
    due_on: date,
    on: date,
    state: str | None,
    is_not_applicable: bool = False,
    is_relieved: bool = False,
    verdict: int | None = None,
) -> PeriodStatus:
    """The status on the day `on` of a period whose reading was due by `due_on`; `state` None: no reading."""
    if state is None:
        return PeriodStatus.NOT_DUE if on <= max(due_on, period.last) else PeriodStatus.MISSING
    if state == "DISPUTED":
        return PeriodStatus.DISPUTED
    if is_relieved:
        return PeriodStatus.RELIEVED
    if is_not_applicable:
        return PeriodStatus.NOT_APPLICABLE
    return PeriodStatus.NO_BAND if verdict is None else PeriodStatus.JUDGED
