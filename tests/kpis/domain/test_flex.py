"""Method, sections 3 and 4: bands move as agreed, and a better value never gets a worse verdict for it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpis.domain.bands import Band, DisorderedBand, Polarity, Verdict, judge
from kpis.domain.flex import (
    Flexed,
    Rule,
    UnusableRule,
    check_rule,
    flex,
    mutual_trust,
    quarter_start,
    six,
    widen,
)
from portal.lib.rounding import half_even
from tests.kpis.domain.flexings import Case, cases, moved_bands, moved_values, shares
from tests.kpis.domain.strategies import banded, banded_values, number

D, F = Decimal, Fraction
HAIR = D("0.000001")


def band(*thresholds) -> Band:
    return Band(*(D(str(one)) for one in thresholds))


UPTIME = band(90, 95, 98)
WAITING = band(9, 7, 5)
WARMTH = band(16, 18, 20, 24, 26, 28)
PEAK = Rule("peak", "SHIFT", 1, amounts=band(-2, -3, -1))


def by_calls(**instead) -> Rule:
    """1 unit of band for each 2 % of calls beyond 10 %, at most 3."""
    numbers = {"baseline": D(1000), "slope": D(50), "deadband": D("0.1"), "cap": D(3)}
    return Rule("surge", "DRIVER", 1, key="calls", **(numbers | instead))


def moved(rule: Rule, base: Band = UPTIME, polarity="HIGHER", *, held=30, days=30, value=None) -> Flexed:
    return flex(polarity, base, [rule], covered={rule.environment: held}, days=days, driven={rule.key: value})


# Worked by hand


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (30, (88, 92, 97)),
        (15, (89, "93.5", "97.5")),
        (10, ("89.333333", 94, "97.666667")),
        (1, ("89.933333", "94.9", "97.966667")),
        (0, (90, 95, 98)),
    ],
)
def test_a_shift_adds_its_amounts_for_the_days_it_covers(held, expected):
    assert moved(PEAK, held=held).band == band(*expected)


@pytest.mark.parametrize(
    ("held", "expected"), [(31, (70, 80, 85)), (8, ("84.838710", "91.129032", "94.645161"))]
)
def test_a_replacement_counts_for_the_days_it_covers(held, expected):
    """8 of 31 days: 90 − 20 × 8 ÷ 31 = 84.838709677…, 95 − 15 × 8 ÷ 31, 98 − 13 × 8 ÷ 31."""
    rule = Rule("migration", "REPLACE", 1, amounts=band(70, 80, 85))
    assert moved(rule, held=held, days=31).band == band(*expected)


@pytest.mark.parametrize(
    ("value", "deviation", "ease"),
    [
        (1180, "0.18", "3"),
        (1150, "0.15", "2.5"),
        (1110, "0.11", "0.5"),
        (1100, "0.1", "0"),
        (1000, "0", "0"),
        (820, "-0.18", "3"),
        (850, "-0.15", "2.5"),
        (0, "-1", "3"),
    ],
)
def test_a_driver_moves_all_thresholds_towards_easier(value, deviation, ease):
    """Calls up by 18 % are 0.18; 8 % beyond the deadband would be 4 units, and the cap is 3."""
    flexed = moved(by_calls(), value=D(value))
    assert flexed.deviation == F(deviation)
    assert flexed.band == band(*(D(one) - D(ease) for one in (90, 95, 98)))


def test_easier_is_more_where_lower_is_better_and_outwards_for_a_range():
    up = moved(by_calls(), WAITING, "LOWER", value=D(1150))
    assert up.band == band("11.5", "9.5", "7.5")
    out = moved(by_calls(), WARMTH, "WITHIN_RANGE", value=D(1150))
    assert out.band == band("13.5", "15.5", "17.5", "26.5", "28.5", "30.5")


def test_a_driver_too_counts_for_the_days_it_covers():
    assert moved(by_calls(), held=10, value=D(1150)).band == band("89.166667", "94.166667", "97.166667")


def test_a_baseline_below_nothing_deviates_by_its_size():
    assert moved(by_calls(baseline=D(-10)), value=D(-8)).deviation == F("0.2")
    assert moved(by_calls(baseline=D(-10)), value=D(-12)).deviation == F("-0.2")


def test_halves_are_rounded_to_even_and_once():
    rule = Rule("peak", "SHIFT", 1, amounts=band("0.000001", "0.000003", "0.000005"))
    assert moved(rule, band(0, 1, 2), held=1, days=2).band == band("0", "1.000002", "2.000002")
    # 0.000004 ÷ 3 × ½ = 0.00000067: rounded at its third first, it would be half of 0.000001, and so nothing.
    thirds = by_calls(baseline=D(3), slope=D("0.000004"), deadband=D(0))
    assert moved(thirds, band(0, 1, 2), held=1, days=2, value=D(4)).band.floor == D("-0.000001")


def test_a_verdict_before_and_after():
    """93.5 % in a period with 15 of 30 days of peak season."""
    flexed = moved(PEAK, held=15)
    assert judge("HIGHER", UPTIME, D("93.5")).verdict is Verdict.REQUIRES_IMPROVEMENT
    after = judge("HIGHER", flexed.band, D("93.5"))
    assert (after.verdict, after.attainment) == (Verdict.APPROACHING, 60)
    assert (flexed.rule, flexed.share, flexed.deviation) == (PEAK, F(1, 2), None)


@pytest.mark.parametrize(
    ("earned", "trust", "tolerance"),
    [
        ("0.5", "0.6", "94.1"),
        ("1", "1", "92"),
        ("0.25", "0.75", "94.4375"),
        ("1", "0", "95"),
        ("0", "1", "95"),
        ("0.333333", "0.333333", "94.666667"),
    ],
)
def test_trust_widens_the_tolerance(earned, trust, tolerance):
    """98 + (95 − 98) × (1 + 0.5 × 0.6) = 94.1."""
    wide = widen("HIGHER", UPTIME, max_earned=D(earned), trust=D(trust))
    assert wide == band(90, tolerance, 98)


def test_earned_room_never_goes_beyond_floor():
    everything = {"max_earned": D(1), "trust": D(1)}
    assert widen("HIGHER", band(94, 95, 98), **everything) == band(94, 94, 98)
    assert widen("LOWER", band(8, 7, 5), **everything) == band(8, 8, 5)
    assert widen("WITHIN_RANGE", band(17, 18, 20, 24, 26, 27), **everything) == band(17, 17, 20, 24, 27, 27)


def test_earned_room_of_a_range_is_on_both_halves():
    wide = widen("WITHIN_RANGE", WARMTH, max_earned=D("0.5"), trust=D("0.5"))
    assert wide == band(16, "17.5", 20, 24, "26.5", 28)


def test_trust_is_that_of_the_side_that_trusts_less():
    assert mutual_trust(D("0.8"), D("0.6")) == D("0.6")
    assert mutual_trust(D("0.3"), D("0.6")) == D("0.3")
    assert mutual_trust(None, D("0.6")) == mutual_trust(D("0.8"), None) == 0


@pytest.mark.parametrize(
    ("day", "first"),
    [("2026-01-01", "2026-01-01"), ("2026-03-31", "2026-01-01"), ("2026-12-31", "2026-10-01")],
)
def test_trust_is_frozen_when_a_quarter_begins(day, first):
    assert quarter_start(date.fromisoformat(day)) == date.fromisoformat(first)


# Which rule


def test_the_highest_priority_wins_and_rules_never_stack():
    higher = replace(PEAK, environment="migration", priority=2, amounts=band(-1, -1, -1))
    for rules in ([PEAK, higher], [higher, PEAK]):
        flexed = flex("HIGHER", UPTIME, rules, covered={"peak": 30, "migration": 15}, days=30)
        assert (flexed.rule, flexed.band) == (higher, band("89.5", "94.5", "97.5"))


def test_of_equal_priority_the_first_is_used():
    other = replace(PEAK, amounts=band(-1, -1, -1))
    flexed = flex("HIGHER", UPTIME, [other, PEAK], covered={"peak": 30}, days=30)
    assert flexed.rule is other


def test_an_environment_that_does_not_hold_leaves_its_rule_aside():
    lower = replace(PEAK, environment="migration", priority=0)
    flexed = flex("HIGHER", UPTIME, [PEAK, lower], covered={"peak": 0, "migration": 30}, days=30)
    assert flexed.rule is lower
    assert flex("HIGHER", UPTIME, [PEAK], covered={}, days=30) == Flexed(UPTIME)


def test_a_driver_that_nobody_reported_gives_way():
    lower = replace(PEAK, environment="surge", priority=0)
    for driven in (None, {}, {"calls": None}):
        flexed = flex("HIGHER", UPTIME, [by_calls(), lower], covered={"surge": 30}, days=30, driven=driven)
        assert flexed.rule is lower


def test_more_days_than_the_period_has_are_the_period():
    assert moved(PEAK, held=99).share == 1


# What can never be


@given(cases())
def test_a_moved_threshold_is_what_the_method_writes(case):
    """Written anew: the one rule with the highest priority, `base + share × (flexed − base)`, rounded at the end."""
    flexed = case.flexed()
    able = [
        rule
        for rule in case.rules
        if case.covered.get(rule.environment)
        and not (rule.kind == "DRIVER" and case.driven[rule.key] is None)
    ]
    if not able:
        assert flexed == Flexed(case.band)
        return
    rule = max(able, key=lambda one: one.priority)
    assert flexed.rule == rule
    share = F(case.covered[rule.environment], case.days)
    assert flexed.share == share
    assert six(flexed.band) == tuple(
        None if base is None else half_even(F(base) + share * (there - F(base)), 6)
        for base, there in zip(six(case.band), fully(case, rule), strict=True)
    )


def fully(case: Case, rule: Rule) -> list[Fraction]:
    amounts = six(rule.amounts) if rule.amounts else ()
    if rule.kind == "REPLACE":
        return [F(one or 0) for one in amounts]
    if rule.kind == "SHIFT":
        return [F(base or 0) + F(one or 0) for base, one in zip(six(case.band), amounts, strict=True)]
    deviation = abs(F(case.driven[rule.key]) / F(rule.baseline) - 1)
    ease = min(F(rule.cap), max(F(0), F(rule.slope) * (deviation - F(rule.deadband))))
    easier = {
        Polarity.HIGHER: (-ease,) * 6,
        Polarity.LOWER: (ease,) * 6,
        Polarity.WITHIN_RANGE: (-ease,) * 3 + (ease,) * 3,
    }
    return [F(base or 0) + way for base, way in zip(six(case.band), easier[case.polarity], strict=True)]


@given(moved_bands())
def test_thresholds_stay_in_order(case):
    polarity, flexed = case
    thresholds = list(flexed.thresholds)
    if polarity == Polarity.LOWER:
        thresholds.reverse()
    assert thresholds == sorted(thresholds)


@given(moved_values(), number(-1200, 1200))
def test_better_values_never_get_worse_verdicts(case, other):
    polarity, flexed, value = case
    middle = flexed.target if polarity != "WITHIN_RANGE" else (flexed.target + flexed.upper_target) / 2
    if polarity == Polarity.WITHIN_RANGE:
        assume((value - middle) * (other - middle) > 0)
    rising = polarity == Polarity.HIGHER or (polarity == Polarity.WITHIN_RANGE and value < middle)
    worse, better = sorted((value, other), reverse=not rising)
    first, second = judge(polarity, flexed, worse), judge(polarity, flexed, better)
    assert first.verdict <= second.verdict
    assert first.attainment <= second.attainment


@given(moved_values())
def test_every_value_has_exactly_one_verdict(case):
    """Read as the table of the method does, on the mirrored half where lower is better."""
    polarity, flexed, value = case
    halves = [(flexed.floor, flexed.tolerance, flexed.target, value)]
    if polarity == Polarity.LOWER:
        halves = [tuple(-one for one in halves[0])]
    if polarity == Polarity.WITHIN_RANGE:
        halves.append(
            (-flexed.upper_floor, -flexed.upper_tolerance, -flexed.upper_target, -value),
        )
    verdicts = []
    for floor, tolerance, target, one in halves:
        true = [one < floor, floor <= one < tolerance, tolerance <= one < target, one >= target]
        assert true.count(True) == 1
        verdicts.append(Verdict(true.index(True)))
    assert judge(polarity, flexed, value).verdict == min(verdicts)


@given(cases(kind="DRIVER", most=1), number(-1200, 1200))
def test_a_driver_never_moves_beyond_its_cap_and_never_makes_it_harder(case, value):
    flexed = case.flexed()
    cap = flexed.rule.cap if flexed.rule else 0
    for base, there in zip(case.band.thresholds, flexed.band.thresholds, strict=True):
        assert abs(there - base) <= cap
    after, before = judge(case.polarity, flexed.band, value), judge(case.polarity, case.band, value)
    assert after.verdict >= before.verdict
    assert after.attainment >= before.attainment


@given(cases(polarity=Polarity.HIGHER), number(-1200, 1200), shares, shares)
def test_lower_is_higher_in_the_mirror(case, value, earned, trust):
    mirrored = Case(
        Polarity.LOWER,
        negated(case.band),
        tuple(replace(rule, amounts=rule.amounts and negated(rule.amounts)) for rule in case.rules),
        case.covered,
        case.days,
        case.driven,
    )
    one, other = case.flexed(), mirrored.flexed()
    assert other.band == negated(one.band)
    assert (other.share, other.deviation) == (one.share, one.deviation)
    wide = widen("HIGHER", one.band, max_earned=earned, trust=trust)
    assert widen("LOWER", other.band, max_earned=earned, trust=trust) == negated(wide)
    assert judge("LOWER", negated(wide), -value) == judge("HIGHER", wide, value)


def negated(found: Band) -> Band:
    return Band(*(None if one is None else -one for one in six(found)))


@given(cases(), number(-1200, 1200))
def test_flexing_never_changes_the_raw_verdict(case, value):
    before = judge(case.polarity, case.band, value)
    thresholds = six(case.band)
    case.flexed()
    assert six(case.band) == thresholds
    assert judge(case.polarity, case.band, value) == before


@given(cases())
def test_no_day_covered_is_the_band_itself(case):
    assert case.flexed(covered={}) == Flexed(case.band)
    assert case.flexed(covered=dict.fromkeys("abc", 0)).band is case.band


@given(cases())
def test_all_days_covered_is_the_flexed_band(case):
    flexed = case.flexed(covered=dict.fromkeys("abc", case.days))
    if flexed.rule is not None:
        assert flexed.share == 1
        expected = [half_even(one, 6) for one in fully(case, flexed.rule)]
        assert list(flexed.band.thresholds) == expected[: len(flexed.band.thresholds)]


@given(cases(most=1), st.integers(0, 92), st.integers(0, 92))
def test_more_days_covered_move_further(case, one, other):
    fewer, more = sorted((min(one, case.days), min(other, case.days)))
    near = case.flexed(covered=dict.fromkeys("abc", fewer)).band
    far = case.flexed(covered=dict.fromkeys("abc", more)).band
    for base, first, second in zip(case.band.thresholds, near.thresholds, far.thresholds, strict=True):
        assert abs(first - base) <= abs(second - base)
        assert (first - base) * (second - base) >= 0


@given(cases(), st.randoms())
def test_only_the_winning_rule_has_a_say(case, shuffled):
    flexed = case.flexed()
    if flexed.rule is None:
        return
    assert Case(**(vars(case) | {"rules": (flexed.rule,)})).flexed() == flexed
    rules = [rule for rule in case.rules if rule is flexed.rule or rule.priority != flexed.rule.priority]
    shuffled.shuffle(rules)
    assert Case(**(vars(case) | {"rules": tuple(rules)})).flexed() == flexed


@given(banded_values(), shares, shares, shares)
def test_earned_room_only_helps_and_ends_at_floor(case, earned, less, more):
    polarity, base, value = case
    less, more = sorted((less, more))
    near = widen(polarity, base, max_earned=earned, trust=less)
    far = widen(polarity, base, max_earned=earned, trust=more)
    assert (far.floor, far.target, far.upper_target, far.upper_floor) == (
        (base.floor, base.target, base.upper_target, base.upper_floor)
    )
    way = [base.tolerance, near.tolerance, far.tolerance, base.floor]
    assert way == sorted(way, reverse=base.floor < base.target)
    if polarity == Polarity.WITHIN_RANGE:
        upper = [base.upper_tolerance, near.upper_tolerance, far.upper_tolerance, base.upper_floor]
        assert upper == sorted(upper)
    verdicts = [judge(polarity, one, value) for one in (base, near, far)]
    assert sorted(verdicts, key=lambda one: one.attainment) == verdicts
    assert sorted(verdicts, key=lambda one: one.verdict) == verdicts


@given(banded, shares)
def test_no_trust_is_no_room(case, share):
    polarity, base = case
    assert widen(polarity, base, max_earned=share, trust=D(0)) == base
    assert widen(polarity, base, max_earned=D(0), trust=share) == base


# Rules that cannot be used


@given(cases())
def test_a_rule_that_leaves_the_band_in_order_can_be_used(case):
    for rule in case.rules:
        check_rule(case.polarity, case.band, rule)


@pytest.mark.parametrize(
    "rule",
    [
        Rule("peak", "SHIFT", 1, amounts=band(5, 0, 0)),
        Rule("peak", "SHIFT", 1, amounts=band(0, 3, 0)),
        Rule("peak", "REPLACE", 1, amounts=band(90, 80, 70)),
        Rule("peak", "REPLACE", 1, amounts=band(90, 90, 95)),
    ],
)
def test_a_rule_that_brings_the_band_out_of_order_is_refused(rule):
    with pytest.raises(DisorderedBand):
        check_rule("HIGHER", UPTIME, rule)


@pytest.mark.parametrize(
    "rule",
    [
        Rule("peak", "SHIFT", 1),
        Rule("peak", "REPLACE", 1),
        Rule("peak", "SHIFT", 1, amounts=WARMTH),
        by_calls(baseline=None),
        by_calls(baseline=D(0)),
        by_calls(slope=None),
        by_calls(slope=D(0)),
        by_calls(slope=D(-50)),
        by_calls(deadband=None),
        by_calls(deadband=D("-0.1")),
        by_calls(cap=None),
        by_calls(cap=D(0)),
        by_calls(cap=D(-3)),
    ],
)
def test_a_rule_without_usable_numbers_is_refused(rule):
    with pytest.raises(UnusableRule):
        check_rule("HIGHER", UPTIME, rule)


@pytest.mark.parametrize("rule", [Rule("peak", "SHIFT", 1), by_calls(baseline=D(0)), by_calls(slope=None)])
def test_an_unusable_rule_judges_nothing(rule):
    with pytest.raises(UnusableRule):
        moved(rule, value=D(1180))


def test_a_range_is_not_flexed_by_a_rule_without_its_upper_half():
    with pytest.raises(UnusableRule):
        check_rule("WITHIN_RANGE", WARMTH, PEAK)


@pytest.mark.parametrize(("earned", "trust"), [("1.1", "1"), ("-0.1", "1"), ("1", "1.1"), ("1", "-0.1")])
def test_room_and_trust_are_shares(earned, trust):
    with pytest.raises(UnusableRule):
        widen("HIGHER", UPTIME, max_earned=D(earned), trust=D(trust))


def test_half_a_range_has_no_earned_room():
    with pytest.raises(DisorderedBand):
        widen("WITHIN_RANGE", UPTIME, max_earned=D(1), trust=D(1))


def test_a_band_without_its_thresholds_is_none():
    with pytest.raises(DisorderedBand):
        moved(replace(PEAK, amounts=Band(None, D(1), D(1))), Band(None, D(1), D(2)))
