"""Answers of a pulse lie in no order: with each new one, those of its side are written anew, shuffled.

Rows lie in a table in the order in which they were written, also in a copy of it, and each names the transaction that
wrote it. Beside the list of those who took part that order would tell who said what.
"""

from typing import ClassVar

from django.db import migrations

from portal.lib import walls

MIXED = """
CREATE FUNCTION relationships_pulse_answers_mixed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
    IF pg_trigger_depth() > 1 THEN  -- the rows that this function itself writes
        RETURN NULL;
    END IF;
    WITH taken AS (
        DELETE FROM relationships_pulseanswer a USING (SELECT DISTINCT pulse_id, side FROM new_rows) n
        WHERE a.pulse_id = n.pulse_id AND a.side = n.side
        RETURNING a.relationship_id, a.pulse_id, a.side, a.trust
    )
    INSERT INTO relationships_pulseanswer (id, relationship_id, pulse_id, side, trust)
    SELECT gen_random_uuid(), relationship_id, pulse_id, side, trust FROM taken ORDER BY random();
    RETURN NULL;
END
$body$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("relationships", "0005_pulse_walls")]

    operations: ClassVar = [
        walls.function("relationships_pulse_answers_mixed()", MIXED),
        walls.trigger(
            "relationships_pulseanswer",
            "mixed",
            "AFTER INSERT REFERENCING NEW TABLE AS new_rows",
            "relationships_pulse_answers_mixed",
            each="STATEMENT",
        ),
    ]
