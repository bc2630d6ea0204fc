"""Row-level security, composite keys, immutable bands, the past of readings, and the audit trail of kpis.

Not audited: `kpis_readingpast` (is itself a trail), `kpis_upload` (raw file; the readings it brings are audited)
and `kpis_idempotencykey` (a copy of an answer).
"""

from typing import ClassVar

from django.db import migrations

from portal.lib import walls

PAST = """
CREATE FUNCTION kpis_keep_past() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
    INSERT INTO kpis_readingpast (reading_id, relationship_id, kpi_id, period_start, period_end, value, numerator,
        denominator, is_not_applicable, note, state, band_revision_id, verdict, attainment, submitted_by_id,
        submitted_at, settled_by_id, settled_at, recorded_at, superseded_at, version)
    SELECT o.id, o.relationship_id, o.kpi_id, o.period_start, o.period_end, o.value, o.numerator,
        o.denominator, o.is_not_applicable, o.note, o.state, o.band_revision_id, o.verdict, o.attainment,
        o.submitted_by_id, o.submitted_at, o.settled_by_id, o.settled_at, o.recorded_at, n.recorded_at, o.version
    FROM old_rows o JOIN new_rows n USING (id)
    WHERE (o.value, o.numerator, o.denominator, o.is_not_applicable, o.note, o.state, o.verdict, o.attainment,
            o.band_revision_id)
        IS DISTINCT FROM (n.value, n.numerator, n.denominator, n.is_not_applicable, n.note, n.state, n.verdict,
            n.attainment, n.band_revision_id);
    RETURN NULL;
END
$body$;
"""

WALLED = (
    "kpis_goal",
    "kpis_namedcalendar",
    "kpis_namedperiod",
    "kpis_kpi",
    "kpis_bandrevision",
    "kpis_reading",
    "kpis_readingpast",
    "kpis_dispute",
    "kpis_evidence",
    "kpis_upload",
    "kpis_columnmapping",
    "kpis_idempotencykey",
)
UNAUDITED = ("kpis_readingpast", "kpis_upload", "kpis_idempotencykey")


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("kpis", "0001_initial"),
        ("governance", "0002_walls"),
        ("relationships", "0002_walls"),
    ]

    operations: ClassVar = [
        *(walls.relationship_rls(table) for table in WALLED),
        walls.composite_key("kpis_namedperiod", "calendar_id", "kpis_namedcalendar"),
        walls.composite_key("kpis_kpi", "goal_id", "kpis_goal"),
        walls.composite_key("kpis_kpi", "contract_id", "relationships_contract"),
        walls.composite_key("kpis_kpi", "calendar_id", "kpis_namedcalendar"),
        walls.composite_key("kpis_bandrevision", "kpi_id", "kpis_kpi"),
        walls.composite_key("kpis_bandrevision", "agreement_id", "relationships_agreement"),
        walls.composite_key("kpis_reading", "kpi_id", "kpis_kpi"),
        walls.composite_key("kpis_reading", "band_revision_id", "kpis_bandrevision"),
        walls.composite_key("kpis_reading", "clock_id", "governance_clock"),
        walls.composite_key("kpis_dispute", "reading_id", "kpis_reading"),
        walls.composite_key("kpis_evidence", "reading_id", "kpis_reading"),
        *walls.immutable_terms("kpis_bandrevision", agreed="agreed_at"),
        *walls.own_side("kpis_dispute"),
        *walls.own_side("kpis_upload"),
        *walls.own_side("kpis_columnmapping"),
        walls.function("kpis_keep_past()", PAST),
        walls.trigger(
            "kpis_reading",
            "keep_past",
            "AFTER UPDATE REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
            "kpis_keep_past",
            each="STATEMENT",
        ),
        walls.append_only("kpis_readingpast"),
        *(operation for table in WALLED if table not in UNAUDITED for operation in walls.audited(table)),
    ]
