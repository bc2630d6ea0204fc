"""Loading a plan by COPY, as the role that owns the tables: the application's role may not."""

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np
from django.db import connections, transaction
from psycopg2 import sql

from portal.management.scale.bare import bare
from portal.management.scale.binary import Field, Stream, days, microseconds, rows
from portal.management.scale.plan import First, Plan, chunks, readings, thresholds

TABLES: Final = {
    "organisation": "accounts_organisation",
    "person": "accounts_person",
    "relationship": "relationships_relationship",
    "goal": "kpis_goal",
    "kpi": "kpis_kpi",
    "agreement": "relationships_agreement",
    "band": "kpis_bandrevision",
    "reading": "kpis_reading",
}
BARE: Final = ("relationships_agreement", "kpis_kpi", "kpis_bandrevision", "kpis_reading")
CONTENT: Final = b'[{"label": "Band", "before": "", "after": "loaded"}]'
AT_ONCE: Final = 200
AGREEMENT: Final = [
    Field("id", "bigint"), Field("relationship_id", "bigint"), Field("kind", "text", 13), Field("title", "text", 4),
    Field("content", "jsonb", len(CONTENT)), Field("digest", "text", 64), Field("version", "int"),
    Field("note", "text"), Field("proposed_by_side", "text", 8), Field("proposed_by_id", "bigint"),
    Field("proposed_at", "timestamptz"), Field("customer_signed_by_id", "bigint"),
    Field("customer_signed_at", "timestamptz"), Field("customer_signed_version", "int"),
    Field("provider_signed_by_id", "bigint"), Field("provider_signed_at", "timestamptz"),
    Field("provider_signed_version", "int"), Field("outcome", "text", 6), Field("settled_at", "timestamptz"),
    Field("settled_by_id", "bigint"), Field("reason", "text"),
]  # fmt: skip
BAND: Final = [
    Field("id", "bigint"), Field("relationship_id", "bigint"), Field("kpi_id", "bigint"),
    Field("agreement_id", "bigint"), Field("effective_from", "date"), Field("floor", "numeric"),
    Field("tolerance", "numeric"), Field("target", "numeric"), Field("agreed_at", "timestamptz"),
    Field("created_at", "timestamptz"),
]  # fmt: skip
KEY: Final = [
    Field("id", "bigint"), Field("relationship_id", "bigint"), Field("kpi_id", "bigint"), Field("period_start", "date"),
    Field("period_end", "date"), Field("is_not_applicable", "bool"), Field("note", "text"),
    Field("submitted_by_id", "bigint"), Field("submitted_at", "timestamptz"), Field("recorded_at", "timestamptz"),
    Field("version", "int"),
]  # fmt: skip
JUDGED: Final = [
    Field("value", "numeric"), Field("band_revision_id", "bigint"), Field("verdict", "smallint"),
    Field("attainment", "int"),
]  # fmt: skip
SETTLED: Final = [Field("settled_by_id", "bigint"), Field("settled_at", "timestamptz")]
READING: Final = {
    "CONFIRMED": [*KEY, Field("state", "text", 9), *JUDGED, *SETTLED],
    "SUBMITTED": [*KEY, Field("state", "text", 9), *JUDGED],
    "DISPUTED": [*KEY, Field("state", "text", 8), *JUDGED],
    "NOT_APPLICABLE": [*KEY, Field("state", "text", 9), *SETTLED],
}
Tell = Callable[[str], object]


def load(plan: Plan, *, seed: int, password: str, tell: Tell) -> int:
    """Loads everything in one transaction; returns how many readings. Nothing of it is in the audit chains."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for setting in ("maintenance_work_mem = '768MB'", "work_mem = '256MB'", "synchronous_commit = off"):
            cursor.execute(f"SET LOCAL {setting}")
        first = First(*(_first_free(cursor, table) for table in TABLES.values()))
        tell("people, relationships, seats, goals")
        cursor.execute("ALTER TABLE relationships_relationship DISABLE TRIGGER USER")
        _people(cursor, plan, first, password)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE relationships_relationship ENABLE TRIGGER USER")
        with bare(cursor, BARE, tell):
            _copy_text(cursor, "kpis_kpi", _kpis(plan, first))
            tell(f"{plan.bands:,} bands with their signatures")
            _copy(cursor, "relationships_agreement", AGREEMENT, _bands(plan, first, agreements=True))
            _copy(cursor, "kpis_bandrevision", BAND, _bands(plan, first, agreements=False))
            total = _readings(cursor, plan, first, seed, tell)
        for table in TABLES.values():
            statement = "SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {}))"
            cursor.execute(sql.SQL(statement).format(sql.Identifier(table)), [table])
    with connections["owner"].cursor() as cursor:
        # As autovacuum would in its own time; indexes are then read without their table.
        tell("visibility map")
        cursor.execute(f"VACUUM {', '.join(BARE)}")
    return total


def _first_free(cursor: Any, table: str) -> int:
    cursor.execute(sql.SQL("SELECT coalesce(max(id), 0) + 1 FROM {}").format(sql.Identifier(table)))
    return int(cursor.fetchone()[0])


def _copy_text(cursor: Any, table: str, lines: Iterable[dict[str, Any]]) -> None:
    found = iter(lines)
    head = next(found)
    text = io.StringIO()
    for line in (head, *found):
        text.write("\t".join("\\N" if value is None else str(value) for value in line.values()) + "\n")
    text.seek(0)
    cursor.copy_expert(f"COPY {table} ({', '.join(head)}) FROM STDIN", text)


def _copy(cursor: Any, table: str, fields: list[Field], pieces: Iterator[bytes]) -> None:
    names = ", ".join(field.name for field in fields)
    cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)", Stream(pieces), 1 << 20)


def _people(cursor: Any, plan: Plan, first: First, password: str) -> None:
    moment = datetime.combine(plan.starts[0], datetime.min.time(), UTC)
    _copy_text(cursor, "accounts_organisation", _organisations(plan, first, moment))
    _copy_text(cursor, "accounts_person", _persons(plan, first, password, moment))
    _copy_text(cursor, "relationships_relationship", _relationships(plan, first, moment))
    _copy_text(cursor, "relationships_seat", _seats(plan, first, moment))
    _copy_text(
        cursor,
        "kpis_goal",
        (
            {"id": first.goal + n, "relationship_id": first.relationship + n, "name": "Service that works", "outcome": "",
             "worth_to_customer": "", "worth_to_provider": "", "position": 0, "created_at": moment, "version": 1}
            for n in range(plan.relationships)
        ),
    )  # fmt: skip


def _organisations(plan: Plan, first: First, moment: datetime) -> Iterator[dict[str, Any]]:
    for n in range(plan.customers + 1):
        yield {
            "id": first.organisation + n, "name": f"Scale customer {n}" if n else "Scale provider",
            "is_customer": bool(n), "is_provider": not n, "time_zone": "Europe/London", "holiday_country": "GB",
            "holiday_subdivision": "ENG", "working_days": "12345", "day_starts_at": "09:00", "day_ends_at": "17:00",
            "currency": "GBP", "is_invented": True, "reference": "", "created_at": moment,
        }  # fmt: skip


def _persons(plan: Plan, first: First, password: str, moment: datetime) -> Iterator[dict[str, Any]]:
    """Two people who see everything of the provider (an executive, an administrator), then a lead for each side."""
    for n in range(2 + 2 * plan.customers):
        is_customer = n >= 2 and n % 2 == 0
        yield {
            "id": first.person + n, "email": f"scale{first.person + n}@load.example", "password": password,
            "full_name": f"Scale Person {n}",
            "organisation_id": first.organisation + (n // 2 if is_customer else 0), "time_zone": "",
            "is_active": True, "is_organisation_admin": n == 1, "is_executive": n == 0, "joined_at": moment,
        }  # fmt: skip


def _relationships(plan: Plan, first: First, moment: datetime) -> Iterator[dict[str, Any]]:
    for n in range(plan.relationships):
        group = n // 20 % plan.customers
        yield {
            "id": first.relationship + n, "name": f"Scale relationship {n:05d}",
            "customer_id": first.organisation + 1 + group, "provider_id": first.organisation,
            "initiated_by_side": "CUSTOMER", "service": "Service desk", "stage": "5_WORKING_TOGETHER",
            "currency": "GBP", "time_zone": "Europe/London", "confirm_within_days": 5, "deemed_after_days": 3,
            "reference": "", "is_invented": True, "attribution": "", "created_at": moment, "accepted_at": moment,
            "accepted_by_id": first.person + 3 + 2 * group, "changed_at": moment, "version": 1,
        }  # fmt: skip


def _seats(plan: Plan, first: First, moment: datetime) -> Iterator[dict[str, Any]]:
    for n in range(plan.relationships):
        lead = first.person + 2 + 2 * (n // 20 % plan.customers)
        for side, person in (("CUSTOMER", lead), ("PROVIDER", lead + 1)):
            yield {
                "relationship_id": first.relationship + n, "side": side, "person_id": person, "role": "LEAD",
                "title": "", "started_at": moment,
            }  # fmt: skip


def _kpis(plan: Plan, first: First) -> Iterator[dict[str, Any]]:
    moment = datetime.combine(plan.starts[0], datetime.min.time(), UTC)
    for n in range(plan.relationships):
        for slot in range(plan.kpis):
            yield {
                "id": first.kpi + n * plan.kpis + slot, "relationship_id": first.relationship + n,
                "goal_id": first.goal + n, "reference": f"K{slot + 1}", "name": f"Measure {slot + 1}",
                "performed_by": plan.performer(slot), "polarity": "LOWER" if slot % 2 else "HIGHER", "unit": "%",
                "decimals": 1, "entry": "VALUE", "ratio_factor": 100, "frequency": "MONTH",
                "starts_on": plan.starts[0], "due_days": 10, "weight": 1 + slot % 5, "outcome": "", "standard": "",
                "how_measured": "", "source": "", "position": slot, "created_at": moment, "version": 1,
            }  # fmt: skip


def _bands(plan: Plan, first: First, *, agreements: bool) -> Iterator[bytes]:
    """Bands, or the agreements under them: one a year for each KPI, signed by both leads."""
    starts = np.array([days(day) for day in plan.starts[: plan.months : 12]])
    signed = microseconds(datetime.combine(plan.starts[0], datetime.min.time(), UTC))
    for start, count in chunks(plan.relationships, AT_ONCE * 5):
        shape = (count, plan.kpis, plan.bands_per_kpi)
        relationship, slot, revision = (axis.reshape(-1) for axis in np.indices(shape))
        n = ((start + relationship) * plan.kpis + slot) * plan.bands_per_kpi + revision
        lead = first.person + 2 + 2 * ((start + relationship) // 20 % plan.customers)
        if agreements:
            columns: dict[str, Any] = {
                "id": first.agreement + n, "relationship_id": first.relationship + start + relationship,
                "kind": b"BAND_REVISION", "title": b"Band", "content": CONTENT, "digest": b"0" * 64, "version": 1,
                "note": b"", "proposed_by_side": b"CUSTOMER", "proposed_by_id": lead, "proposed_at": signed,
                "customer_signed_by_id": lead, "customer_signed_at": signed, "customer_signed_version": 1,
                "provider_signed_by_id": lead + 1, "provider_signed_at": signed, "provider_signed_version": 1,
                "outcome": b"AGREED", "settled_at": signed, "settled_by_id": lead + 1, "reason": b"",
            }  # fmt: skip
            yield rows(AGREEMENT, columns, len(n))
        else:
            columns = {
                "id": first.band + n, "relationship_id": first.relationship + start + relationship,
                "kpi_id": first.kpi + (start + relationship) * plan.kpis + slot, "agreement_id": first.agreement + n,
                "effective_from": starts[revision], "agreed_at": signed, "created_at": signed,
                **thresholds(plan, slot, revision),
            }  # fmt: skip
            yield rows(BAND, columns, len(n))


def _readings(cursor: Any, plan: Plan, first: First, seed: int, tell: Tell) -> int:
    total = 0
    for start, count in chunks(plan.relationships, AT_ONCE):
        made = readings(plan, first, start, count, seed)
        moments = (made.columns["period_end"].astype(np.int64) + 6) * 86_400_000_000
        for kind, fields in READING.items():
            chosen = made.kind == kind
            number = int(chosen.sum())
            if not number:
                continue
            columns: dict[str, Any] = {name: column[chosen] for name, column in made.columns.items()}
            columns |= {
                "id": first.reading + total + np.arange(number), "is_not_applicable": kind == "NOT_APPLICABLE",
                "note": b"", "state": b"CONFIRMED" if kind == "NOT_APPLICABLE" else kind.encode(), "version": 1,
                "submitted_at": moments[chosen], "recorded_at": moments[chosen], "settled_at": moments[chosen],
            }  # fmt: skip
            _copy(cursor, "kpis_reading", fields, iter([rows(fields, columns, number)]))
            total += number
        tell(f"{total:,} readings")
    return total


def last_month(today: date) -> date:
    """The first day of the month that is under way: months before it are over."""
    return today.replace(day=1)
