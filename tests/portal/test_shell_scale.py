"""The shell, home and search of an executive and of a lead with thousands of relationships.

Asserted is how many statements they take, never a time; `-s` prints the medians, and MANY=10000 makes it ten thousand.
"""

import os
import statistics
import time

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from portal.lib import scope
from tests.cast import BEGAN, NOW, client_for

MANY = int(os.environ.get("MANY", "1500"))
KPIS = 4

FOUND = """
INSERT INTO relationships_relationship (name, customer_id, provider_id, initiated_by_side, service, stage, currency,
  time_zone, confirm_within_days, deemed_after_days, reference, is_invented, attribution, created_by_id, created_at,
  accepted_by_id, accepted_at, changed_at, version)
SELECT 'Scale ' || n, %(customer)s, %(provider)s, 'CUSTOMER', 'IT', '5_WORKING_TOGETHER', 'GBP', 'Europe/London', 5, 3,
  'scale-' || n, true, '', %(lead)s, %(began)s, %(other)s, %(began)s, %(now)s::timestamptz - n * interval '1 minute', 1
FROM generate_series(1, %(many)s) n
"""
SEAT = """
INSERT INTO relationships_seat (relationship_id, side, person_id, role, title, started_at)
SELECT id, 'CUSTOMER', %(lead)s, 'LEAD', '', %(began)s FROM relationships_relationship WHERE reference LIKE 'scale-%%'
"""
GOAL = """
INSERT INTO kpis_goal (relationship_id, name, outcome, worth_to_customer, worth_to_provider, position, created_at, version)
SELECT id, 'Goal', '', '', '', 0, %(began)s, 1 FROM relationships_relationship WHERE reference LIKE 'scale-%%'
"""
KPI = """
INSERT INTO kpis_kpi (relationship_id, goal_id, reference, name, performed_by, polarity, unit, decimals, entry,
  ratio_factor, frequency, starts_on, due_days, weight, outcome, standard, how_measured, source, position, created_at,
  version)
SELECT g.relationship_id, g.id, '', 'Measure ' || k, CASE WHEN k %% 4 = 0 THEN 'CUSTOMER' ELSE 'PROVIDER' END, 'HIGHER',
  '%%', 1, 'VALUE', 100, 'MONTH', '2025-01-01', 10, 1, '', '', '', '', k, %(began)s, 1
FROM kpis_goal g, generate_series(1, %(kpis)s) k WHERE g.name = 'Goal'
"""


@pytest.fixture
def crowded(cast):
    """Northwind is party to thousands of relationships; Ruth leads every one of them, Helen is its executive."""
    values = {
        "customer": cast.northwind.pk,
        "provider": cast.brightwater.pk,
        "lead": cast.ruth.pk,
        "other": cast.jonas.pk,
        "began": BEGAN,
        "now": NOW,
        "many": MANY,
        "kpis": KPIS,
    }
    as_ruth = {"person_id": cast.ruth.pk, "organisation_id": cast.northwind.pk}
    with scope.acting_as(**as_ruth), connections["default"].cursor() as cursor:
        cursor.execute(FOUND, values)
        cursor.execute("SELECT array_agg(id) FROM relationships_relationship")
        (ids,) = cursor.fetchone()
    with (
        scope.acting_as(**as_ruth, relationship_ids=ids),
        connections["default"].cursor() as cursor,
    ):
        for statement in (SEAT, GOAL, KPI):
            cursor.execute(statement, values)
    return cast


PAGES = ["/", "/profile/", "/search/?q=scale", "/search/?q=nothing+of+the+kind", "/method/"]


@pytest.mark.parametrize("key", ["helen", "ruth"])
def test_thousands_of_relationships_cost_no_more_statements(crowded, key):
    client = client_for(crowded.person(key))
    client.get("/")
    for page in PAGES:
        with CaptureQueriesContext(connections["default"]) as queries:
            assert client.get(page).status_code == 200
        statements = list(queries)
        assert len(statements) <= 12, page
        said = f"{key:6} {page:32} {len(statements):2} statements, median {median_of(client, page):6.1f} ms"
        print(said)


def median_of(client, page: str) -> float:
    """Milliseconds of the middle one of five requests."""
    took = []
    for _ in range(5):
        started = time.perf_counter()
        client.get(page)
        took.append(1000 * (time.perf_counter() - started))
    return statistics.median(took)
