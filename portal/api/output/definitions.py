"""Goals, KPIs and drivers."""

from typing import ClassVar

from rest_framework import serializers

from kpis.models import Goal, Kpi


class GoalOutput(serializers.ModelSerializer[Goal]):
    """A joint goal and what it is worth to each side."""

    class Meta:
        model = Goal
        fields: ClassVar = [
            "id",
            "relationship",
            "name",
            "outcome",
            "worth_to_customer",
            "worth_to_provider",
            "position",
            "version",
        ]


class KpiOutput(serializers.ModelSerializer[Kpi]):
    """A KPI's definition card; a driver is a KPI without goal that is never judged."""

    class Meta:
        model = Kpi
        fields: ClassVar = [
            "id",
            "relationship",
            "is_driver",
            "goal",
            "reference",
            "name",
            "performed_by",
            "polarity",
            "unit",
            "decimals",
            "entry",
            "ratio_factor",
            "frequency",
            "contract_month_day",
            "starts_on",
            "ends_on",
            "due_days",
            "weight",
            "outcome",
            "standard",
            "how_measured",
            "source",
            "customer_owner",
            "provider_owner",
            "version",
        ]
