"""Method, section 5: a KPI may be in its wiggle room sometimes; how often is agreed, and what happens after."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpis.domain.bands import Band, Polarity, Verdict, judge
from kpis.domain.budget import (
    ImpossibleAllowance,
    NoRoomAgreed,
    Signal,
    Spent,
    burn,
    counts_as_miss,
    exhausted_before,
    get_budget,
    is_exhausted_after,
    months_before,
    spend,
)
from kpis.domain.periods import Period, calendar_for
from tests.kpis.domain.strategies import banded_values, falling, number, rising
from value.domain.evidence import month_bounds

D, F = Decimal, Fraction
MONTHS = calendar_for("MONTH")
TODAY = date(2026, 3, 31)


def month(first: str) -> Period:
    found = MONTHS.starting(date.fromisoformat(f"{first}-01"))
    assert found is not None
    return found


def spent(**units: str) -> list[Spent]:
    """spent(m2026_03="0.5"): what each month spent."""
    return [Spent(month(name[1:].replace("_", "-")), F(amount)) for name, amount in units.items()]


# What one period spends


@pytest.mark.parametrize(
    ("polarity", "band", "value", "units"),
    [
        ("HIGHER", (90, 95, 98), "98", 0),
        ("HIGHER", (90, 95, 98), "99.5", 0),
        ("HIGHER", (90, 95, 98), "97", F(1, 3)),
        ("HIGHER", (90, 95, 98), "95", 1),
        ("HIGHER", (90, 95, 98), "94.999999", 1),
        ("HIGHER", (90, 95, 98), "12", 1),
        ("LOWER", (9, 7, 5), "5.5", F(1, 4)),
        ("LOWER", (9, 7, 5), "7", 1),
        ("LOWER", (9, 7, 5), "5", 0),
        ("WITHIN_RANGE", (16, 18, 20, 24, 28, 30), "19", F(1, 2)),
        ("WITHIN_RANGE", (16, 18, 20, 24, 28, 30), "25", F(1, 4)),
        ("WITHIN_RANGE", (16, 18, 20, 24, 28, 30), "22", 0),
        ("WITHIN_RANGE", (16, 18, 20, 24, 28, 30), "29", 1),
    ],
)
def test_a_period_spends_its_way_into_the_wiggle_room(polarity, band, value, units):
    assert spend(polarity, Band(*map(D, band)), D(value)) == units


@given(banded_values())
def test_a_period_spends_as_the_method_writes_it(case):
    polarity, band, value = case
    judged = judge(polarity, band, value)
    upper = judged.half == "upper"
    target = F(band.upper_target if upper else band.target)
    tolerance = F(band.upper_tolerance if upper else band.tolerance)
    expected = {Verdict.GOOD: F(0), Verdict.APPROACHING: (target - F(value)) / (target - tolerance)}
    assert spend(polarity, band, value) == expected.get(judged.verdict, 1)


@given(banded_values())
def test_a_period_spends_nothing_to_one(case):
    assert 0 <= spend(*case) <= 1


@given(rising, number(-1200, 1200), number(-1200, 1200))
def test_better_never_spends_more(band, one, other):
    worse, better = sorted((one, other))
    assert spend("HIGHER", band, better) <= spend("HIGHER", band, worse)


@given(falling, number(-1200, 1200))
def test_lower_spends_as_higher_in_the_mirror(band, value):
    mirrored = Band(-band.floor, -band.tolerance, -band.target)
    assert spend("LOWER", band, value) == spend("HIGHER", mirrored, -value)


@pytest.mark.parametrize("polarity", list(Polarity))
def test_where_the_band_has_no_room_left_only_its_target_is_free(polarity):
    """Rounding may let tolerance fall onto target, earned room onto floor: both are bands that judge."""
    edge = Band(D(5), D(5), D(5), D(5), D(5), D(5)) if polarity == "WITHIN_RANGE" else Band(D(5), D(5), D(5))
    assert spend(polarity, edge, D(5)) == 0
    assert spend(polarity, edge, D(6) if polarity == "LOWER" else D(4)) == 1


# Windows


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2026-03-10", 1, "2026-02-10"),
        ("2026-03-31", 1, "2026-02-28"),
        ("2026-02-28", 1, "2026-01-31"),
        ("2026-02-28", 12, "2025-02-28"),
        ("2025-02-28", 12, "2024-02-29"),
        ("2024-02-28", 12, "2023-02-28"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2026-11-30", 1, "2026-10-31"),
        ("2026-01-01", 1, "2025-12-01"),
        ("2026-12-31", 12, "2025-12-31"),
        ("2026-05-30", 3, "2026-02-28"),
    ],
)
def test_month_ends_meet_month_ends(day, months, before):
    assert months_before(date.fromisoformat(day), months) == date.fromisoformat(before)


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.integers(0, 12))
def test_months_are_cut_as_for_the_shared_score(day, months):
    assert months_before(day, months) == month_bounds(day)[months]


def test_a_window_holds_the_periods_whose_last_day_lies_in_it():
    spendings = spent(
        m2025_03="1", m2025_04="0.25", m2025_12="0.5", m2026_01="0.125", m2026_03="0.5", m2026_04="1"
    )
    budget = get_budget(spendings, D(4), as_of=TODAY)
    assert (budget.spent_1, budget.spent_3, budget.spent_12) == (F("0.5"), F("0.625"), F("1.375"))
    in_mid_month = get_budget(spendings, D(4), as_of=date(2026, 3, 30))
    assert (in_mid_month.spent_1, in_mid_month.spent_12) == (0, F("1.875"))


@given(st.permutations(spent(m2025_06="0.5", m2025_12="0.75", m2026_02="0.25", m2026_03="1", m2026_05="1")))
def test_the_order_of_the_periods_is_free(spendings):
    assert get_budget(spendings, D(3), as_of=TODAY) == get_budget(
        sorted(spendings, key=lambda one: one.period), D(3), as_of=TODAY
    )


# Burn and signals


def test_burn_of_one_uses_up_exactly_the_allowance_in_a_year():
    assert burn(F(3), D(3), 12) == 1
    assert burn(F(1, 4), D(3), 1) == 1
    assert burn(F("0.75"), D("1.5"), 3) == 2
    assert burn(F(0), D(3), 1) == 0


@pytest.mark.parametrize("allowance", ["0", "-1"])
def test_nothing_agreed_has_no_pace(allowance):
    with pytest.raises(NoRoomAgreed):
        burn(F(1), D(allowance), 12)


def test_a_worked_year():
    """Allowance 4; January spent a quarter, February a half, March a whole unit."""
    spendings = spent(m2025_10="0.5", m2026_01="0.25", m2026_02="0.5", m2026_03="1")
    budget = get_budget(spendings, D(4), as_of=TODAY)
    assert budget.balance == F("1.75")
    assert budget.share_left == F("0.4375")
    assert (budget.burn_1, budget.burn_3, budget.burn_12) == (3, F("1.75"), F("0.5625"))
    assert budget.signals == (Signal.BURN_MONTH,)
    assert not budget.is_exhausted


@pytest.mark.parametrize(
    ("units", "allowance", "signals"),
    [
        ({}, "1", ()),
        ({"m2026_03": "0.25"}, "1", (Signal.BURN_MONTH,)),
        ({"m2026_03": "0.249999"}, "1", ()),
        ({"m2026_02": "0.5"}, "1", (Signal.BURN_QUARTER,)),
        ({"m2026_02": "0.499999"}, "1", ()),
        ({"m2025_05": "1"}, "1", (Signal.EXHAUSTED,)),
        ({"m2025_05": "0.999999"}, "1", ()),
        ({"m2026_03": "1"}, "1", (Signal.BURN_MONTH, Signal.BURN_QUARTER, Signal.EXHAUSTED)),
    ],
)
def test_signals_come_at_their_thresholds_in_their_order(units, allowance, signals):
    assert get_budget(spent(**units), D(allowance), as_of=TODAY).signals == signals


def test_more_than_everything_can_be_spent():
    budget = get_budget(spent(m2025_12="1", m2026_01="1", m2026_03="0.5"), D(2), as_of=TODAY)
    assert (budget.balance, budget.share_left, budget.is_exhausted) == (F("-0.5"), 0, True)


def test_no_room_is_exhausted_as_soon_as_anything_is_spent():
    untouched = get_budget(spent(m2026_02="0"), D(0), as_of=TODAY)
    assert (untouched.balance, untouched.share_left, untouched.is_exhausted) == (0, 0, False)
    assert (untouched.burn_1, untouched.burn_3, untouched.burn_12) == (None, None, None)
    assert (untouched.signals, untouched.exhausted_on, untouched.exhausted_since) == ((), None, None)
    touched = get_budget(spent(m2026_02="0.000001"), D(0), as_of=TODAY)
    assert touched.is_exhausted
    assert touched.signals == (Signal.EXHAUSTED,)
    assert touched.exhausted_since == date(2026, 2, 28)


@pytest.mark.parametrize("allowance", ["-0.000001", "NaN", "Infinity"])
def test_an_allowance_is_nothing_or_more(allowance):
    with pytest.raises(ImpossibleAllowance):
        get_budget([], D(allowance), as_of=TODAY)
    with pytest.raises(ImpossibleAllowance):
        is_exhausted_after([], D(allowance), TODAY)


# Forecast


def test_the_pace_of_three_months_goes_on():
    """90 days spent 0.9: a hundredth a day; 2.1 are left, none of what was spent leaves before."""
    spendings = spent(m2026_01="0.3", m2026_02="0.3", m2026_03="0.3")
    budget = get_budget(spendings, D(3), as_of=TODAY)
    assert budget.exhausted_on == TODAY + timedelta(days=210) == date(2026, 10, 27)


def test_the_day_is_the_first_on_which_all_is_spent():
    """2.105 left are spent after 210.5 days, that is on the 211th."""
    budget = get_budget(spent(m2026_03="0.9"), D("3.005"), as_of=TODAY)
    assert budget.exhausted_on == TODAY + timedelta(days=211)


def test_what_leaves_the_year_makes_room_again():
    """Half a unit of May leaves on 31 May 2026, 61 days from now: then 1.0 and not 0.5 is to be spent."""
    spendings = spent(m2025_05="0.5", m2026_03="0.45")
    budget = get_budget(spendings, D("1.45"), as_of=TODAY)
    assert budget.exhausted_on == TODAY + timedelta(days=200)
    sooner = get_budget(spendings, D("1.25"), as_of=TODAY)
    assert sooner.exhausted_on == TODAY + timedelta(days=60)
    just_not = get_budget(spendings, D("1.255"), as_of=TODAY)
    assert just_not.exhausted_on == TODAY + timedelta(days=161)


def test_a_pace_that_would_take_longer_than_a_year_forecasts_nothing():
    """Nine tenths in 90 days; on the 365th they leave, and 3.65 are spent instead of 0.9 + 3.64 the day before."""
    assert get_budget(spent(m2026_03="0.9"), D("4.54"), as_of=TODAY).exhausted_on == date(2027, 3, 30)
    assert get_budget(spent(m2026_03="0.9"), D("4.55"), as_of=TODAY).exhausted_on is None
    assert get_budget(spent(m2026_03="0.000001"), D(9999), as_of=TODAY).exhausted_on is None


def test_the_forecast_ends_with_the_twelve_months():
    """A hundredth a day from 10 March; what January spent leaves on 31 January, and only then is room for long."""
    spendings = spent(m2026_01="0.88", m2026_02="0.02")
    day = date(2026, 3, 10)
    assert get_budget(spendings, D("3.65"), as_of=day).exhausted_on == date(2026, 12, 10)
    assert get_budget(spendings, D("4.16"), as_of=day).exhausted_on == date(2027, 1, 30)
    assert get_budget(spendings, D("4.17"), as_of=day).exhausted_on is None


def test_without_a_pace_nothing_runs_out():
    assert get_budget(spent(m2025_12="2.5"), D(3), as_of=TODAY).exhausted_on is None
    assert get_budget([], D(3), as_of=TODAY).exhausted_on is None


def test_what_is_used_up_says_since_when():
    spendings = spent(
        m2024_06="2", m2025_06="1", m2025_11="0.5", m2026_01="0.5", m2026_02="0", m2026_03="0.2"
    )
    budget = get_budget(spendings, D(2), as_of=TODAY)
    assert (budget.exhausted_since, budget.exhausted_on) == (date(2026, 1, 31), None)
    from_the_start = get_budget(spent(m2026_01="2", m2026_02="1"), D(2), as_of=TODAY)
    assert from_the_start.exhausted_since == date(2026, 1, 31)


@st.composite
def spending(draw: st.DrawFn) -> tuple[list[Spent], Decimal, date]:
    """Some months or weeks of spending, an allowance, and a day that need not end a period."""
    calendar = calendar_for(draw(st.sampled_from(["MONTH", "WEEK", "QUARTER"])))
    last = draw(st.dates(date(2019, 12, 1), date(2022, 4, 1)))
    periods = calendar.between(last - timedelta(days=500), last)
    parts = draw(
        st.lists(st.integers(0, 20), min_size=len(periods), max_size=len(periods)).map(
            lambda tenths: [F(min(tenth, 10), 10) for tenth in tenths]
        )
    )
    allowance = D(draw(st.integers(0, 300))) / 10
    return [Spent(*pair) for pair in zip(periods, parts, strict=True)], allowance, last


@given(spending())
def test_the_forecast_is_the_first_day_that_fits_its_formula(case):
    """Day by day, as the formula reads, against the steps in which it is computed."""
    spendings, allowance, as_of = case
    budget = get_budget(spendings, allowance, as_of=as_of)
    assume(not budget.is_exhausted)
    known = [one for one in spendings if one.period.last <= as_of]
    pace = budget.spent_3 / (as_of - months_before(as_of, 3)).days
    expected = None
    for days in range(1, 367):
        day = as_of + timedelta(days=days)
        left_over = months_before(day, 12)
        if left_over > as_of or (pace == 0):
            break
        kept = sum((one.units for one in known if one.period.last > left_over), F(0))
        if kept + pace * days >= allowance:
            expected = day
            break
    assert budget.exhausted_on == expected


@given(spending())
def test_a_budget_adds_up(case):
    spendings, allowance, as_of = case
    budget = get_budget(spendings, allowance, as_of=as_of)
    assert 0 <= budget.spent_1 <= budget.spent_3 <= budget.spent_12
    assert budget.balance + budget.spent_12 == allowance
    assert 0 <= budget.share_left <= 1
    assert budget.is_exhausted == (budget.exhausted_since is not None) == (Signal.EXHAUSTED in budget.signals)
    if allowance:
        assert budget.is_exhausted == (budget.burn_12 >= 1)
    assert is_exhausted_after(spendings, allowance, as_of) == budget.is_exhausted


# After the allowance is used up


def test_a_period_knows_whether_there_was_room_before_it():
    spendings = spent(m2026_01="1", m2026_02="1", m2026_03="0.5", m2027_01="0.5", m2027_03="0.1")
    assert exhausted_before(spendings, [D(2)] * 5) == (False, False, True, True, False)
    assert not is_exhausted_after(spendings, D(2), date(2026, 1, 31))
    assert is_exhausted_after(spendings, D(2), date(2026, 2, 28))


def test_a_day_does_not_count_before_itself():
    spendings = [Spent(period, F(1)) for period in calendar_for("DAY").between(TODAY, date(2026, 4, 2))]
    assert exhausted_before(spendings, [D(2)] * 3) == (False, False, True)


def test_each_period_has_the_allowance_of_its_own_terms():
    spendings = spent(m2026_01="1", m2026_02="1", m2026_03="0.5")
    assert exhausted_before(spendings, [D(1), D(1), None]) == (False, True, False)


@given(spending(), st.randoms())
def test_all_periods_at_once_say_what_each_says_alone(case, shuffled):
    spendings, allowance, _as_of = case
    shuffled.shuffle(spendings)
    assert exhausted_before(spendings, [allowance] * len(spendings)) == tuple(
        is_exhausted_after(spendings, allowance, one.period.first - timedelta(days=1)) for one in spendings
    )


@pytest.mark.parametrize(
    ("verdict", "exhausted", "is_miss"),
    [
        (Verdict.GOOD, False, False),
        (Verdict.GOOD, True, False),
        (Verdict.APPROACHING, False, False),
        (Verdict.APPROACHING, True, True),
        (Verdict.REQUIRES_IMPROVEMENT, False, True),
        (Verdict.REQUIRES_IMPROVEMENT, True, True),
        (Verdict.INADEQUATE, False, True),
    ],
)
def test_once_exhausted_approaching_counts_as_a_miss(verdict, exhausted, is_miss):
    assert counts_as_miss(verdict, exhausted) is is_miss
    assert counts_as_miss(int(verdict), exhausted) is is_miss
