"""Pulses: never an answer, and no figure before the pulse is closed."""

from typing import Any, ClassVar

from rest_framework import serializers

from relationships.models import Pulse


class PulseOutput(serializers.ModelSerializer[Pulse]):
    """A pulse; counts and indices (0 to 1) of whole sides are null until it is closed, an index with fewer than three answers too."""

    class Meta:
        model = Pulse
        fields: ClassVar = [
            "id",
            "relationship",
            "opened_at",
            "closes_at",
            "closed_at",
            "customer_answers",
            "provider_answers",
            "customer_trust",
            "provider_trust",
        ]
        extra_kwargs: ClassVar = {
            "customer_answers": {"allow_null": True},
            "provider_answers": {"allow_null": True},
        }

    def to_representation(self, pulse: Pulse) -> dict[str, Any]:
        """An open pulse has no figures, not even those that happen to be 0."""
        said = super().to_representation(pulse)
        if pulse.closed_at is None:
            said |= {"customer_answers": None, "provider_answers": None}
        return said
