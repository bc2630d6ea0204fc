"""Tables without their indexes, foreign keys and triggers while they are filled; everything is put back after.

Loading first and indexing after is about ten times faster. Putting a constraint back checks every row, so that
what was loaded is as clean as what was written by people.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

KEYS = """
SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid), c.contype = 'f'
FROM pg_constraint c
WHERE (c.contype IN ('p', 'u', 'f') AND c.conrelid = ANY (%(tables)s::regclass[]))
    OR (c.contype = 'f' AND c.confrelid = ANY (%(tables)s::regclass[]))
ORDER BY c.contype = 'f', c.contype = 'u', c.conrelid, c.conname
"""
INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = ANY (%(tables)s::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
ORDER BY 1
"""
Tell = Callable[[str], object]


@dataclass(frozen=True)
class Taken:
    """What was taken away: (table, name, definition, is a foreign key), and definitions of indexes."""

    keys: Sequence[tuple[str, str, str, bool]]
    indexes: Sequence[tuple[str, str]]


@contextmanager
def bare(cursor: Any, tables: Sequence[str], tell: Tell) -> Iterator[None]:
    """Takes keys, indexes and our own triggers of the tables away for the block.

    Runs inside the caller's transaction: if anything fails, nothing of it ever happened.
    """
    taken = _take(cursor, tables)
    yield
    for table in tables:
        tell(f"statistics of {table}")
        cursor.execute(f"ANALYZE {table}")
    for table, name, definition, is_foreign in taken.keys:
        if not is_foreign:
            tell(name)
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    for name, definition in taken.indexes:
        tell(name)
        cursor.execute(definition)
    for table, name, definition, is_foreign in taken.keys:
        if is_foreign:
            tell(name)
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _take(cursor: Any, tables: Sequence[str]) -> Taken:
    cursor.execute(KEYS, {"tables": list(tables)})
    keys = cursor.fetchall()
    cursor.execute(INDEXES, {"tables": list(tables)})
    indexes = cursor.fetchall()
    for table, name, _definition, is_foreign in sorted(keys, key=lambda key: not key[3]):
        del is_foreign
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    return Taken(keys, indexes)
