"""Ages, expected periods and whole-number sums."""

import random
from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from kpis.domain.periods import Period, calendar_for
from value.domain.evidence import (
    AGE_WEIGHTS,
    Evidence,
    KpiPeriod,
    Performer,
    Sums,
    age_in_months,
    expected_periods,
    month_bounds,
    sum_up,
)

DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))


def test_twelve_whole_millionths_that_halve_every_three_months() -> None:
    assert AGE_WEIGHTS == (
        1_000_000, 793_701, 629_961, 500_000, 396_850, 314_980, 250_000, 198_425, 157_490, 125_000, 99_213, 78_745,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("last", "as_of", "age"),
    [
        (date(2026, 10, 31), date(2026, 10, 31), 0),
        (date(2026, 10, 31), date(2026, 11, 29), 0),
        (date(2026, 10, 31), date(2026, 11, 30), 1),
        (date(2025, 12, 31), date(2026, 11, 30), 11),
        (date(2025, 11, 30), date(2026, 11, 30), None),
        (date(2025, 12, 1), date(2026, 11, 30), 11),
        (date(2026, 12, 1), date(2026, 11, 30), None),
        (date(2024, 2, 29), date(2025, 2, 28), None),
        (date(2024, 3, 1), date(2025, 2, 28), 11),
        (date(2026, 1, 15), date(2026, 3, 14), 1),
        (date(2026, 1, 15), date(2026, 3, 15), 2),
    ],
)
def test_age_is_in_whole_months(last: date, as_of: date, age: int | None) -> None:
    assert age_in_months(last, as_of) == age


@given(DAYS, st.integers(0, 400))
def test_age_agrees_with_an_independent_calculator(as_of: date, back: int) -> None:
    last = as_of - timedelta(days=back)
    months = 0
    while last + relativedelta(months=months + 1) <= as_of:
        months += 1
    assert age_in_months(last, as_of) == (months if months < 12 else None)


@given(DAYS)
def test_a_month_end_sees_exactly_twelve_months_with_twelve_ages(day: date) -> None:
    as_of = calendar_for("MONTH").of(day).last
    lasts = [calendar_for("MONTH").of(as_of - relativedelta(months=n)).last for n in range(14)]
    assert [age_in_months(last, as_of) for last in lasts] == [*range(12), None, None]
    assert list(month_bounds(as_of)) == lasts[:13]


@pytest.mark.parametrize(
    ("frequency", "settings", "expected"),
    [
        ("MONTH", {}, 12),
        ("MONTH", {"due_days": 10}, 11),
        ("MONTH", {"starts_on": date(2026, 1, 1)}, 11),
        ("MONTH", {"starts_on": date(2026, 1, 2)}, 10),
        ("MONTH", {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 3, 15)}, 3),
        ("MONTH", {"starts_on": date(2027, 1, 1)}, 0),
        ("QUARTER", {}, 4),
        ("YEAR", {}, 1),
        ("DAY", {}, 365),
        ("WEEK", {}, 52),
    ],
)
def test_expected_periods(frequency: str, settings: dict, expected: int) -> None:
    settings = {"starts_on": date(2020, 1, 1), "ends_on": None, "due_days": 0, **settings}
    assert expected_periods(calendar_for(frequency), as_of=date(2026, 11, 30), **settings) == expected


def test_expected_periods_of_a_contract_month_and_a_named_calendar() -> None:
    rest = {"starts_on": date(2020, 1, 1), "ends_on": None, "due_days": 0, "as_of": date(2026, 11, 30)}
    assert expected_periods(calendar_for("CONTRACT_MONTH", contract_month_day=16), **rest) == 12
    named = [Period(date(2026, 3, 1), date(2026, 6, 30)), Period(date(2026, 7, 1), date(2026, 12, 31))]
    assert expected_periods(calendar_for("CALENDAR", named=named), **rest) == 1


@given(
    DAYS,
    st.sampled_from(["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"]),
    st.integers(-800, 30),
    st.none() | st.integers(0, 900),
    st.integers(0, 40),
)
def test_expected_periods_agree_with_counting_every_period(
    as_of: date, frequency: str, start: int, length: int | None, due: int
) -> None:
    starts_on = as_of + timedelta(days=start)
    ends_on = None if length is None else starts_on + timedelta(days=length)
    calendar = calendar_for(frequency)
    counted = [
        period
        for period in calendar.between(starts_on, ends_on or as_of + timedelta(days=400))
        if age_in_months(period.last, as_of) is not None and period.last + timedelta(days=due) <= as_of
    ]
    assert expected_periods(calendar, starts_on=starts_on, ends_on=ends_on, due_days=due, as_of=as_of) == len(
        counted
    )


AS_OF = date(2026, 11, 30)


def period(performer: Performer = Performer.JOINT, months: int = 0, weight: int = 1, **rest) -> KpiPeriod:
    last = calendar_for("MONTH").of(AS_OF - relativedelta(months=months)).last
    return KpiPeriod(performer, last, weight, **{"is_due": True, "attainment": 500_000, **rest})


def test_sums_by_hand() -> None:
    found = sum_up(
        [
            period(attainment=1_000_000),
            period(months=3, weight=2, attainment=250_000),
            period(Performer.PROVIDER, attainment=None),
            period(Performer.PROVIDER, is_disputed=True),
            period(Performer.PROVIDER, is_not_applicable=True, attainment=None),
            period(Performer.PROVIDER, attainment=None, is_due=False),
            period(Performer.CUSTOMER, is_due=False),
            period(Performer.CUSTOMER, months=12),
        ],
        AS_OF,
    )
    # Three months old weighs half: 1,000,000 × 1,000,000 + 250,000 × 500,000 × 2, over 1,000,000 + 500,000 × 2.
    assert found == Evidence(
        joint=Sums(1_250_000_000_000, 2_000_000, 2, 2),
        by_provider=Sums(0, 0, 0, 2),
        by_customer=Sums(500_000_000_000, 1_000_000, 1, 1),
    )
    assert found.joint.q == 0.625
    assert found.by_provider.q is None


@given(
    st.lists(st.builds(period, st.sampled_from(Performer), st.integers(0, 13), st.integers(1, 1000))),
    st.randoms(),
)
def test_sums_do_not_depend_on_the_order(periods: list[KpiPeriod], luck: random.Random) -> None:
    shuffled = list(periods)
    luck.shuffle(shuffled)
    assert sum_up(periods, AS_OF) == sum_up(shuffled, AS_OF)
