"""Everything that judges a KPI, as one proposal."""

from typing import Any

from rest_framework import serializers

from portal.api.inputs.fields import OPTIONAL_TEXT, THRESHOLD, OwnRow
from relationships.models import Agreement


class BandInput(serializers.Serializer[Any]):
    """Thresholds in the KPI's unit, from bad to good; the upper half only for a KPI that stays within a range."""

    effective_from = serializers.DateField(help_text="Periods that start on this day or later.")
    floor = serializers.DecimalField(**THRESHOLD)
    tolerance = serializers.DecimalField(**THRESHOLD)
    target = serializers.DecimalField(**THRESHOLD)
    upper_target = serializers.DecimalField(**THRESHOLD, required=False, allow_null=True)
    upper_tolerance = serializers.DecimalField(**THRESHOLD, required=False, allow_null=True)
    upper_floor = serializers.DecimalField(**THRESHOLD, required=False, allow_null=True)
    note = serializers.CharField(**OPTIONAL_TEXT)
    counters = OwnRow(
        Agreement.objects.filter(kind=Agreement.Kind.BAND_REVISION),
        required=False,
        allow_null=True,
        help_text="The open proposal of the other side that this one answers.",
    )
