"""Checking the audit chains: every link recomputed in one statement, independently of the trigger that wrote it.

A chain is sound when its links are numbered from 1 without a gap, each names the hash of the link before it
(64 zeros before the first), each hash is the SHA-256 of the link's own content, and the head names the last
link. Rewriting a whole chain together with its head is found only by comparing with heads kept elsewhere:
`heads()` lists them for keeping, `verify(kept=...)` compares.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import connections

ZEROS: Final = "0" * 64

LINKS = """
WITH link AS (
    SELECT e.*,
        row_number() OVER along AS expected_seq,
        coalesce(lag(e.hash) OVER along, repeat('0', 64)) AS expected_previous,
        encode(sha256(convert_to(concat_ws(E'\\n',
            e.previous_hash, e.chain, e.seq, coalesce(e.relationship_id::text, ''), e.table_name, e.row_id,
            e.operation, coalesce(e.person_id::text, ''),
            to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
            coalesce(e.before::text, ''), coalesce(e.after::text, '')), 'UTF8')), 'hex') AS expected_hash,
        last_value(e.id) OVER (along ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last_id
    FROM relationships_auditentry e
    WINDOW along AS (PARTITION BY e.chain ORDER BY e.seq, e.id)
)
"""

BROKEN = (
    LINKS
    + """
SELECT chain, seq, reason FROM (
    SELECT chain, seq, CASE
        WHEN seq <> expected_seq THEN 'a link is missing, doubled or out of order'
        WHEN chain <> 'relationship:' || relationship_id THEN 'the link lies in a foreign chain'
        WHEN previous_hash <> expected_previous THEN 'the link does not follow the one before'
        WHEN hash <> expected_hash THEN 'the content does not match its hash'
    END AS reason
    FROM link
    UNION ALL
    SELECT coalesce(h.chain, e.chain), coalesce(h.seq, e.seq), 'the head does not name the last link'
    FROM relationships_audithead h
    FULL JOIN (SELECT chain, seq, hash FROM link WHERE id = last_id) e ON e.chain = h.chain
    WHERE (h.seq, h.hash) IS DISTINCT FROM (e.seq, e.hash) AND (e.chain IS NOT NULL OR h.seq <> 0)
) found
WHERE reason IS NOT NULL ORDER BY chain, seq, reason LIMIT %s
"""
)


@dataclass(frozen=True, order=True)
class Head:
    """The newest link of a chain: how many links it has, and the hash of the last (64 hexadecimal digits)."""

    chain: str
    seq: int
    hash: str


@dataclass(frozen=True, order=True)
class Fault:
    """Where a chain is broken, and how."""

    chain: str
    seq: int
    reason: str


@dataclass(frozen=True)
class Report:
    """How much was checked and what was found, the earliest fault of the first chain first."""

    chains: int
    links: int
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        return not self.faults


def heads(*, using: str = "batch") -> list[Head]:
    """The head of every chain, for keeping outside the database."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT chain, seq, hash FROM relationships_audithead ORDER BY chain")
        return [Head(*row) for row in cursor.fetchall()]


def verify(
    *, kept: Iterable[Head] = (), using: str = "batch", at_most: int = 100, query: str = BROKEN
) -> Report:
    """Checks every chain in one statement and lists the first `at_most` faults.

    `kept` are heads noted down earlier: their links must still be there, with the same hash. Needs a database
    role that reads every chain. `query` exists so that a deliberately blind check can be compared with.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT chain), count(*) FROM relationships_auditentry")
        chains, links = cursor.fetchone()
        cursor.execute(query, [at_most])
        faults = [Fault(*row) for row in cursor.fetchall()]
        anchors = [head for head in kept if head.seq > 0]
        cursor.execute(
            "SELECT k.chain, k.seq, 'the link is not the one noted down' FROM"
            " unnest(%s::text[], %s::bigint[], %s::text[]) AS k(chain, seq, hash)"
            " LEFT JOIN relationships_auditentry e ON e.chain = k.chain AND e.seq = k.seq"
            " WHERE e.hash IS DISTINCT FROM k.hash ORDER BY k.chain, k.seq LIMIT %s",
            [[a.chain for a in anchors], [a.seq for a in anchors], [a.hash for a in anchors], at_most],
        )
        faults += [Fault(*row) for row in cursor.fetchall()]
    return Report(chains, links, tuple(faults))
