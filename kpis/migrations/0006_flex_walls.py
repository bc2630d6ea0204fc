"""Walls of what moves bands: row-level security, composite keys, signed terms that stay, and pasts that name their flex.

Not audited: `kpis_flexing` (derived from audited rows, written once) and `kpis_rejudging` (progress of work).
"""

from typing import ClassVar

from django.db import migrations

from portal.lib import walls

PAST = """
CREATE OR REPLACE FUNCTION kpis_keep_past() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
    INSERT INTO kpis_readingpast (reading_id, relationship_id, kpi_id, period_start, period_end, value, numerator,
        denominator, is_not_applicable, note, state, band_revision_id, {column}verdict, attainment, submitted_by_id,
        submitted_at, settled_by_id, settled_at, recorded_at, superseded_at, version)
    SELECT o.id, o.relationship_id, o.kpi_id, o.period_start, o.period_end, o.value, o.numerator,
        o.denominator, o.is_not_applicable, o.note, o.state, o.band_revision_id, {old}o.verdict, o.attainment,
        o.submitted_by_id, o.submitted_at, o.settled_by_id, o.settled_at, o.recorded_at, n.recorded_at, o.version
    FROM old_rows o JOIN new_rows n USING (id)
    WHERE (o.value, o.numerator, o.denominator, o.is_not_applicable, o.note, o.state, o.verdict, o.attainment,
            {old}o.band_revision_id)
        IS DISTINCT FROM (n.value, n.numerator, n.denominator, n.is_not_applicable, n.note, n.state, n.verdict,
            n.attainment, {new}n.band_revision_id);
    RETURN NULL;
END
$body$;
"""

RULES = """
CREATE FUNCTION kpis_flexrule_stays_as_signed() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $body$
DECLARE
    revision bigint := CASE TG_OP WHEN 'INSERT' THEN NEW.band_revision_id ELSE OLD.band_revision_id END;
BEGIN
    -- A rule is part of what both sides signed under its band: none is added, changed or taken away afterwards.
    IF (TG_OP = 'UPDATE' OR row_security_active(TG_RELID))
        AND EXISTS (SELECT FROM kpis_bandrevision b WHERE b.id = revision AND b.agreed_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'Agreed terms stay as they are' USING ERRCODE = '23514', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$body$;
"""

WALLED = (
    "kpis_environment",
    "kpis_environmentrevision",
    "kpis_spell",
    "kpis_flexrule",
    "kpis_flexing",
    "kpis_rejudging",
    "kpis_rebase",
    "kpis_review",
)
UNAUDITED = ("kpis_flexing", "kpis_rejudging")


def past(column: str, old: str, new: str) -> str:
    """The trigger function that keeps superseded readings, with or without the flexing they were judged by."""
    return PAST.format(column=column, old=old, new=new)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("kpis", "0005_bands_that_flex"), ("relationships", "0005_pulse_walls")]

    operations: ClassVar = [
        *(walls.relationship_rls(table) for table in WALLED),
        walls.composite_key("kpis_environmentrevision", "environment_id", "kpis_environment"),
        walls.composite_key("kpis_environmentrevision", "agreement_id", "relationships_agreement"),
        walls.composite_key("kpis_spell", "environment_id", "kpis_environment"),
        walls.composite_key("kpis_spell", "agreement_id", "relationships_agreement"),
        walls.composite_key("kpis_spell", "replaces_id", "kpis_spell"),
        walls.composite_key("kpis_flexrule", "band_revision_id", "kpis_bandrevision"),
        walls.composite_key("kpis_flexrule", "environment_id", "kpis_environment"),
        walls.composite_key("kpis_flexrule", "driver_id", "kpis_kpi"),
        walls.composite_key("kpis_flexing", "kpi_id", "kpis_kpi"),
        walls.composite_key("kpis_flexing", "band_revision_id", "kpis_bandrevision"),
        walls.composite_key("kpis_flexing", "flex_rule_id", "kpis_flexrule"),
        walls.composite_key("kpis_flexing", "pulse_id", "relationships_pulse"),
        walls.composite_key("kpis_reading", "flexing_id", "kpis_flexing"),
        walls.composite_key("kpis_rebase", "kpi_id", "kpis_kpi"),
        walls.composite_key("kpis_rebase", "agreement_id", "relationships_agreement"),
        walls.composite_key("kpis_review", "kpi_id", "kpis_kpi"),
        walls.composite_key("kpis_review", "agreement_id", "relationships_agreement"),
        *walls.immutable_terms("kpis_environmentrevision", agreed="agreed_at"),
        *walls.immutable_terms("kpis_spell", agreed="agreed_at", set_once="superseded_at"),
        *walls.immutable_terms("kpis_rebase", agreed="agreed_at"),
        walls.function("kpis_flexrule_stays_as_signed()", RULES),
        walls.trigger(
            "kpis_flexrule",
            "stays_as_signed",
            "BEFORE INSERT OR UPDATE OR DELETE",
            "kpis_flexrule_stays_as_signed",
        ),
        walls.written_once("kpis_flexing"),
        migrations.RunSQL(past("flexing_id, ", "o.flexing_id, ", "n.flexing_id, "), past("", "", "")),
        *(operation for table in WALLED if table not in UNAUDITED for operation in walls.audited(table)),
    ]
