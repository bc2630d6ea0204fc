"""Reported drivers wait to be looked at for automatic spells; proposals whose condition no longer holds say so.

Not audited: `kpis_conditioncheck` (work that is still to do; the proposals that come of it are audited).
"""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from portal.lib import walls


class Migration(migrations.Migration):
    dependencies: ClassVar = [("kpis", "0006_flex_walls"), ("relationships", "0005_pulse_walls")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="spell",
            name="lapsed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="spell",
            constraint=models.CheckConstraint(
                condition=Q(lapsed_at__isnull=True) | Q(origin="AUTOMATIC", agreed_at__isnull=True),
                name="spell_lapsed_was_automatic",
            ),
        ),
        migrations.CreateModel(
            name="ConditionCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("created_at", models.DateTimeField()),
                (
                    "driver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="kpis.kpi"
                    ),
                ),
                (
                    "relationship",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="relationships.relationship",
                    ),
                ),
            ],
            options={"ordering": ("id",)},
        ),
        walls.relationship_rls("kpis_conditioncheck"),
        walls.composite_key("kpis_conditioncheck", "driver_id", "kpis_kpi"),
    ]
