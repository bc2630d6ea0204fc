"""The vectors of the method, worked out by hand, and what holds of every score."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.lib.rounding import half_even
from tests.value.domain.strategies import evidence as evidences
from tests.value.domain.strategies import full
from tests.value.domain.strategies import terms as all_terms
from value.domain.evidence import NOTHING, Evidence, Sums
from value.domain.score import (
    Cause,
    Result,
    Side,
    digest_of,
    gain,
    hidden_imbalance,
    mean,
    parts_of,
    rounded,
    score,
    shared_value,
)
from value.domain.terms import DEFAULT_TERMS, Terms, TermsOutOfRange
from value.domain.vector import score_many


def test_perfect_on_both_sides_is_one_hundred() -> None:
    result = score(Evidence(full(1), full(1), full(1)))
    assert (result.shared_value, result.value_customer, result.value_provider) == (100, 100, 100)
    assert result.hidden_imbalance == 0
    assert result.withheld == ()


def test_a_vector_worked_by_hand() -> None:
    """q: joint 0.90, provider's 0.80, customer's 0.60.

    v_C = √0.72 = 0.848528, g_C = 0.648528 ÷ 0.8 = 0.810660; v_P = √0.54 = 0.734847, g_P = 0.668559;
    100 √(0.810660 × 0.668559) = 73.6189; (81.0660 + 66.8559) ÷ 2 − 73.6189 = 0.3421.
    """
    result = score(Evidence(full("0.9"), full("0.8"), full("0.6")))
    assert result.value_customer == Decimal("81.0660")
    assert result.value_provider == Decimal("66.8559")
    assert result.shared_value == Decimal("73.6189")
    assert result.hidden_imbalance == Decimal("0.3421")


def test_the_geometric_mean_does_not_let_one_side_hide_the_other() -> None:
    """g_C = 1 and g_P = 0.25 are worth 50, not the 62.5 of an arithmetic mean."""
    # The provider receives 0.16 and shares outcomes of 1: v_P = √0.16 = 0.4, g_P = 0.2 ÷ 0.8 = 0.25.
    result = score(Evidence(full(1), full(1), full("0.16")))
    assert result.shared_value == Decimal("50.0000")
    assert result.hidden_imbalance == Decimal("12.5000")


def test_at_or_below_the_walk_away_the_shared_value_is_zero() -> None:
    result = score(Evidence(full("0.04"), full("1"), full("1")), Terms(1, 0))
    assert result.shared_value == 0
    assert result.value_customer == result.value_provider == 0
    assert result.hidden_imbalance == 0
    one_sided = score(Evidence(full(1), full(1), full(0)))  # v_P = √(1 × 0.01) = 0.1
    assert (one_sided.shared_value, one_sided.value_customer) == (0, 100)
    assert one_sided.hidden_imbalance == 50


def test_agreed_terms_count() -> None:
    """Weights 3 and 1, walk-aways 0 and 0.5, α 0.25: v_C = 0.81^¾ × 0.16^¼ = 0.54; v_P = 0.81^¾ × 1 = 0.853815.

    g_C = 0.54, g_P = 0.353815 ÷ 0.5 = 0.707630; 100 × 0.54^¼ × 0.707630^¾ = 66.1383.
    """
    terms = Terms(3, 1, Decimal(0), Decimal("0.5"), Decimal("0.25"))
    result = score(Evidence(full("0.81"), full("0.16"), full("1")), terms)
    assert result.value_customer == Decimal("54.0000")
    assert result.value_provider == Decimal("70.7630")
    assert result.shared_value == Decimal("66.1383")


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (Evidence(), [(Side.CUSTOMER, Cause.NOTHING_MEASURED), (Side.PROVIDER, Cause.NOTHING_MEASURED)]),
        (Evidence(NOTHING, full(1), NOTHING), [(Side.PROVIDER, Cause.NOTHING_MEASURED)]),
        (Evidence(full(1), Sums(0, 0, 0, 4), NOTHING), [(Side.CUSTOMER, Cause.TOO_LITTLE_EVIDENCE)]),
        (Evidence(full(1, periods=59, expected=100)), [(s, Cause.TOO_LITTLE_EVIDENCE) for s in Side]),
        (Evidence(full(1, periods=60, expected=100)), []),
    ],
)
def test_withheld_with_its_reason_never_guessed(evidence: Evidence, expected: list) -> None:
    result = score(evidence)
    assert [(w.side, w.cause) for w in result.withheld] == expected
    assert (result.shared_value is None) == bool(expected)


def test_without_a_threshold_there_must_still_be_evidence() -> None:
    terms = Terms(evidence_threshold=Decimal(0))
    result = score(Evidence(Sums(0, 0, 0, 5)), terms)
    assert {w.cause for w in result.withheld} == {Cause.NO_EVIDENCE}
    assert score_many([Evidence(Sums(0, 0, 0, 5))], [terms]) == [result]


def test_sixty_per_cent_is_sixty_per_cent_whatever_the_weights() -> None:
    sixty = full(1, periods=3, expected=5)
    assert not score(Evidence(sixty, sixty, sixty), Terms(3, 3)).withheld


def test_a_dimension_in_which_nothing_is_expected_is_left_out() -> None:
    result = score(Evidence(full("0.64"), full(1), NOTHING))
    assert result.provider.v == pytest.approx(0.64)
    assert result.provider.coverage == 1


def test_parts_explain_and_the_digest_names_the_inputs() -> None:
    evidence = Evidence(full("0.9"), full("0.8"), full("0.6"))
    result = score(evidence)
    parts = parts_of(result, evidence, DEFAULT_TERMS)
    assert parts["sides"]["CUSTOMER"]["dimensions"]["RECEIVED"]["q"] == 0.8
    assert parts["sides"]["PROVIDER"]["dimensions"]["RECEIVED"]["q"] == 0.6
    assert parts["terms"]["alpha"] == "0.50"
    assert result.input_digest == score(evidence).input_digest
    other = replace(evidence, joint=replace(evidence.joint, expected=99))
    assert len({result.input_digest, digest_of(other, DEFAULT_TERMS), digest_of(evidence, Terms(2, 1))}) == 3


@pytest.mark.parametrize(
    "wrong",
    [{"weight_outcomes": 0, "weight_received": 0}, {"alpha": Decimal(1)}, {"walkaway_customer": Decimal(1)},
     {"weight_outcomes": -1}, {"evidence_threshold": Decimal("1.01")}, {"walkaway_provider": Decimal("-0.1")}],
)  # fmt: skip
def test_terms_that_no_score_can_be_computed_with(wrong: dict) -> None:
    with pytest.raises(TermsOutOfRange):
        Terms(**wrong)


@given(all_terms)
def test_terms_survive_being_written_down(terms: Terms) -> None:
    assert Terms.from_text(terms.as_text()) == terms


@given(st.lists(st.tuples(evidences, all_terms), max_size=30))
def test_many_at_once_are_bit_for_bit_what_each_is_alone(pairs: list[tuple[Evidence, Terms]]) -> None:
    alone = [score(evidence, terms) for evidence, terms in pairs]
    assert score_many([e for e, _t in pairs], [t for _e, t in pairs]) == alone


unit = st.floats(0, 1)
inner = st.floats(0.01, 0.99)


@given(unit, unit, inner)
def test_imbalance_is_never_negative_and_nothing_is_worth_more_than_the_mean(
    c: float, p: float, alpha: float
) -> None:
    together = shared_value(c, p, alpha)
    assert 0 <= together <= 100 * (alpha * c + (1 - alpha) * p) + 1e-9
    assert hidden_imbalance(c, p, alpha, together) >= 0


@given(unit, inner)
def test_zero_as_soon_as_one_side_gains_nothing(g: float, alpha: float) -> None:
    assert shared_value(0.0, g, alpha) == shared_value(g, 0.0, alpha) == 0


@given(unit, unit)
def test_symmetric_for_equal_power(c: float, p: float) -> None:
    assert shared_value(c, p, 0.5) == shared_value(p, c, 0.5)


@given(unit, inner)
def test_equal_gains_hide_nothing(g: float, alpha: float) -> None:
    assert hidden_imbalance(g, g, alpha, shared_value(g, g, alpha)) == pytest.approx(0, abs=1e-11)


@given(st.lists(st.tuples(st.integers(1, 50), unit), min_size=1, max_size=5), unit, st.data())
def test_more_attainment_never_lowers_v(
    qs: list[tuple[int, float]], better: float, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(qs) - 1))
    w, q = qs[at]
    raised = [*qs[:at], (w, max(q, better)), *qs[at + 1 :]]
    assert mean(raised) >= mean(qs) * (1 - 1e-12)


@given(st.floats(0, 1), st.floats(0, 0.99))
def test_a_gain_lies_between_nothing_and_everything(v: float, walkaway: float) -> None:
    assert 0 <= gain(v, walkaway) <= 1
    assert gain(walkaway, walkaway) == 0
    assert gain(1.0, walkaway) == 1


@given(evidences, all_terms)
def test_swapping_the_sides_swaps_the_result(evidence: Evidence, terms: Terms) -> None:
    mirrored = Evidence(evidence.joint, evidence.by_customer, evidence.by_provider)
    one = score(evidence, replace(terms, alpha=Decimal("0.5")))
    swapped = replace(
        terms,
        alpha=Decimal("0.5"),
        walkaway_customer=terms.walkaway_provider,
        walkaway_provider=terms.walkaway_customer,
    )
    other = score(mirrored, swapped)
    assert _figures(one) == _figures(other, mirrored=True)


@given(evidences, all_terms, st.integers(1, 10**12))
def test_better_readings_never_lower_the_score(evidence: Evidence, terms: Terms, more: int) -> None:
    joint = evidence.joint
    assume(joint.weight)
    better = replace(
        evidence, joint=replace(joint, points=min(joint.points + more, joint.weight * 1_000_000))
    )
    before, after = score(evidence, terms).shared_value, score(better, terms).shared_value
    assert (before is None) == (after is None)
    assert before is None or after is None or after >= before - Decimal("0.0001")


def _figures(result: Result, *, mirrored: bool = False) -> tuple:
    sides = (result.value_customer, result.value_provider)
    return (result.shared_value, result.hidden_imbalance, *(reversed(sides) if mirrored else sides))


@given(st.floats(0, 100) | st.integers(0, 2_000_000).map(lambda n: n / 20_000))
def test_rounding_fast_is_rounding_half_to_even(value: float) -> None:
    assert rounded(value) == half_even(Decimal(value), 4)
    assert str(rounded(value)) == str(half_even(Decimal(value), 4))
