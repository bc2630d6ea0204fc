"""A file, and the mapping of its columns, is read and written by the side that sent it, and by nobody else."""

from typing import ClassVar

from django.db import migrations

from portal.lib import walls

TABLES = ("kpis_upload", "kpis_columnmapping")
SHARED = f"relationship_id = {walls.IDS}"
OWN = f"{SHARED} AND side = portal_side(relationship_id)"


def policy(table: str, condition: str) -> str:
    """The table's one policy with another condition."""
    return f"ALTER POLICY relationship ON {table} USING ({condition}) WITH CHECK ({condition});"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("kpis", "0008_room_watch")]

    operations: ClassVar = [migrations.RunSQL(policy(table, OWN), policy(table, SHARED)) for table in TABLES]
