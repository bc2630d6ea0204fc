"""One key and one index for each column of readings.

The composite keys of 0002_walls check KPI, band and clock already, and the unique (KPI, period) finds a KPI's readings;
who reported or settled a reading is never searched for. Bulk writes are a third faster without the doubles.
"""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("governance", "0002_walls"),
        ("kpis", "0002_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="reading",
            name="band_revision",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="kpis.bandrevision",
            ),
        ),
        migrations.AlterField(
            model_name="reading",
            name="clock",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="readings",
                to="governance.clock",
            ),
        ),
        migrations.AlterField(
            model_name="reading",
            name="kpi",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="readings",
                to="kpis.kpi",
            ),
        ),
        migrations.AlterField(
            model_name="reading",
            name="settled_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="reading",
            name="submitted_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
