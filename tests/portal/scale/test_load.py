"""What is loaded by the million is what the product itself would have written."""

import random
import re
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connections, transaction

from kpis.domain.bands import Band, judge
from kpis.models import BandRevision, Kpi, Reading
from kpis.queries.bands import bands_in_force, judge_value, pick
from portal.management.scale.judging import judge_columns
from relationships.models import Agreement, Relationship


def test_columns_are_judged_as_single_values_are():
    chance = random.Random(7)
    rows = []
    for _number in range(3000):
        floor = chance.randint(0, 50)
        tolerance = floor + chance.randint(1, 40)
        target = tolerance + chance.randint(1, 40)
        higher = chance.random() < 0.5
        ordered = (floor, tolerance, target) if higher else (target, tolerance, floor)
        rows.append((higher, *ordered, chance.randint(-5, 140)))
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    verdicts, attainments = judge_columns(*columns)
    for (higher, floor, tolerance, target, value), verdict, attainment in zip(
        rows, verdicts, attainments, strict=True
    ):
        band = Band(Decimal(floor), Decimal(tolerance), Decimal(target))
        plain = judge("HIGHER" if higher else "LOWER", band, Decimal(value))
        assert (int(plain.verdict), plain.millionths) == (verdict, attainment)
    assert set(verdicts) == {0, 1, 2, 3}


@pytest.fixture
def loaded(transactional_db, capsys):
    call_command("load_scale", relationships=6, kpis=10, months=15, until=date(2026, 3, 20), verbosity=2)
    return capsys.readouterr().out


@pytest.mark.django_db(transaction=True, databases=["default", "batch", "owner"])
def test_a_load(loaded):
    assert "6 relationships, 60 KPIs, 120 bands signed by both" in loaded
    assert "Not audited" in loaded
    readings = list(Reading.objects.using("batch").select_related("kpi", "band_revision"))
    assert 800 < len(readings) < 900
    assert {r.state for r in readings} == {"CONFIRMED", "SUBMITTED", "DISPUTED"}
    assert any(r.is_not_applicable for r in readings)
    assert (min(r.period_start for r in readings), max(r.period_end for r in readings)) == (
        date(2024, 12, 1),
        date(2026, 2, 28),
    )
    with transaction.atomic(using="batch"):
        revisions = {}
        for band in BandRevision.objects.using("batch").order_by("effective_from"):
            revisions.setdefault(band.kpi_id, []).append(band)
    for reading in readings:
        if not reading.is_not_applicable:
            revision = pick(revisions[reading.kpi_id], reading.period_start)
            assert reading.band_revision_id == revision.pk
            assert (reading.verdict, reading.attainment) == judge_value(
                reading.kpi.polarity, revision, reading.value
            )
    assert {r.verdict for r in readings} == {0, 1, 2, 3, None}
    assert bands_in_force([]) == {}
    assert set(Agreement.objects.using("batch").values_list("outcome", flat=True)) == {"AGREED"}
    assert Relationship.objects.using("batch").filter(accepted_at__isnull=False).count() == 6
    assert Kpi.objects.using("batch").filter(performed_by="JOINT").exists()


@pytest.mark.django_db(transaction=True, databases=["default", "batch", "owner"])
def test_everything_taken_away_is_put_back_and_a_second_load_goes_beside_the_first(transactional_db):
    before = structure()
    for _time in range(2):
        call_command("load_scale", relationships=2, kpis=3, months=2, verbosity=0)
    assert structure() == before
    assert len(before) > 60
    assert Kpi.objects.using("batch").count() == 12
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE NOT convalidated")
        assert cursor.fetchone() == (0,)


def structure():
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace"
            " UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
            " UNION ALL SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal"
        )
        # PostgreSQL writes the same condition with its casts in other places once it has read its own text.
        return sorted(
            (a, b, re.sub(r"[()]|::text(\[\])?|::character varying", "", c)) for a, b, c in cursor.fetchall()
        )
