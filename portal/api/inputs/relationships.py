"""Relationships and their contracts."""

from typing import Any

from rest_framework import serializers

from accounts.forms import zone_choices
from portal.api.inputs.fields import CURRENCY, OPTIONAL_TEXT, OwnRow, SeatedPerson
from relationships.models import Contract, Side


class RelationshipInput(serializers.Serializer[Any]):
    """A new relationship and whom to invite into it."""

    name = serializers.CharField(max_length=200)
    service = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    side = serializers.ChoiceField(choices=Side.choices, help_text="The side of the viewer's organisation.")
    organisation_name = serializers.CharField(max_length=200)
    email = serializers.EmailField(max_length=254)
    currency = serializers.RegexField(r"^[A-Z]{3}$", default="GBP")
    time_zone = serializers.CharField(max_length=64, default="Europe/London")

    def validate_side(self, value: str) -> Side:
        return Side(value)

    def validate_time_zone(self, value: str) -> str:
        if value not in dict(zone_choices()):
            raise serializers.ValidationError("This is not a time zone of the IANA database.")
        return value


class ContractInput(serializers.Serializer[Any]):
    """What a contract says."""

    title = serializers.CharField(max_length=300)
    reference = serializers.CharField(max_length=200, required=False, allow_blank=True)
    value = serializers.DecimalField(
        max_digits=18, decimal_places=2, min_value=0, required=False, allow_null=True
    )
    currency = CURRENCY
    signed_on = serializers.DateField(required=False, allow_null=True)
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    notice_by_on = serializers.DateField(required=False, allow_null=True)
    accountable = SeatedPerson()
    accountable_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    notes = serializers.CharField(**OPTIONAL_TEXT)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        starts, ends, notice = (attrs.get(name) for name in ("starts_on", "ends_on", "notice_by_on"))
        if starts and ends and starts > ends:
            raise serializers.ValidationError({"ends_on": ["The contract cannot end before it starts."]})
        if notice and ends and notice > ends:
            raise serializers.ValidationError(
                {"notice_by_on": ["Notice has to be given before the contract ends."]}
            )
        return attrs


class NewContractInput(ContractInput):
    """A new contract with its place in the tree."""

    kind = serializers.ChoiceField(choices=Contract.Kind.choices)
    parent = OwnRow(Contract.objects.all(), required=False, allow_null=True)  # type: ignore[assignment]
