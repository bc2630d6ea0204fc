"""What the figures of a KPI ask for: new limits, and the end of a joint review."""

from typing import Any

from rest_framework import serializers

from kpis.models import Review
from portal.api.inputs.fields import OPTIONAL_TEXT, DayField, OwnRow
from relationships.models import Agreement


class RebaseInput(serializers.Serializer[Any]):
    """From which period on signals are read against new limits, and what changed."""

    from_period = DayField(help_text="First day of a period.")
    reason = serializers.CharField(max_length=5_000)
    counters = OwnRow(
        Agreement.objects.filter(kind=Agreement.Kind.REBASE),
        required=False,
        allow_null=True,
        help_text="The open proposal of the other side that this one answers.",
    )


class ReviewChoiceInput(serializers.Serializer[Any]):
    """How a review shall end."""

    choice = serializers.ChoiceField(choices=Review.Choice.choices)
    note = serializers.CharField(**OPTIONAL_TEXT, default="")
