"""What the shell around every page shows, asked in one statement."""

import json
from dataclasses import dataclass, field
from typing import Final

from django.db import connection, transaction

from relationships.access import Viewer
from relationships.policy import Right
from relationships.reach import as_array, ids_with

SWITCHER_LENGTH: Final = 12

# Readings and disputes are found through their partial indexes; `mine` is the side the viewer's organisation stands on.
# The lists of ids come in once each, however often they are compared with.
QUESTION: Final = """
WITH reach AS (SELECT %(sign)s::bigint[] AS sign, %(settle)s::bigint[] AS settle, %(read)s::bigint[] AS readable)
SELECT
 (SELECT count(*) FROM relationships_agreement a JOIN relationships_relationship r ON r.id = a.relationship_id
   WHERE a.outcome = 'OPEN' AND a.relationship_id = ANY((SELECT sign FROM reach)::bigint[])
     AND ((r.customer_id = %(own)s AND a.customer_signed_at IS NULL)
       OR (r.provider_id = %(own)s AND a.provider_signed_at IS NULL))),
 (SELECT count(DISTINCT d.relationship_id) FROM kpis_reading d JOIN kpis_kpi k ON k.id = d.kpi_id
    JOIN relationships_relationship r ON r.id = d.relationship_id
   WHERE d.state = 'SUBMITTED' AND d.relationship_id = ANY((SELECT settle FROM reach)::bigint[])
     AND (r.customer_id = %(own)s) <> (k.performed_by = 'CUSTOMER')),
 (SELECT count(*) FROM kpis_dispute d JOIN relationships_relationship r ON r.id = d.relationship_id
   WHERE d.resolved_at IS NULL AND d.relationship_id = ANY((SELECT settle FROM reach)::bigint[])
     AND (r.customer_id = %(own)s) <> (d.side = 'CUSTOMER')),
 (SELECT count(*) FROM accounts_notice n WHERE n.person_id = %(person)s AND n.read_at IS NULL),
 (SELECT json_agg(s) FROM (SELECT r.id, r.name FROM relationships_relationship r
   WHERE {readable} ORDER BY r.changed_at DESC, r.id LIMIT %(length)s) s)
"""
BY_ORGANISATION: Final = "(r.customer_id = %(own)s OR r.provider_id = %(own)s)"
BY_SEAT: Final = "r.id = ANY((SELECT readable FROM reach)::bigint[])"


@dataclass(frozen=True)
class Door:
    """One relationship of the switcher."""

    pk: int
    name: str


@dataclass(frozen=True)
class Shell:
    """Answers others wait for, notices not read yet, and the relationships that changed last."""

    waiting: int = 0
    unread: int = 0
    switcher: list[Door] = field(default_factory=list)


def get_shell(viewer: Viewer) -> Shell:
    """What the viewer's shell shows, in one statement.

    `waiting` counts the signatures one may give, the relationships whose readings one may confirm and the disputes
    one may answer: what somebody of the other side waits for. Readings that fall due are not counted here; when they
    do is a matter of each KPI's calendar, and the home page knows it.
    """
    own = viewer.person.organisation_id
    is_executive = viewer.person.is_executive and own
    question = QUESTION.format(readable=BY_ORGANISATION if is_executive else BY_SEAT)
    parameters: dict[str, str | int] = {
        "own": own or 0,
        "person": viewer.person.pk,
        "sign": as_array(ids_with(viewer, Right.SIGN)),
        "settle": as_array(ids_with(viewer, Right.SETTLE)),
        "read": "{}" if is_executive else as_array(ids_with(viewer, Right.READ)),
        "length": SWITCHER_LENGTH,
    }
    # Error pages are drawn after the view's transaction; the scope is announced at the start of one.
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(question, parameters)
        signatures, readings, disputes, unread, doors = cursor.fetchone()
    rows = json.loads(doors) if isinstance(doors, str) else doors or []
    return Shell(signatures + readings + disputes, unread, [Door(row["id"], row["name"]) for row in rows])
