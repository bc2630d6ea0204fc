"""Row-level security and the audit trail of clocks."""

from typing import ClassVar

from django.db import migrations

from portal.lib import walls


class Migration(migrations.Migration):
    dependencies: ClassVar = [("governance", "0001_initial"), ("relationships", "0002_walls")]

    operations: ClassVar = [
        walls.relationship_rls("governance_clock"),
        *walls.audited("governance_clock"),
    ]
