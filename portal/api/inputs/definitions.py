"""Goals, KPIs and drivers."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from kpis.models import Goal, Kpi, NamedCalendar
from portal.api.inputs.fields import OPTIONAL_TEXT, OwnRow, SeatedPerson
from relationships.models import Contract, Side


class GoalInput(serializers.Serializer[Any]):
    """A joint goal and what it is worth to each side."""

    name = serializers.CharField(max_length=200)
    outcome = serializers.CharField(**OPTIONAL_TEXT)
    worth_to_customer = serializers.CharField(**OPTIONAL_TEXT)
    worth_to_provider = serializers.CharField(**OPTIONAL_TEXT)


class KpiInput(serializers.Serializer[Any]):
    """A KPI's definition card."""

    goal = OwnRow(Goal.objects.all(), required=False)
    contract = OwnRow(Contract.objects.all(), required=False, allow_null=True)
    reference = serializers.CharField(max_length=60, required=False, allow_blank=True)
    name = serializers.CharField(max_length=300)
    performed_by = serializers.ChoiceField(choices=Kpi.PerformedBy.choices)
    polarity = serializers.ChoiceField(choices=Kpi.Polarity.choices)
    unit = serializers.CharField(max_length=40, required=False, allow_blank=True)
    decimals = serializers.IntegerField(min_value=0, max_value=6, required=False)
    entry = serializers.ChoiceField(choices=Kpi.Entry.choices, required=False)
    ratio_factor = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=Decimal("0.01"), required=False
    )
    frequency = serializers.ChoiceField(choices=Kpi.Frequency.choices)
    contract_month_day = serializers.IntegerField(min_value=1, max_value=28, required=False, allow_null=True)
    calendar = OwnRow(NamedCalendar.objects.all(), required=False, allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True)
    due_days = serializers.IntegerField(min_value=0, max_value=366, required=False)
    outcome = serializers.CharField(**OPTIONAL_TEXT)
    standard = serializers.CharField(**OPTIONAL_TEXT)
    how_measured = serializers.CharField(**OPTIONAL_TEXT)
    source = serializers.CharField(  # type: ignore[assignment]  # the card's own name, not the field's
        max_length=300, required=False, allow_blank=True
    )
    customer_owner = SeatedPerson(Side.CUSTOMER)
    provider_owner = SeatedPerson(Side.PROVIDER)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kpi: Kpi | None = self.context.get("kpi")

        def told(name: str) -> Any:
            return attrs[name] if name in attrs else getattr(kpi, name, None)

        wrong: dict[str, list[str]] = {}
        if kpi is not None and kpi.is_driver and attrs.get("goal") is not None:
            wrong["goal"] = ["A driver is context: it stands under no goal."]
        frequency = told("frequency")
        if (frequency == Kpi.Frequency.CONTRACT_MONTH) != (told("contract_month_day") is not None):
            wrong["contract_month_day"] = ["A contract month, and only it, starts on a day from 1 to 28."]
        if (frequency == Kpi.Frequency.CALENDAR) != (told("calendar") is not None):
            wrong["calendar"] = ["A named calendar goes with the frequency CALENDAR, and only with it."]
        if told("ends_on") is not None and told("starts_on") > told("ends_on"):
            wrong["ends_on"] = ["The KPI cannot end before it starts."]
        reference = attrs.get("reference")
        if reference and self._is_taken(reference, kpi):
            wrong["reference"] = ["Another KPI of this relationship has this reference."]
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs

    def _is_taken(self, reference: str, kpi: Kpi | None) -> bool:
        others = Kpi.objects.filter(relationship=self.context["relationship"], reference=reference)
        return (others if kpi is None else others.exclude(pk=kpi.pk)).exists()


class DriverInput(KpiInput):
    """A driver's definition card: a series of context under no goal, never judged and never scored."""

    goal = None  # type: ignore[assignment]
    polarity = None  # type: ignore[assignment]
