"""The status of a period: the first that applies."""

from datetime import date

import pytest

from kpis.domain.periods import Period
from kpis.domain.status import PeriodStatus, status_of

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
DUE = date(2026, 4, 10)


def status(on=date(2026, 4, 20), state=None, **more):
    return status_of(period=MARCH, due_on=DUE, on=on, state=state, **more)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 3, 15), PeriodStatus.NOT_DUE),
        (DUE, PeriodStatus.NOT_DUE),
        (date(2026, 4, 11), PeriodStatus.MISSING),
    ],
)
def test_what_is_absent_is_missing_only_after_its_due_day(on, expected):
    assert status(on) == expected


def test_a_period_that_runs_is_never_missing():
    assert status_of(period=MARCH, due_on=date(2026, 3, 1), on=date(2026, 3, 20), state=None) == "NOT_DUE"


@pytest.mark.parametrize("state", ["SUBMITTED", "CONFIRMED", "DEEMED"])
def test_a_reading_counts_when_it_is_there(state):
    assert status(state=state, verdict=0) == PeriodStatus.JUDGED
    assert status(on=date(2026, 3, 5), state=state, verdict=3) == PeriodStatus.JUDGED


def test_the_first_that_applies():
    everything = {"is_relieved": True, "is_not_applicable": True, "verdict": None}
    assert status(state="DISPUTED", **everything) == PeriodStatus.DISPUTED
    assert status(state="CONFIRMED", **everything) == PeriodStatus.RELIEVED
    assert status(state="CONFIRMED", is_not_applicable=True) == PeriodStatus.NOT_APPLICABLE
    assert status(state="CONFIRMED") == PeriodStatus.NO_BAND
