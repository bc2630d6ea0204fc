"""What one side said to itself is not read by the other in the audit trail either."""

from typing import ClassVar

from django.db import migrations

from portal.lib import walls

IN_SCOPE = f"relationship_id = {walls.IDS}"
INTERNAL_TO = "coalesce(after, before) ->> 'internal_to_id'"
NOT_INTERNAL = (
    f"(table_name <> 'relationships_timelineentry' OR {INTERNAL_TO} IS NULL"
    f" OR ({INTERNAL_TO})::bigint = {walls.ORGANISATION})"
)


def policy(expression: str) -> str:
    return f"ALTER POLICY relationship ON relationships_auditentry USING ({expression}) WITH CHECK ({expression})"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("relationships", "0002_walls")]

    operations: ClassVar = [migrations.RunSQL(policy(f"{IN_SCOPE} AND {NOT_INTERNAL}"), policy(IN_SCOPE))]
