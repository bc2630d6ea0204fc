"""Three checks that a null slipped through: a comparison with nothing is neither true nor false, and so it passed."""

from typing import ClassVar

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("governance", "0002_walls"),
        ("kpis", "0003_readings_keys_once"),
        ("relationships", "0002_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.RemoveConstraint(
            model_name="bandrevision",
            name="band_upper_half_in_order",
        ),
        migrations.RemoveConstraint(
            model_name="kpi",
            name="kpi_contract_month_day",
        ),
        migrations.RemoveConstraint(
            model_name="reading",
            name="reading_verdict_with_band",
        ),
        migrations.AddConstraint(
            model_name="bandrevision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("upper_floor__isnull", True),
                        ("upper_target__isnull", True),
                        ("upper_tolerance__isnull", True),
                    ),
                    models.Q(
                        ("upper_floor__gt", models.F("upper_tolerance")),
                        ("upper_floor__isnull", False),
                        ("upper_target__gte", models.F("target")),
                        ("upper_target__isnull", False),
                        ("upper_tolerance__gt", models.F("upper_target")),
                        ("upper_tolerance__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="band_upper_half_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="kpi",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("contract_month_day__isnull", False),
                        ("contract_month_day__range", (1, 28)),
                        ("frequency", "CONTRACT_MONTH"),
                    ),
                    models.Q(
                        models.Q(("frequency", "CONTRACT_MONTH"), _negated=True),
                        ("contract_month_day__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="kpi_contract_month_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("attainment__isnull", True),
                        ("band_revision__isnull", True),
                        ("verdict__isnull", True),
                    ),
                    models.Q(
                        ("attainment__isnull", False),
                        ("attainment__lte", 1000000),
                        ("band_revision__isnull", False),
                        ("verdict__isnull", False),
                        ("verdict__lte", 3),
                    ),
                    _connector="OR",
                ),
                name="reading_verdict_with_band",
            ),
        ),
    ]
