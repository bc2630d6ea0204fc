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


def test_no_exemption_is_stale(walled):
    existing = {name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert set(EXEMPT) <= existing
    assert set(EXEMPT) & set(walled) == set()


def test_the_relationship_itself_is_walled(db):
    assert rows("SELECT relrowsecurity FROM pg_class WHERE relname = 'relationships_relationship'") == [
        (True,)
    ]


def test_the_applications_role_cannot_write_the_trail_or_truncate(db):
    found = rows(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = 'portal_app' AND (privilege_type IN ('TRUNCATE', 'TRIGGER', 'REFERENCES')"
        " OR table_name IN ('relationships_auditentry', 'relationships_audithead', 'kpis_readingpast')) ORDER BY 1, 2"
    )
    assert found == [("kpis_readingpast", "SELECT"), ("relationships_auditentry", "SELECT")]


def test_policies_look_nothing_up(db):
    """A look-up inside a policy runs per row and makes lists many times slower."""
    expressions = rows(
        "SELECT polname, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) FROM pg_policy"
    )
    assert expressions
    assert [
        name for name, using, check in expressions if " FROM " in f"{using}{check}".replace("\n", " ").upper()
    ] == []
