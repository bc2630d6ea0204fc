"""Why it moved: points that add up."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.value.domain.strategies import evidence as evidences
from tests.value.domain.strategies import full
from tests.value.domain.strategies import terms as all_terms
from value.domain.evidence import NOTHING, Evidence
from value.domain.movement import NOT_EXPLAINED, Snapshot, log_mean, snapshot_of, value_of, why_it_moved
from value.domain.score import parts_of, score
from value.domain.terms import DEFAULT_TERMS, Dimension, Side, Terms

KEYS = [(side, dimension) for side in Side for dimension in Dimension]
qs = st.fixed_dictionaries({key: st.floats(0, 1) for key in KEYS})
some_qs = qs.flatmap(
    lambda found: st.sets(st.sampled_from(KEYS)).map(
        lambda gone: {k: q for k, q in found.items() if k not in gone}
    )
)


def snapshot(joint: str, provider: str, customer: str, terms: Terms = DEFAULT_TERMS) -> Snapshot:
    evidence = Evidence(full(joint), full(provider), full(customer))
    return snapshot_of(parts_of(score(evidence, terms), evidence, terms))


def test_one_dimension_moved() -> None:
    """Only what the customer receives moved, 0.8 to 0.9: everything is on that line."""
    movement = why_it_moved(snapshot("0.9", "0.8", "0.6"), snapshot("0.9", "0.9", "0.6"))
    assert movement.change == pytest.approx(76.4846 - 73.6189, abs=1e-4)
    assert movement.points is not None
    assert movement.points[Side.CUSTOMER, Dimension.RECEIVED] == pytest.approx(movement.change, abs=1e-9)
    assert [movement.points[key] for key in KEYS if key != (Side.CUSTOMER, Dimension.RECEIVED)] == [0, 0, 0]
    assert movement.of_terms == movement.of_evidence == 0


def test_changed_terms_are_a_line_of_their_own() -> None:
    movement = why_it_moved(
        snapshot("0.9", "0.8", "0.6"), snapshot("0.9", "0.8", "0.6", Terms(walkaway_provider=Decimal("0.40")))
    )
    assert movement.change == pytest.approx(movement.of_terms)
    assert movement.of_terms < 0
    assert set((movement.points or {}).values()) == {0}


def test_new_evidence_is_a_line_of_its_own() -> None:
    evidence = Evidence(full("0.9"), full("0.8"), NOTHING)
    before = snapshot_of(parts_of(score(evidence), evidence, DEFAULT_TERMS))
    movement = why_it_moved(before, snapshot("0.9", "0.8", "0.6"))
    assert movement.of_evidence == pytest.approx(movement.change)


def test_nothing_is_explained_from_or_to_zero_or_without_evidence() -> None:
    good, zero = snapshot("0.9", "0.8", "0.6"), snapshot("0.0", "0.0", "0.6")
    assert why_it_moved(good, zero) == why_it_moved(zero, good) == NOT_EXPLAINED
    assert why_it_moved(good, Snapshot({}, DEFAULT_TERMS)) == NOT_EXPLAINED


@given(some_qs, some_qs, all_terms, all_terms)
def test_the_points_add_up(q0: dict, q1: dict, t0: Terms, t1: Terms) -> None:
    before, after = Snapshot(q0, t0), Snapshot(q1, t1)
    movement = why_it_moved(before, after)
    if movement.points is None:
        return
    total = sum(movement.points.values()) + movement.of_terms + movement.of_evidence
    assert total == pytest.approx(movement.change, abs=1e-9)
    assert movement.change == pytest.approx((value_of(after) or 0) - (value_of(before) or 0), abs=1e-12)


@given(qs, qs, all_terms)
def test_under_the_same_terms_with_the_same_evidence_there_are_no_other_lines(
    q0: dict, q1: dict, t: Terms
) -> None:
    movement = why_it_moved(Snapshot(q0, t), Snapshot(q1, t))
    assert movement.of_terms == movement.of_evidence == 0


@given(evidences, all_terms)
def test_a_snapshot_has_the_value_of_its_score(evidence: Evidence, terms: Terms) -> None:
    result = score(evidence, terms)
    if result.shared_value is not None:
        found = value_of(snapshot_of(parts_of(result, evidence, terms)))
        assert found == pytest.approx(float(result.shared_value), abs=1e-4)


@given(st.floats(1e-3, 100), st.floats(1e-3, 100))
def test_the_logarithmic_mean_lies_between(a: float, b: float) -> None:
    assert min(a, b) * (1 - 1e-12) <= log_mean(a, b) <= max(a, b) * (1 + 1e-12)
    assert log_mean(a, a) == a
    assert log_mean(a, b) * math.log(a / b) == pytest.approx(a - b, abs=1e-9)
