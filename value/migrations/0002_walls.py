"""Row-level security of terms, scores and standings; agreed terms stay as they are.

Scores and standings are not audited: they are computed from audited rows and carry the digest of their inputs.
"""

from typing import ClassVar

from django.db import migrations

from portal.lib import walls


class Migration(migrations.Migration):
    dependencies: ClassVar = [("value", "0001_initial"), ("relationships", "0002_walls")]

    operations: ClassVar = [
        walls.relationship_rls("value_scoreterms"),
        walls.relationship_rls("value_score"),
        walls.relationship_rls(
            "value_standing",
            using=f"customer_id = {walls.ORGANISATION} OR provider_id = {walls.ORGANISATION}"
            f" OR relationship_id = {walls.IDS}",
            check=f"relationship_id = {walls.IDS}",
        ),
        walls.composite_key("value_scoreterms", "agreement_id", "relationships_agreement"),
        *walls.immutable_terms("value_scoreterms", agreed="agreed_at"),
        *walls.audited("value_scoreterms"),
    ]
