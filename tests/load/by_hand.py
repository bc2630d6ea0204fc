"""The same scores as one hand-written statement: what a person who knows PostgreSQL would write for this data.

It knows what the product cannot know: that every KPI is monthly, never ends, and that nobody agreed other terms.
Logarithms are taken in double precision as in the product, so that the figures can be compared digit for digit.
"""

from datetime import date
from typing import Any

from value.domain.evidence import AGE_WEIGHTS, month_bounds

TABLE = """
CREATE TABLE IF NOT EXISTS load_by_hand (
    relationship_id bigint, as_of date, shared_value numeric(7, 4), value_customer numeric(7, 4),
    value_provider numeric(7, 4), hidden_imbalance numeric(7, 4), coverage_customer float8, coverage_provider float8,
    q_joint float8, q_provider float8, q_customer float8, PRIMARY KEY (relationship_id, as_of))
"""
SCORES = """
INSERT INTO load_by_hand
WITH sums AS (
    SELECT r.relationship_id AS id, k.performed_by AS who,
        sum(r.attainment::bigint * w.weight * k.weight) FILTER (WHERE r.state <> 'DISPUTED') AS points,
        sum(w.weight * k.weight) FILTER (WHERE r.state <> 'DISPUTED' AND r.attainment IS NOT NULL) AS weight,
        count(r.attainment) FILTER (WHERE r.state <> 'DISPUTED') AS periods,
        count(*) FILTER (WHERE r.is_not_applicable AND r.state <> 'DISPUTED' AND r.period_end <= {as_of} - 10) AS left_out,
        count(r.attainment) FILTER (WHERE r.state <> 'DISPUTED' AND r.period_end > {as_of} - 10) AS early
    FROM kpis_reading r
    JOIN kpis_kpi k ON k.id = r.kpi_id
    JOIN (VALUES {weights}) AS w(month, weight) ON w.month = r.period_start
    {only}
    GROUP BY 1, 2
), kpis AS (
    SELECT relationship_id AS id, performed_by AS who, count(*) * {due} AS expected FROM kpis_kpi k {only_kpis}
    GROUP BY 1, 2
), sides AS (
    SELECT k.id,
        max(s.points / (s.weight * 1000000.0)) FILTER (WHERE k.who = 'JOINT')::float8 AS joint,
        max(s.points / (s.weight * 1000000.0)) FILTER (WHERE k.who = 'PROVIDER')::float8 AS provider,
        max(s.points / (s.weight * 1000000.0)) FILTER (WHERE k.who = 'CUSTOMER')::float8 AS customer,
        max(s.periods::float8 / (k.expected + s.early - s.left_out)) FILTER (WHERE k.who = 'JOINT') AS cover_joint,
        max(s.periods::float8 / (k.expected + s.early - s.left_out)) FILTER (WHERE k.who = 'PROVIDER') AS cover_provider,
        max(s.periods::float8 / (k.expected + s.early - s.left_out)) FILTER (WHERE k.who = 'CUSTOMER') AS cover_customer
    FROM kpis k LEFT JOIN sums s ON s.id = k.id AND s.who = k.who GROUP BY 1
), gains AS (
    SELECT *,
        greatest((exp((ln(greatest(joint, 0.01)) + ln(greatest(provider, 0.01))) / 2) - 0.2) / (1.0::float8 - 0.2), 0) AS gc,
        greatest((exp((ln(greatest(joint, 0.01)) + ln(greatest(customer, 0.01))) / 2) - 0.2) / (1.0::float8 - 0.2), 0) AS gp
    FROM sides
), scored AS (
    SELECT *, CASE WHEN gc > 0 AND gp > 0 THEN 100 * exp(0.5 * ln(gc) + 0.5 * ln(gp)) ELSE 0 END AS shared FROM gains
)
SELECT id, {as_of}, shared::numeric, (100 * gc)::numeric, (100 * gp)::numeric,
    greatest(100 * (0.5 * gc + 0.5 * gp) - shared, 0)::numeric, (cover_joint + cover_provider) / 2,
    (cover_joint + cover_customer) / 2, joint, provider, customer
FROM scored
ON CONFLICT (relationship_id, as_of) DO UPDATE SET shared_value = excluded.shared_value,
    value_customer = excluded.value_customer, value_provider = excluded.value_provider,
    hidden_imbalance = excluded.hidden_imbalance, coverage_customer = excluded.coverage_customer,
    coverage_provider = excluded.coverage_provider, q_joint = excluded.q_joint, q_provider = excluded.q_provider,
    q_customer = excluded.q_customer
"""
# Planner settings a person would try; the best of them counts.
VARIANTS: dict[str, tuple[str, ...]] = {
    "as it comes": (),
    "no memoize": ("enable_memoize = off",),
    "no memoize, no parallel hash": ("enable_memoize = off", "enable_parallel_hash = off"),
}


def statement(as_of: date, only: list[int] | None = None) -> str:
    """The statement for a date that ends a month; `only` names relationships."""
    bounds = month_bounds(as_of)
    # bounds[age + 1] is the last day of the month before the one that has this age.
    weights = ", ".join(
        f"((date '{bounds[age + 1]}' + 1), {weight}::bigint)" for age, weight in enumerate(AGE_WEIGHTS)
    )
    ids = f"ANY ('{{{','.join(map(str, only))}}}')" if only is not None else ""
    due = sum((as_of - bound).days >= 10 for bound in bounds[:12])
    return SCORES.format(
        as_of=f"date '{as_of}'",
        weights=weights,
        due=due,
        only=f"WHERE r.relationship_id = {ids}" if only is not None else "",
        only_kpis=f"WHERE k.relationship_id = {ids}" if only is not None else "",
    )


def run(cursor: Any, as_of: date, settings: tuple[str, ...], only: list[int] | None = None) -> None:
    """Runs it once under planner settings, in a transaction of its own."""
    cursor.execute("BEGIN")
    for setting in ("work_mem = '64MB'", *settings):
        cursor.execute(f"SET LOCAL {setting}")
    cursor.execute(statement(as_of, only))
    cursor.execute("COMMIT")
