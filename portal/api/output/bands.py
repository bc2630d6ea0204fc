"""Everything that judges a KPI."""

from typing import ClassVar

from rest_framework import serializers

from kpis.models import BandRevision


class BandRevisionOutput(serializers.ModelSerializer[BandRevision]):
    """Thresholds from a date on; `agreed_at` is null while proposed."""

    class Meta:
        model = BandRevision
        fields: ClassVar = [
            "id",
            "relationship",
            "kpi",
            "agreement",
            "effective_from",
            "floor",
            "tolerance",
            "target",
            "upper_target",
            "upper_tolerance",
            "upper_floor",
            "agreed_at",
        ]
