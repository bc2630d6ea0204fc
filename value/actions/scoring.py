"""Scoring a set of relationships as of a date, in one transaction."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import connections, transaction

from value.domain.evidence import Evidence
from value.domain.score import METHOD_VERSION, Result, parts_of
from value.domain.terms import DEFAULT_TERMS, Terms
from value.domain.vector import score_many
from value.queries.evidence import evidence_of
from value.queries.reasons import reason_of
from value.queries.terms import arithmetic_of, terms_in_force

LOCK: Final = 7_201  # the advisory lock's class: "somebody is scoring this relationship"
CLAIM: Final = "SELECT pg_advisory_xact_lock(%(lock)s, id::int) FROM unnest(%(ids)s::bigint[]) AS id"
READ: Final = """
SELECT id, changed_at FROM relationships_relationship
WHERE id = ANY (%(ids)s) AND accepted_at IS NOT NULL ORDER BY id
"""
STORE: Final = """
INSERT INTO value_score (relationship_id, as_of, state, reason, shared_value, value_customer, value_provider,
    hidden_imbalance, method_version, parts, input_digest, computed_at)
SELECT n.id, %(as_of)s, CASE WHEN n.reason = '' THEN 'SCORED' ELSE 'WITHHELD' END, n.reason, n.shared,
    n.customer, n.provider, n.imbalance, %(method)s, n.parts, n.digest, %(now)s
FROM unnest(%(id)s::bigint[], %(reason)s::text[], %(shared)s::numeric[], %(customer)s::numeric[],
    %(provider)s::numeric[], %(imbalance)s::numeric[], %(parts)s::jsonb[], %(digest)s::text[])
    AS n(id, reason, shared, customer, provider, imbalance, parts, digest)
ON CONFLICT (relationship_id, as_of) DO UPDATE SET state = excluded.state, reason = excluded.reason,
    shared_value = excluded.shared_value, value_customer = excluded.value_customer,
    value_provider = excluded.value_provider, hidden_imbalance = excluded.hidden_imbalance,
    method_version = excluded.method_version, parts = excluded.parts, input_digest = excluded.input_digest,
    computed_at = excluded.computed_at
"""
# A standing is nothing but a copy of the latest score beside that of a month before: written from the scores, it
# cannot come to differ from them, whatever the order in which dates were scored.
STAND: Final = """
INSERT INTO value_standing (relationship_id, customer_id, provider_id, as_of, state, reason, shared_value,
    value_customer, value_provider, hidden_imbalance, month_ago, seen_changed_at)
SELECT r.id, r.customer_id, r.provider_id, s.as_of, s.state, s.reason, s.shared_value, s.value_customer,
    s.value_provider, s.hidden_imbalance, before.shared_value,
    CASE WHEN s.as_of = %(as_of)s THEN n.changed_at END
FROM unnest(%(id)s::bigint[], %(changed_at)s::timestamptz[]) AS n(id, changed_at)
JOIN relationships_relationship r ON r.id = n.id
CROSS JOIN LATERAL (
    SELECT * FROM value_score l WHERE l.relationship_id = n.id ORDER BY l.as_of DESC LIMIT 1) s
LEFT JOIN LATERAL (
    SELECT b.shared_value FROM value_score b
    WHERE b.relationship_id = n.id AND b.as_of <= s.as_of - interval '1 month' AND b.as_of > s.as_of - interval '2 months'
    ORDER BY b.as_of DESC LIMIT 1) before ON true
ON CONFLICT (relationship_id) DO UPDATE SET customer_id = excluded.customer_id,
    provider_id = excluded.provider_id, as_of = excluded.as_of, state = excluded.state, reason = excluded.reason,
    shared_value = excluded.shared_value, value_customer = excluded.value_customer,
    value_provider = excluded.value_provider, hidden_imbalance = excluded.hidden_imbalance,
    month_ago = excluded.month_ago,
    seen_changed_at = coalesce(excluded.seen_changed_at, value_standing.seen_changed_at)
"""


def score_relationships(
    ids: Sequence[int],
    *,
    as_of: date,
    now: datetime,
    computed_since: datetime | None = None,
    using: str = "batch",
) -> int:
    """Scores relationships as of a date and writes scores and standings; returns how many were computed.

    Safe to run twice and to kill at any line: everything is one transaction, and the same inputs give the same
    digits. Those not accepted by both organisations are passed over, and so are those whose score of that date was
    already computed at or after `computed_since`. Two workers never compute the same relationship at once.
    """
    with transaction.atomic(using=using):
        changed_at = _claim(ids, as_of=as_of, computed_since=computed_since, using=using)
        claimed = list(changed_at)
        if not claimed:
            return 0
        # What changed is read before the evidence: a change in between is seen again, never lost.
        evidence = evidence_of(claimed, as_of, using=using)
        agreed = terms_in_force(claimed, as_of, using=using)
        terms = [arithmetic_of(agreed[pk]) if pk in agreed else DEFAULT_TERMS for pk in claimed]
        results = score_many([evidence[pk] for pk in claimed], terms)
        rows = [
            _row(pk, result, evidence[pk], term, agreed[pk].agreement_id if pk in agreed else None)
            for pk, result, term in zip(claimed, results, terms, strict=True)
        ]
        common = {"as_of": as_of, "now": now, "method": METHOD_VERSION}
        _write(STORE, {**_columns(rows), **common}, using)
        _write(STAND, {"id": claimed, "changed_at": list(changed_at.values()), "as_of": as_of}, using)
    return len(claimed)


def _claim(
    ids: Sequence[int], *, as_of: date, computed_since: datetime | None, using: str
) -> dict[int, datetime]:
    """Locks the relationships until the transaction ends; when each of those still to be scored last changed."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            CLAIM, {"ids": sorted(ids), "lock": LOCK}
        )  # in order, so that nobody waits in a circle
        cursor.execute(READ, {"ids": list(ids)})
        claimed = dict(cursor.fetchall())
        if computed_since is not None:
            cursor.execute(
                "SELECT relationship_id FROM value_score"
                " WHERE relationship_id = ANY (%s) AND as_of = %s AND computed_at >= %s",
                [list(claimed), as_of, computed_since],
            )
            for (done,) in cursor.fetchall():
                del claimed[done]
    return claimed


def _row(
    pk: int, result: Result, evidence: Evidence, terms: Terms, agreement_id: int | None
) -> tuple[Any, ...]:
    parts = {**parts_of(result, evidence, terms), "agreement": agreement_id}
    return (
        pk,
        reason_of(parts),
        result.shared_value,
        result.value_customer,
        result.value_provider,
        result.hidden_imbalance,
        json.dumps(parts),
        result.input_digest,
    )


def _columns(rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    names = ("id", "reason", "shared", "customer", "provider", "imbalance", "parts", "digest")
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def _write(statement: str, parameters: dict[str, Any], using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(statement, parameters)
