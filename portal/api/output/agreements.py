"""Two-key agreements."""

from typing import Any, ClassVar

from rest_framework import serializers

from relationships.models import Agreement, Side


class TermOutput(serializers.Serializer[Any]):
    """One line of an agreement's terms."""

    label = serializers.CharField()  # type: ignore[assignment]  # the line's own name, not the field's
    before = serializers.CharField(required=False, allow_null=True)
    after = serializers.CharField(required=False, allow_null=True)


class AgreementOutput(serializers.ModelSerializer[Agreement]):
    """A two-key agreement with what its signatures name."""

    waits_for = serializers.ListField(child=serializers.ChoiceField(choices=Side.choices))
    content = TermOutput(many=True)

    class Meta:
        model = Agreement
        fields: ClassVar = [
            "id",
            "relationship",
            "kind",
            "title",
            "content",
            "digest",
            "version",
            "note",
            "proposed_by_side",
            "proposed_at",
            "expires_at",
            "customer_signed_by",
            "customer_signed_at",
            "provider_signed_by",
            "provider_signed_at",
            "outcome",
            "settled_at",
            "reason",
            "waits_for",
        ]
