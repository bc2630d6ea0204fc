"""Which figures opened a review, and up to which change the figures of a relationship were looked at.

Not audited: `kpis_watched` (bookkeeping; the reviews that come of looking are audited).
"""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from portal.lib import walls


class Migration(migrations.Migration):
    dependencies: ClassVar = [("kpis", "0007_automatic_spells")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="review",
            name="figures",
            field=models.JSONField(
                db_default={},
                default=dict,
                help_text="What the budget and the chart said when it was opened.",
            ),
        ),
        migrations.CreateModel(
            name="Watched",
            fields=[
                (
                    "relationship",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="relationships.relationship",
                    ),
                ),
                ("seen_changed_at", models.DateTimeField()),
            ],
        ),
        walls.relationship_rls("kpis_watched"),
    ]
