"""The shared value."""

from typing import ClassVar

from rest_framework import serializers

from value.models import Score


class ScoreOutput(serializers.ModelSerializer[Score]):
    """The shared value as of a date with its parts, terms and the digest of its inputs."""

    parts = serializers.JSONField()

    class Meta:
        model = Score
        fields: ClassVar = [
            "id",
            "relationship",
            "as_of",
            "state",
            "reason",
            "shared_value",
            "value_customer",
            "value_provider",
            "hidden_imbalance",
            "method_version",
            "parts",
            "input_digest",
            "computed_at",
        ]
