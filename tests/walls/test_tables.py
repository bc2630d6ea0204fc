"""Every table that belongs to a relationship is walled, and every exception has a reason that still holds."""

import pytest
from django.db import connection

# Table: why it needs no wall of its own.
EXEMPT = {
    "relationships_audithead": "no right for the application's role at all; read by batch only",
}
NULLABLE = {"relationships_auditentry": "one chain could hold what belongs to no relationship"}
NO_FOREIGN_KEY = {
    "relationships_auditentry": "outlives what it tells of",
}
UNAUDITED = {
    "relationships_auditentry": "is the trail",
    "kpis_readingpast": "is a trail itself, written by a trigger and append-only",
    "kpis_upload": "a file as it was sent; the readings it brings are audited",
    "kpis_idempotencykey": "a copy of an answer",
    "kpis_conditioncheck": "work that is still to do; what comes of it is audited",
    "kpis_flexing": "derived from audited rows, written once and named by the audited reading",
    "kpis_watched": "up to which change figures were looked at; the reviews that come of it are audited",
    "kpis_rejudging": "progress of work; the readings it judges are audited",
    "relationships_pulseanswer": "the trail's order would tie an answer to the person who took part",
    "value_score": "computed from audited rows, with the digest of its input",
    "value_standing": "the newest score once more, for lists",
}


def rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@pytest.fixture
def walled(db):
    """{table: (nullable, row-level security, policies)} of each table with a relationship_id."""
    found = rows(
        "SELECT c.relname, NOT a.attnotnull, c.relrowsecurity,"
        " (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid)"
        " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'relationship_id'"
        " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped"
    )
    return {name: tuple(rest) for name, *rest in found}


def test_there_are_tables_to_be_walled(walled):
    assert len(walled) >= 20


def test_each_has_row_level_security_and_one_policy(walled):
    open_ones = {name for name, (_null, secured, policies) in walled.items() if not secured or policies != 1}
    assert open_ones == set()


def test_the_relationship_is_never_unknown(walled):
    assert {name for name, (nullable, *_rest) in walled.items() if nullable} == set(NULLABLE)


def test_each_points_to_a_relationship_that_exists(walled):
    pointing = {
        name
        for (name,) in rows(
            "SELECT conrelid::regclass::text FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid"
            " AND a.attnum = ANY (c.conkey) WHERE c.contype = 'f' AND a.attname = 'relationship_id'"
        )
    }
    assert set(walled) - pointing == set(NO_FOREIGN_KEY)


def test_each_change_is_audited(walled):
    """An insert, an update and a delete each enter the trail; what is exempted really has none of the triggers."""
    triggers = rows(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'audit\\_%'"
    )
    events = {
        table: {name for owner, name in triggers if owner == table}
        for table in (*walled, "relationships_relationship")
    }
    complete = {"audit_insert", "audit_update", "audit_delete"}
    assert {table for table, found in events.items() if found != complete} == set(UNAUDITED)
    assert {table for table in UNAUDITED if events[table]} == set()


def test_a_row_leans_only_on_rows_of_its_own_relationship(walled):
    """Each foreign key between two walled tables has a composite one beside it."""
    keys = rows(
        "SELECT conrelid::regclass::text, confrelid::regclass::text, array_agg(a.attname::text ORDER BY a.attname)"
        " FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)"
        " WHERE c.contype = 'f' GROUP BY c.oid, conrelid, confrelid"
    )
    between = [
        (table, tuple(columns)) for table, target, columns in keys if table in walled and target in walled
    ]
    composite = {
        (table, next(name for name in columns if name != "relationship_id"))
        for table, columns in between
        if "relationship_id" in columns
    }
    plain = {
        (table, columns[0])
        for table, columns in between
        if columns != ("relationship_id",) and len(columns) == 1
    }
    assert len(plain) >= 10
    assert plain - composite == set()


def test_no_exemption_is_stale(walled):
    existing = {name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert set(EXEMPT) <= existing
    assert set(EXEMPT) & set(walled) == set()
    for exempted in (NULLABLE, NO_FOREIGN_KEY, UNAUDITED):
        assert set(exempted) <= set(walled)


def test_the_relationship_itself_is_walled(db):
    assert rows("SELECT relrowsecurity FROM pg_class WHERE relname = 'relationships_relationship'") == [
        (True,)
    ]


@pytest.mark.parametrize(
    ("role", "reads_heads"), [("portal_app", []), ("portal_batch", [("relationships_audithead", "SELECT")])]
)
def test_nobody_but_the_owner_writes_the_trail_or_truncates(db, role, reads_heads):
    found = rows(
        "SELECT c.relname::text, right_to FROM pg_class c,"
        " unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']) AS right_to"
        " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        f" AND has_table_privilege('{role}', c.oid, right_to) AND (right_to IN ('TRUNCATE', 'TRIGGER', 'REFERENCES')"
        " OR c.relname IN ('relationships_auditentry', 'relationships_audithead', 'kpis_readingpast')) ORDER BY 1, 2"
    )
    assert found == [("kpis_readingpast", "SELECT"), ("relationships_auditentry", "SELECT"), *reads_heads]


def test_policies_look_nothing_up(db):
    """A look-up inside a policy runs per row and makes lists many times slower."""
    expressions = rows(
        "SELECT polname, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) FROM pg_policy"
    )
    assert expressions
    assert [
        name for name, using, check in expressions if " FROM " in f"{using}{check}".replace("\n", " ").upper()
    ] == []
