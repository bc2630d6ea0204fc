"""Readings: reported, confirmed, disputed."""

from typing import Any

from rest_framework import serializers

from portal.api.inputs.fields import OPTIONAL_TEXT, THRESHOLD


class ReadingRowInput(serializers.Serializer[Any]):
    """One reading: a value, or numerator and denominator, or "not applicable".

    `version` is that of the reading it corrects; without it the row only fills an empty period or repeats what
    stands.
    """

    kpi = serializers.IntegerField(min_value=1)
    period_start = serializers.DateField(help_text="First day of the period.")
    value = serializers.CharField(max_length=40, required=False, allow_null=True)
    numerator = serializers.CharField(max_length=40, required=False, allow_null=True)
    denominator = serializers.CharField(max_length=40, required=False, allow_null=True)
    is_not_applicable = serializers.BooleanField(required=False, default=False)
    note = serializers.CharField(**OPTIONAL_TEXT)
    version = serializers.IntegerField(min_value=1, required=False, allow_null=True)


class ReadingsInput(serializers.Serializer[Any]):
    """Many readings at once."""

    readings = serializers.ListField(child=ReadingRowInput(), allow_empty=False, max_length=5_000)
    all_or_nothing = serializers.BooleanField(
        default=True, help_text="Whether one bad row keeps all others out."
    )


class ConfirmationInput(serializers.Serializer[Any]):
    """A reading of the other side, in the version that was looked at."""

    reading = serializers.IntegerField(min_value=1)
    version = serializers.IntegerField(min_value=1)


class ConfirmationsInput(serializers.Serializer[Any]):
    """Readings to confirm."""

    readings = serializers.ListField(child=ConfirmationInput(), allow_empty=False, max_length=5_000)


class DisputeInput(serializers.Serializer[Any]):
    """What is disputed, and the value one sees oneself."""

    reason = serializers.CharField(max_length=10_000)
    claimed_value = serializers.DecimalField(**THRESHOLD, required=False, allow_null=True)
