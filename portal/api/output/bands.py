"""Everything that judges a KPI."""

from typing import ClassVar

from rest_framework import serializers

from kpis.models import BandRevision
from portal.api.output.flex import RuleOutput


class BandRevisionOutput(serializers.ModelSerializer[BandRevision]):
    """Everything that judges a KPI from a date on; `agreed_at` is null while proposed."""

    rules = RuleOutput(many=True, source="flex_rules")

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
            "allowance",
            "max_earned",
            "rules",
            "agreed_at",
        ]
