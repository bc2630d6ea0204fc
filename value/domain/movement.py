"""Why a score moved: the change cut into points that add up to it (method, section 10)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from value.domain.score import LOWEST_Q, gain, mean, shared_value
from value.domain.terms import Dimension, Side, Terms

Key = tuple[Side, Dimension]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The q's that had evidence, and the terms, of one scored date."""

    qs: Mapping[Key, float]
    terms: Terms


@dataclass(frozen=True, slots=True)
class Movement:
    """Points by side and dimension, and the lines of their own: changed terms, changed evidence.

    All in points of shared value; together they are the change. `points` is None where no cutting makes sense
    (a score is 0 or withheld): then only the q's are shown side by side.
    """

    change: float | None
    points: Mapping[Key, float] | None
    of_terms: float = 0.0
    of_evidence: float = 0.0


NOT_EXPLAINED = Movement(None, None)


def snapshot_of(parts: Mapping[str, Any]) -> Snapshot:
    """The snapshot that the parts of a stored score carry."""
    terms = Terms.from_text(parts["terms"])
    qs = {
        (side, dimension): q
        for side in Side
        for dimension in Dimension
        if terms.weight(dimension)
        and (q := parts["sides"][side.value]["dimensions"][dimension.value]["q"]) is not None
    }
    return Snapshot(qs, terms)


def why_it_moved(before: Snapshot, after: Snapshot) -> Movement:
    """Cuts the change of shared value from `before` to `after` into points that add up to it within 1e-9.

    Agreed terms change first, then evidence that is gone, then the q's that both have, then evidence that is new.
    """
    common = before.qs.keys() & after.qs.keys()
    steps = [
        before,
        replace(before, terms=after.terms),
        Snapshot(_only(before.qs, common), after.terms),
        Snapshot(_only(after.qs, common), after.terms),
        after,
    ]
    values = [value_of(step) for step in steps]
    if any(not value for value in values):
        return NOT_EXPLAINED
    start, under_terms, without_lost, moved, end = (value or 0.0 for value in values)
    return Movement(
        change=end - start,
        points=_points(steps[2], steps[3], without_lost, moved),
        of_terms=under_terms - start,
        of_evidence=(without_lost - under_terms) + (end - moved),
    )


def value_of(snapshot: Snapshot) -> float | None:
    """The shared value of a snapshot, unrounded; None when a side has no evidence."""
    vs = [_v(snapshot, side) for side in Side]
    if vs[0] is None or vs[1] is None:
        return None
    gains = [
        gain(v, snapshot.terms.walkaway(side)) for v, side in zip(vs, Side, strict=True) if v is not None
    ]
    return shared_value(gains[0], gains[1], float(snapshot.terms.alpha))


def log_mean(a: float, b: float) -> float:
    """L(a, b) = (a − b) ÷ (ln a − ln b), in a form that stays exact where a and b are close; L(a, a) = a."""
    x = math.log(a / b)
    return b * math.expm1(x) / x if x else a


def _points(before: Snapshot, after: Snapshot, start: float, end: float) -> dict[Key, float]:
    """points of (s, d) = L(SV₁, SV₀) · α_s · k_s · ω_d · Δln q_d."""
    terms, scale = before.terms, log_mean(end, start)
    points: dict[Key, float] = {}
    for side in Side:
        steps = {
            key: math.log(max(after.qs[key], LOWEST_Q)) - math.log(max(q, LOWEST_Q))
            for key, q in before.qs.items()
            if key[0] is side
        }
        total = sum(terms.weight(dimension) for _side, dimension in steps)
        shares = {key: terms.weight(key[1]) / total * step for key, step in steps.items()}
        k = _leverage(_v(before, side) or 0.0, sum(shares.values()), terms.walkaway(side))
        points |= {key: scale * terms.share(side) * k * share for key, share in shares.items()}
    return points


def _leverage(v: float, step: float, walkaway: float) -> float:
    """k = Δln g ÷ Δln v, from v and Δln v; its limit v ÷ (v − walkaway) where nothing moved."""
    if not step:
        return v / (v - walkaway)
    return math.log1p(v * math.expm1(step) / (v - walkaway)) / step


def _v(snapshot: Snapshot, side: Side) -> float | None:
    qs = [
        (snapshot.terms.weight(d), snapshot.qs[side, d])
        for d in Dimension
        if (side, d) in snapshot.qs and snapshot.terms.weight(d)
    ]
    return mean(qs) if qs else None


def _only(qs: Mapping[Key, float], keys: object) -> dict[Key, float]:
    return {key: q for key, q in qs.items() if key in keys}  # type: ignore[operator]
