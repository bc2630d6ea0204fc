"""Walls of pulses: each side answers for itself, what is closed stays closed, and no answer is ever changed.

Not audited: `relationships_pulseanswer`. The trail knows the order of things, and would tie an answer to a person.
"""

from typing import ClassVar

from django.db import migrations

from portal.lib import walls

CLOSED = """
CREATE FUNCTION relationships_pulse_stays_closed() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $body$
BEGIN
    IF OLD.closed_at IS NOT NULL AND (TG_OP = 'UPDATE' OR row_security_active(TG_RELID)) THEN
        RAISE EXCEPTION 'A closed pulse stays as it is' USING ERRCODE = '23514', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$body$;
"""

TABLES = ("relationships_pulse", "relationships_pulseparticipation", "relationships_pulseanswer")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("relationships", "0004_pulses")]

    operations: ClassVar = [
        *(walls.relationship_rls(table) for table in TABLES),
        walls.composite_key("relationships_pulseparticipation", "pulse_id", "relationships_pulse"),
        walls.composite_key("relationships_pulseanswer", "pulse_id", "relationships_pulse"),
        *walls.own_side("relationships_pulseparticipation"),
        *walls.own_side("relationships_pulseanswer"),
        walls.written_once("relationships_pulseparticipation"),
        walls.written_once("relationships_pulseanswer"),
        walls.function("relationships_pulse_stays_closed()", CLOSED),
        walls.trigger(
            "relationships_pulse",
            "stays_closed",
            "BEFORE UPDATE OR DELETE",
            "relationships_pulse_stays_closed",
        ),
        *walls.audited("relationships_pulse"),
        *walls.audited("relationships_pulseparticipation"),
    ]
