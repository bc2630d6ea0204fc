"""What the database itself refuses about goals, KPIs, bands and readings, each violated once."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from kpis import actions
from kpis.models import BandRevision, Dispute, Evidence, Kpi, NamedCalendar, NamedPeriod, Reading
from relationships.models import Side
from tests.cast import NOW, acting
from tests.furniture import add_goal, add_kpi, agree_band, report

pytestmark = pytest.mark.django_db
JANUARY = date(2026, 1, 1)
D = Decimal


@pytest.fixture
def kpi(cast):
    made = add_kpi(add_goal(cast.own, cast.amara), cast.amara, reference="K1")
    agree_band(made, cast.amara, cast.jonas)
    return made


@pytest.fixture
def reading(cast, kpi):
    return report(kpi, cast.lena, JANUARY, 75)


def refused(constraint, action):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        action()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


KPI = [
    ({"contract_month_day": 16}, "kpi_contract_month_day"),
    ({"frequency": "CONTRACT_MONTH"}, "kpi_contract_month_day"),
    ({"frequency": "CONTRACT_MONTH", "contract_month_day": 29}, "kpi_contract_month_day"),
    ({"frequency": "CALENDAR"}, "kpi_named_calendar"),
    ({"ends_on": date(2024, 12, 31)}, "kpi_starts_before_end"),
    ({"weight": 0}, "kpi_weight_range"),
    ({"weight": 1001}, "kpi_weight_range"),
]


@pytest.mark.parametrize(("change", "constraint"), KPI)
def test_kpis(cast, kpi, change, constraint):
    with acting(cast.amara, cast.own):
        refused(constraint, lambda: Kpi.objects.filter(pk=kpi.pk).update(**change))


def test_a_reference_names_one_kpi(cast, kpi):
    other = add_kpi(kpi.goal, cast.amara, name="Other")
    with acting(cast.amara, cast.own):
        refused("kpi_reference_once", lambda: Kpi.objects.filter(pk=other.pk).update(reference="K1"))


READING = [
    ({"period_end": date(2025, 12, 31)}, "reading_period_in_order"),
    ({"is_not_applicable": True}, "reading_value_or_not_applicable"),
    ({"value": None}, "reading_value_or_not_applicable"),
    ({"verdict": None}, "reading_verdict_with_band"),
    ({"verdict": 4}, "reading_verdict_with_band"),
    ({"attainment": 1_000_001}, "reading_verdict_with_band"),
    ({"band_revision": None}, "reading_verdict_with_band"),
]


@pytest.mark.parametrize(("change", "constraint"), READING)
def test_readings(cast, reading, change, constraint):
    with acting(cast.amara, cast.own):
        refused(constraint, lambda: Reading.objects.filter(pk=reading.pk).update(**change))


def test_one_reading_per_period(cast, kpi, reading):
    with acting(cast.lena, cast.own):
        refused(
            "reading_once_per_period",
            lambda: Reading.objects.create(
                relationship=cast.own, kpi=kpi, period_start=JANUARY, period_end=date(2026, 1, 31), value=1,
                submitted_at=NOW, recorded_at=NOW,
            ),
        )  # fmt: skip


@pytest.mark.parametrize("column", ["kpi_id", "band_revision_id", "clock_id"])
def test_a_reading_points_at_nothing_of_another_relationship_nor_at_nothing(cast, reading, column):
    """The composite keys are the only ones on these columns, so they have to hold on their own."""
    with acting(cast.amara, cast.own):
        refused(
            f"kpis_reading_{column}_same_relationship",
            lambda: Reading.objects.filter(pk=reading.pk).update(**{column: 10**9}),
        )


BAND = [
    ({"floor": D(70)}, "band_thresholds_in_order"),
    ({"floor": D(90)}, "band_thresholds_in_order"),
    ({"upper_target": D(90)}, "band_upper_half_in_order"),
    ({"upper_target": D(90), "upper_tolerance": D(89), "upper_floor": D(99)}, "band_upper_half_in_order"),
]


@pytest.mark.parametrize(("change", "constraint"), BAND)
def test_bands(cast, kpi, change, constraint):
    with acting(cast.amara, cast.own):
        proposed = actions.propose_band(
            kpi=kpi, effective_from=JANUARY, floor=D(60), tolerance=D(70), target=D(80), actor=cast.amara,
            side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip
        refused(constraint, lambda: BandRevision.objects.filter(pk=proposed.pk).update(**change))


def test_one_agreement_is_about_one_band(cast, kpi):
    with acting(cast.amara, cast.own):
        band = BandRevision.objects.get(kpi=kpi)
        band.pk, band.agreed_at = None, None
        refused("agreement_id", band.save)


def test_named_periods(cast):
    with acting(cast.amara, cast.own):
        calendar = NamedCalendar.objects.create(relationship=cast.own, name="Rail year")
        common = {"relationship": cast.own, "calendar": calendar}
        NamedPeriod.objects.create(**common, label="P1", first_day=JANUARY, last_day=date(2026, 1, 28))
        refused(
            "named_periods_do_not_overlap",
            lambda: NamedPeriod.objects.create(
                **common, label="P2", first_day=date(2026, 1, 28), last_day=date(2026, 2, 25)
            ),
        )
        # The range of the exclusion constraint refuses a backward period before the check does.
        with pytest.raises(DatabaseError), transaction.atomic():
            NamedPeriod.objects.create(**common, label="P2", first_day=date(2026, 3, 1), last_day=JANUARY)
        refused(
            "calendar_name_once",
            lambda: NamedCalendar.objects.create(relationship=cast.own, name="Rail year"),
        )


def test_disputes(cast, reading):
    with acting(cast.amara, cast.own):
        opened = actions.dispute_reading(
            reading=reading, version=1, reason="No", claimed_value=None, actor=cast.amara, side=Side.CUSTOMER,
            now=NOW,
        )  # fmt: skip
        refused(
            "dispute_one_open_per_reading",
            lambda: Dispute.objects.create(
                relationship=cast.own, reading=reading, side="CUSTOMER", reason="Again", opened_by=cast.amara,
                opened_at=NOW,
            ),
        )  # fmt: skip
        for change in ({"resolved_at": NOW}, {"resolution": "UPHELD"}, {"resolved_by": cast.amara}):
            refused(
                "dispute_resolved_by_and_at",
                lambda change=change: Dispute.objects.filter(pk=opened.pk).update(**change),
            )


def test_evidence_belongs_to_a_reading_of_its_relationship(cast, reading):
    foreign = report(
        add_kpi(add_goal(cast.foreign, cast.outsider), cast.outsider), cast.rival_provider, JANUARY, 1
    )
    with acting(cast.lena, cast.own):
        refused(
            "kpis_evidence_reading_id_same_relationship",
            lambda: Evidence.objects.create(
                relationship=cast.own, reading_id=foreign.pk, name="a", file="a", content_type="text/plain", size=1,
                sha256="0" * 64, added_by=cast.lena, added_at=NOW,
            ),
        )  # fmt: skip
