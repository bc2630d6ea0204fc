"""What the database adds up is what the plain arithmetic adds up, digit for digit."""

import random
from datetime import date

import pytest

from kpis.models import Kpi, Reading
from tests.cast import NOW
from tests.value.random_rows import furnish, relationships
from value.domain.evidence import Evidence, Performer, sum_up
from value.queries.evidence import evidence_of

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "batch"])

DATES = (date(2025, 2, 28), date(2025, 8, 31), date(2025, 12, 17), date(2026, 2, 28), date(2026, 3, 31))


@pytest.mark.parametrize("seed", range(6))
def test_the_same_sums_as_plain_code(cast, seed):
    chance = random.Random(seed)
    invented = {r.pk: furnish(cast, r, chance) for r in relationships(cast, 5)}
    for as_of in DATES:
        plain = {
            pk: sum_up([period for kpi in kpis for period in kpi.periods(as_of)], as_of)
            for pk, kpis in invented.items()
        }
        assert evidence_of(list(invented), as_of) == plain
    assert any(e.joint.periods and e.by_provider.expected > e.by_provider.periods for e in plain.values())


def test_large_sums_stay_exact(cast):
    """Beyond the 53 bits of a double and near the 63 of a bigint; nothing may wrap or round."""
    chance = random.Random(1)
    (relationship,) = relationships(cast, 1)
    kpis = furnish(cast, relationship, chance, kpis=12)
    Kpi.objects.using("batch").update(weight=1000, performed_by="JOINT", ends_on=None)
    Reading.objects.using("batch").filter(attainment__isnull=False).update(attainment=999_999)
    for kpi in kpis:
        kpi.kpi.refresh_from_db(using="batch")
        kpi.readings = {r.period_start: r for r in Reading.objects.using("batch").filter(kpi=kpi.kpi)}
    as_of = date(2026, 3, 31)
    found = evidence_of([relationship.pk], as_of)[relationship.pk]
    assert found == sum_up([period for kpi in kpis for period in kpi.periods(as_of)], as_of)
    assert found.joint.points > 10**17


def test_a_relationship_without_kpis_is_there_without_evidence(cast):
    (relationship,) = relationships(cast, 1)
    assert evidence_of([relationship.pk], date(2026, 3, 1)) == {relationship.pk: Evidence()}
    assert evidence_of([], date(2026, 3, 1)) == {}
    assert {p.value for p in Performer} == {"JOINT", "PROVIDER", "CUSTOMER"}


def test_context_is_no_evidence(cast):
    """A driver has readings and due periods, and none of them counts."""
    (relationship,) = relationships(cast, 1)
    chance = random.Random(3)
    furnish(cast, relationship, chance)
    as_of = date(2026, 2, 28)
    before = evidence_of([relationship.pk], as_of)
    driver = Kpi.objects.using("batch").create(
        relationship=relationship, is_driver=True, name="Calls", performed_by="PROVIDER", polarity="HIGHER",
        frequency="MONTH", starts_on=date(2025, 1, 1), created_at=NOW,
    )  # fmt: skip
    Reading.objects.using("batch").create(
        relationship=relationship, kpi=driver, period_start=date(2026, 1, 1), period_end=date(2026, 1, 31), value=7,
        submitted_at=NOW, recorded_at=NOW,
    )  # fmt: skip
    assert evidence_of([relationship.pk], as_of) == before
