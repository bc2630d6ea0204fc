"""Tampering with the audit trail as somebody who may do anything in the database, and looking whether it is found.

`python -m tests.walls.tampers --times 500` prints the figure; the suite does fewer of them.
"""

import argparse
import os
import random
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from relationships.audit import BROKEN, Head, verify

ENTRY, HEAD = "relationships_auditentry", "relationships_audithead"

# One link at random: its id, chain and place.
ONE = f"SELECT id, chain, seq FROM {ENTRY} ORDER BY id OFFSET %s LIMIT 1"
MOVE = f"UPDATE {ENTRY} SET seq = %s WHERE id = %s"
COLUMNS = "chain, seq, relationship_id, table_name, row_id, operation, person_id, at, before, after, previous_hash, hash"


def _on_one(statement: str) -> Callable[[Any, random.Random, int], int]:
    def tamper(cursor: Any, dice: random.Random, links: int) -> int:
        cursor.execute(ONE, [dice.randrange(links)])
        link_id, chain, seq = cursor.fetchone()
        cursor.execute(statement, {"id": link_id, "chain": chain, "seq": seq})
        return int(cursor.rowcount)

    return tamper


def _reordered(cursor: Any, dice: random.Random, links: int) -> int:
    """Two neighbours change places, each link whole."""
    cursor.execute(ONE, [dice.randrange(links)])
    one, chain, seq = cursor.fetchone()
    beside = f"SELECT id, seq FROM {ENTRY} WHERE chain = %s AND seq IN (%s, %s) LIMIT 1"
    cursor.execute(beside, [chain, seq - 1, seq + 1])
    other, place = cursor.fetchone()
    for moved in ((-1, one), (seq, other), (place, one)):  # one place is never held by two
        cursor.execute(MOVE, moved)
    return int(cursor.rowcount)


TAMPERINGS: dict[str, Callable[[Any, random.Random, int], int]] = {
    "content": _on_one(f"UPDATE {ENTRY} SET after = jsonb_build_object('forged', id) WHERE id = %(id)s"),
    "what stood before": _on_one(f"UPDATE {ENTRY} SET before = '{{\"forged\": 1}}' WHERE id = %(id)s"),
    "author": _on_one(f"UPDATE {ENTRY} SET person_id = coalesce(person_id, 0) + 1 WHERE id = %(id)s"),
    "moment": _on_one(f"UPDATE {ENTRY} SET at = at + interval '1 second' WHERE id = %(id)s"),
    "table": _on_one(f"UPDATE {ENTRY} SET table_name = table_name || '2' WHERE id = %(id)s"),
    "row": _on_one(f"UPDATE {ENTRY} SET row_id = row_id + 1 WHERE id = %(id)s"),
    "operation": _on_one(
        f"UPDATE {ENTRY} SET operation = CASE operation WHEN 'U' THEN 'I' ELSE 'U' END WHERE id = %(id)s"
    ),
    "another relationship": _on_one(
        f"UPDATE {ENTRY} SET relationship_id = relationship_id + 1 WHERE id = %(id)s"
    ),
    "removal": _on_one(f"DELETE FROM {ENTRY} WHERE id = %(id)s"),
    "tail cut off": _on_one(f"DELETE FROM {ENTRY} WHERE chain = %(chain)s AND seq >= %(seq)s"),
    "beginning cut off": _on_one(f"DELETE FROM {ENTRY} WHERE chain = %(chain)s AND seq <= %(seq)s"),
    "doubled at the end": _on_one(
        f"INSERT INTO {ENTRY} ({COLUMNS}) SELECT chain, (SELECT max(seq) + 1 FROM {ENTRY} WHERE chain = %(chain)s),"
        f" {COLUMNS.split(', ', 2)[2]} FROM {ENTRY} WHERE id = %(id)s"
    ),
    "reordered": _reordered,
    "head set back": _on_one(f"UPDATE {HEAD} SET seq = seq - 1 WHERE chain = %(chain)s"),
    "head forged": _on_one(f"UPDATE {HEAD} SET hash = repeat('f', 64) WHERE chain = %(chain)s"),
    "head removed": _on_one(f"DELETE FROM {HEAD} WHERE chain = %(chain)s"),
}

BLIND = BROKEN.replace("WHEN hash <> expected_hash", "WHEN hash <> hash").replace(
    "WHEN previous_hash <> expected_previous", "WHEN previous_hash <> previous_hash"
).replace("WHEN seq <> expected_seq", "WHEN seq <> seq").replace(
    "WHEN chain <> 'relationship:' || relationship_id", "WHEN chain <> chain"
).replace(
    "WHERE (h.seq, h.hash) IS DISTINCT FROM (e.seq, e.hash)", "WHERE (h.seq, h.hash) IS DISTINCT FROM (h.seq, h.hash)"
)  # fmt: skip


def tamper(
    times: int, *, seed: int = 7, kept: list[Head] | None = None
) -> tuple[Counter[str], Counter[str], int]:
    """Tampers, looks and undoes, so many times. Returns (done by kind, found by kind, found by a blind check)."""
    dice, done, found, found_blindly = random.Random(seed), Counter[str](), Counter[str](), 0
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {ENTRY}")
        (links,) = cursor.fetchone()
    kinds = list(TAMPERINGS)
    for number in range(times):
        kind = kinds[number % len(kinds)]
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            changed = TAMPERINGS[kind](cursor, dice, links)
            assert changed > 0, f"{kind} changed nothing"
            done[kind] += 1
            found[kind] += not verify(using="owner", kept=kept or []).is_sound
            found_blindly += not verify(using="owner", query=BLIND).is_sound
            transaction.set_rollback(True, using="owner")
    return done, found, found_blindly


def main() -> int:
    import pytest

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=500)
    os.environ["AUDIT_TAMPERS"] = str(parser.parse_args().times)
    here = Path(__file__).with_name("test_audit.py")
    return int(pytest.main(["-q", "-s", "-n", "0", str(here), "-k", "every_tampering"]))


if __name__ == "__main__":
    sys.exit(main())
