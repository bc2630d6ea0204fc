"""Part of a name is found at once, also among ten thousand relationships.

Row-level security keeps `ILIKE` away from every index: the operator is not leakproof, so that policies are asked first,
row by row. `portal_named` therefore looks as the owner, within the relationships that it is given *and* those that the
transaction announced, and gives back ids alone; whoever asks reads the rows behind them through the policies. For a
role that passes through row-level security the announced ones do not count, as everywhere.

Two letters are too few for the index and find beginnings of words. The statements are planned for the very words:
rare ones are looked up in the index of parts, frequent ones while walking through the names in order.
"""

from typing import ClassVar

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from portal.lib import walls

PARTS = {
    "kpi_name_parts": "kpis_kpi USING gin (name gin_trgm_ops, reference gin_trgm_ops)",
    "kpi_by_name": "kpis_kpi (name, id)",
    "goal_name_parts": "kpis_goal USING gin (name gin_trgm_ops)",
    "goal_by_name": "kpis_goal (name, id)",
    "contract_title_parts": "relationships_contract USING gin (title gin_trgm_ops, reference gin_trgm_ops)",
    "contract_by_title": "relationships_contract (title, id)",
    "agreement_title_parts": "relationships_agreement USING gin (title gin_trgm_ops)",
    "agreement_newest": "relationships_agreement (proposed_at DESC, id)",
}

NAMED = r"""
CREATE FUNCTION portal_named(words text, among bigint[], most integer) RETURNS TABLE (kind text, id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $body$
DECLARE
    reach bigint[] := among;
    sought text := regexp_replace(words, '([\\%_])', '\\\1', 'g') || '%';
    -- Of a long list the planner would weigh every single number, each time.
    is_reached text := CASE WHEN cardinality(among) > 500
        THEN '(relationship_id IN (SELECT unnest($2))) IS TRUE' ELSE 'relationship_id = ANY ($2)' END;
    question text;
    announced bigint[];
BEGIN
    IF NOT (SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = session_user) THEN
        announced := current_setting('app.relationship_ids')::bigint[];
        IF among <> announced THEN
            reach := ARRAY(SELECT unnest(among) INTERSECT SELECT unnest(announced));
        END IF;
    END IF;
    FOREACH question IN ARRAY ARRAY[
        'SELECT ''kpi'', id FROM kpis_kpi WHERE (name ILIKE $1 OR reference ILIKE $1) AND REACHED
            ORDER BY name, id LIMIT $3',
        'SELECT ''goal'', id FROM kpis_goal WHERE name ILIKE $1 AND REACHED ORDER BY name, id LIMIT $3',
        'SELECT ''seat'', s.id FROM relationships_seat s JOIN accounts_person p ON p.id = s.person_id
            WHERE s.ended_at IS NULL AND (p.full_name ILIKE $1 OR s.title ILIKE $1) AND REACHED
            ORDER BY p.full_name, s.id LIMIT $3',
        'SELECT ''contract'', id FROM relationships_contract WHERE (title ILIKE $1 OR reference ILIKE $1) AND REACHED
            ORDER BY title, id LIMIT $3',
        'SELECT ''agreement'', id FROM relationships_agreement WHERE title ILIKE $1 AND REACHED
            ORDER BY proposed_at DESC, id LIMIT $3'
    ] LOOP
        question := replace(question, 'REACHED', is_reached);
        IF length(words) < 3 THEN
            question := regexp_replace(question, '([\w.]+) ILIKE \$1', '(\1 ILIKE $1 OR \1 ILIKE $4)', 'g');
            RETURN QUERY EXECUTE question USING sought, reach, most, '% ' || sought;
        ELSE
            RETURN QUERY EXECUTE question USING '%' || sought, reach, most;
        END IF;
    END LOOP;
END
$body$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0001_initial"),
        ("relationships", "0002_walls"),
        ("kpis", "0002_walls"),
    ]

    operations: ClassVar = [
        TrigramExtension(),
        *(
            migrations.RunSQL(f"CREATE INDEX {name} ON {columns}", f"DROP INDEX {name}")
            for name, columns in PARTS.items()
        ),
        walls.definer_function("portal_named(text, bigint[], integer)", NAMED, roles=walls.WALLED_ROLES),
    ]
