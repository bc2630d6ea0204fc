"""Many scores at once, in columns; digit for digit what `score` says of each.

Additions, products and quotients of doubles are the same everywhere. Logarithms and powers are not: numpy may use
another algorithm than the C library, so they are taken with `math`, element by element.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from value.domain.evidence import Evidence
from value.domain.score import (
    LOWEST_Q,
    Dimension,
    Experience,
    Result,
    Side,
    Terms,
    coverage_of,
    digest_of,
    rounded,
    sums_of,
    why_withheld,
)

Column = NDArray[np.float64]


def score_many(evidence: Sequence[Evidence], terms: Sequence[Terms]) -> list[Result]:
    """`score` of each pair of evidence and terms, in order."""
    if not evidence:
        return []
    v_customer, g_customer = _side(evidence, terms, Side.CUSTOMER)
    v_provider, g_provider = _side(evidence, terms, Side.PROVIDER)
    alpha = np.array([float(t.alpha) for t in terms])
    together = _shared_value(g_customer, g_provider, alpha)
    arithmetic = 100.0 * (alpha * g_customer + (1.0 - alpha) * g_provider)
    columns = (
        together,
        100.0 * g_customer,
        100.0 * g_provider,
        np.maximum(arithmetic - together, 0.0),
        v_customer,
        g_customer,
        v_provider,
        g_provider,
    )
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [_result(e, t, row) for e, t, row in zip(evidence, terms, rows, strict=True)]


def _side(evidence: Sequence[Evidence], terms: Sequence[Terms], side: Side) -> tuple[Column, Column]:
    """v and g of one side; NaN without evidence."""
    total, weight = np.zeros(len(evidence)), np.zeros(len(evidence))
    for dimension in Dimension:
        q = np.array([_q(sums_of(e, side, dimension).q) for e in evidence])
        w = np.array([float(t.weight(dimension)) for t in terms])
        is_there = ~np.isnan(q)
        w = np.where(is_there, w, 0.0)
        total += w * _map(math.log, np.maximum(np.where(is_there, q, 1.0), LOWEST_Q))
        weight += w
    with np.errstate(invalid="ignore"):
        v = _map(math.exp, total / weight)
    walkaway = np.array([t.walkaway(side) for t in terms])
    return v, np.minimum(np.maximum((v - walkaway) / (1.0 - walkaway), 0.0), 1.0)


def _shared_value(customer: Column, provider: Column, alpha: Column) -> Column:
    is_zero = (customer == 0.0) | (provider == 0.0)
    logs = [_map(math.log, np.where(is_zero, 1.0, g)) for g in (customer, provider)]
    return np.where(is_zero, 0.0, 100.0 * _map(math.exp, alpha * logs[0] + (1.0 - alpha) * logs[1]))


def _result(evidence: Evidence, terms: Terms, row: tuple[float, ...]) -> Result:
    customer = _experience(evidence, terms, Side.CUSTOMER, row[4], row[5])
    provider = _experience(evidence, terms, Side.PROVIDER, row[6], row[7])
    digest = digest_of(evidence, terms)
    if customer.withheld or provider.withheld:
        return Result(None, None, None, None, customer, provider, digest)
    shared, of_customer, of_provider, imbalance = (rounded(figure) for figure in row[:4])
    return Result(shared, of_customer, of_provider, imbalance, customer, provider, digest)


def _experience(evidence: Evidence, terms: Terms, side: Side, v: float, g: float) -> Experience:
    sums = [(terms.weight(d), sums_of(evidence, side, d)) for d in Dimension]
    coverage, is_enough = coverage_of(sums, terms.evidence_threshold)
    has_evidence = not math.isnan(v)
    withheld = why_withheld(side, coverage, is_enough=is_enough, has_evidence=has_evidence)
    return Experience(v if has_evidence else None, g if has_evidence else None, coverage, withheld)


def _q(q: float | None) -> float:
    return math.nan if q is None else q


def _map(function: Callable[[float], float], column: Any) -> Column:
    return np.fromiter(map(function, column.tolist()), np.float64, len(column))
