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
    """The status, on the day `on`, of a period whose reading is due by the end of `due_on`.

    `state` is that of the reading (SUBMITTED, CONFIRMED, DEEMED or DISPUTED), None when there is none: what is
    absent is NOT_DUE until the due day (and the period itself) has passed, MISSING after. A reading that came
    early is simply there. A dispute hides relief and verdict until it is resolved; a relieved or not applicable
    period counts neither for nor against; NO_BAND has a value that no agreed band judges yet.
    """
    if state is None:
        return PeriodStatus.NOT_DUE if on <= max(due_on, period.last) else PeriodStatus.MISSING
    if state == "DISPUTED":
        return PeriodStatus.DISPUTED
    if is_relieved:
        return PeriodStatus.RELIEVED
    if is_not_applicable:
        return PeriodStatus.NOT_APPLICABLE
    return PeriodStatus.NO_BAND if verdict is None else PeriodStatus.JUDGED
