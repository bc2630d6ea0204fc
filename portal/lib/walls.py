"""The database's own walls, as operations for migrations.

PostgreSQL itself refuses what a forgotten filter would let through:

* row-level security on every table that carries `relationship_id`, comparing with the scope that
  `portal.lib.scope` announces at the start of each transaction. Nothing is looked up inside a policy, and the
  settings stand in scalar sub-selects, so that they are read once per statement. A missing scope raises
  (`current_setting` without a default, and the empty string is no number and no array), so that it can never
  look like an empty page;
* composite foreign keys, so that a row of one relationship cannot point at a row of another;
* triggers for what a constraint cannot say: settled terms stay as they are, nobody writes in the other side's
  name, superseded readings are kept, and every change is entered in a hash chain.

Row-level security is not FORCEd: the application's role owns nothing, and foreign-key checks run as the owner.
With one single database user for everything the policies therefore stay silent, while constraints and triggers
still hold. "Walled" below means: row-level security binds the current role.

Every operation can be reversed.
"""

from django.db.migrations import RunSQL

IDS = "ANY ((SELECT current_setting('app.relationship_ids')::bigint[])::bigint[])"
ORGANISATION = "(SELECT current_setting('app.organisation_id')::bigint)"
PERSON = "(SELECT current_setting('app.person_id')::bigint)"

WALLED_ROLES = ("portal_app", "portal_batch")
AUDIT_ARGUMENT_SEPARATOR = ","


def for_roles(statement: str, *roles: str) -> str:
    """SQL that runs `statement` once for each of the roles that exist; `{role}` stands for its name."""
    names = ", ".join(f"'{role}'" for role in roles)
    return f"""
DO $do$
DECLARE found name;
BEGIN
    FOR found IN SELECT rolname FROM pg_roles WHERE rolname IN ({names}) LOOP
        EXECUTE replace($statement${statement}$statement$, '{{role}}', quote_ident(found));
    END LOOP;
END
$do$;
"""


def relationship_rls(
    table: str,
    *,
    using: str = "",
    check: str = "",
) -> RunSQL:
    """Row-level security for all commands on a table: one policy named `relationship`.

    `using` (which rows exist for the scope) defaults to `relationship_id` among the announced ones; `check`
    (which rows may be written) defaults to `using`.
    """
    using = using or f"relationship_id = {IDS}"
    return RunSQL(
        f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY relationship ON {table} FOR ALL USING ({using}) WITH CHECK ({check or using});
""",
        f"""
DROP POLICY relationship ON {table};
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
""",
    )


def composite_key(table: str, column: str, target: str, *, owner: str = "relationship_id") -> RunSQL:
    """A foreign key (column, relationship_id) -> target (id, relationship_id), checked at commit like Django's.

    Creates the unique key of the target on first use. A null `column` points nowhere and is not checked.
    """
    unique, name = f"{target}_id_{owner}_key", f"{table}_{column}_same_relationship"
    return RunSQL(
        f"""
DO $do$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{unique}') THEN
        ALTER TABLE {target} ADD CONSTRAINT {unique} UNIQUE (id, {owner});
    END IF;
END $do$;
ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, {owner})
    REFERENCES {target} (id, {owner}) DEFERRABLE INITIALLY DEFERRED;
""",
        # The unique key stays behind; other foreign keys may lean on it, and it goes with its table.
        f"ALTER TABLE {table} DROP CONSTRAINT {name};",
    )


def trigger(table: str, name: str, timing: str, function: str, *arguments: str, each: str = "ROW") -> RunSQL:
    """A trigger on `table`; `timing` reads like "BEFORE UPDATE" and may end in a REFERENCING clause."""
    quoted = ", ".join(f"'{argument}'" for argument in arguments)
    before, _, referencing = timing.partition(" REFERENCING ")
    tables = f"REFERENCING {referencing}" if referencing else ""
    return RunSQL(
        f"CREATE TRIGGER {name} {before} ON {table} {tables} FOR EACH {each}"
        f" EXECUTE FUNCTION {function}({quoted});",
        f"DROP TRIGGER {name} ON {table};",
    )


def audited(
    table: str, chain_column: str = "relationship_id", *, key: str = "id", without: tuple[str, ...] = ()
) -> list[RunSQL]:
    """Enters every change of the table in the chain of its relationship.

    `chain_column` holds the relationship's id, `key` the row's; columns named in `without` are left out, and a
    change of nothing else is not entered.
    """
    arguments = (key, chain_column, AUDIT_ARGUMENT_SEPARATOR.join(without))
    old, new = "OLD TABLE AS old_rows", "NEW TABLE AS new_rows"
    return [
        trigger(
            table, f"audit_{event}", f"AFTER {event.upper()} REFERENCING {seen}", "portal_audit", *arguments,
            each="STATEMENT",
        )
        for event, seen in (("insert", new), ("update", f"{old} {new}"), ("delete", old))
    ]  # fmt: skip


def append_only(table: str) -> RunSQL:
    """Only triggers of the owner write this table: the other roles keep SELECT and nothing else."""
    return RunSQL(
        for_roles(
            f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON {table} FROM {{role}}",
            *WALLED_ROLES,
        ),
        for_roles(f"GRANT INSERT, UPDATE, DELETE ON {table} TO {{role}}", *WALLED_ROLES),
    )


def written_once(table: str) -> RunSQL:
    """The application adds rows to this table and never changes or removes one."""
    return RunSQL(
        for_roles(f"REVOKE UPDATE, DELETE ON {table} FROM {{role}}", *WALLED_ROLES),
        for_roles(f"GRANT UPDATE, DELETE ON {table} TO {{role}}", *WALLED_ROLES),
    )


def hidden(table: str, *roles: str) -> RunSQL:
    """Takes every right on the table from the roles."""
    return RunSQL(
        for_roles(f"REVOKE ALL ON {table} FROM {{role}}", *roles),
        for_roles(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {{role}}", *roles),
    )


def definer_function(signature: str, sql: str, *, roles: tuple[str, ...] = ("portal_app",)) -> RunSQL:
    """A SECURITY DEFINER function that only the named roles (and its owner) may call."""
    return RunSQL(
        f"""
{sql}
REVOKE ALL ON FUNCTION {signature} FROM PUBLIC;
{for_roles(f"GRANT EXECUTE ON FUNCTION {signature} TO {{role}}", *roles)}
""",
        f"DROP FUNCTION {signature};",
    )


def function(signature: str, sql: str) -> RunSQL:
    """A function of the database, dropped again when the migration is reversed."""
    return RunSQL(sql, f"DROP FUNCTION {signature};")


def immutable_terms(table: str, *, agreed: str, set_once: str = "") -> list[RunSQL]:
    """Agreed terms are never changed (SQLSTATE 23514), and a walled role never deletes them.

    `agreed` is "agreed_at" where the row says so itself (it may be set once, when its agreement is agreed), or
    "agreement" where only the agreement does. `set_once` names a column that may be filled later, once: from when on
    other terms stand in their place.
    """
    name = f"{table}_stay_as_agreed"
    settled = "agreed_at IS NOT NULL" if agreed == "agreed_at" else ""
    condition = (
        f"OLD.{settled}"
        if settled
        else "EXISTS (SELECT FROM relationships_agreement a WHERE a.id = OLD.agreement_id AND a.outcome = 'AGREED')"
    )
    moment = (
        """
        IF NEW.agreed_at IS NOT NULL AND row_security_active(TG_RELID) AND NOT EXISTS (
            SELECT FROM relationships_agreement a WHERE a.id = NEW.agreement_id AND a.outcome = 'AGREED'
        ) THEN
            RAISE EXCEPTION 'Terms come into force only with both signatures' USING ERRCODE = '23514';
        END IF;"""
        if settled
        else ""
    )
    later = f"IF OLD.{set_once} IS NULL THEN OLD.{set_once} := NEW.{set_once}; END IF;" if set_once else ""
    return [
        function(
            f"{name}()",
            f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $body$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF row_security_active(TG_RELID) AND {condition} THEN
            RAISE EXCEPTION 'Agreed terms stay as they are' USING ERRCODE = '23514', TABLE = TG_TABLE_NAME;
        END IF;
        RETURN OLD;
    END IF;
    {later}
    IF NEW IS DISTINCT FROM OLD THEN
        IF {condition} THEN
            RAISE EXCEPTION 'Agreed terms stay as they are' USING ERRCODE = '23514', TABLE = TG_TABLE_NAME;
        END IF;{moment}
    END IF;
    RETURN NEW;
END
$body$;
""",
        ),
        trigger(table, "stay_as_agreed", "BEFORE UPDATE OR DELETE", name),
    ]


def own_side(table: str, column: str = "side", *, when: str = "true") -> list[RunSQL]:
    """A walled role writes only its own side into `column` (SQLSTATE 42501), where `when` (over NEW) holds."""
    name = f"{table}_{column}_is_own"
    return [
        function(
            f"{name}()",
            f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $body$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.{column} = OLD.{column} THEN RETURN NEW; END IF;
    END IF;
    IF row_security_active(TG_RELID) AND NEW.{column} <> '' AND ({when})
        AND NEW.{column} IS DISTINCT FROM portal_side(NEW.relationship_id)
    THEN
        RAISE EXCEPTION 'Nobody writes in the name of the other side'
            USING ERRCODE = '42501', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$body$;
""",
        ),
        trigger(table, f"{column}_is_own", f"BEFORE INSERT OR UPDATE OF {column}", name),
    ]
