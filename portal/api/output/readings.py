"""Readings, what became of many at once, disputes."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from kpis.models import Dispute, Flexing, Reading


class FlexingOutput(serializers.ModelSerializer[Flexing]):
    """How the band of one period was moved when its reading was judged: the thresholds that judged, and why."""

    class Meta:
        model = Flexing
        fields: ClassVar = [
            "floor",
            "tolerance",
            "target",
            "upper_target",
            "upper_tolerance",
            "upper_floor",
            "flex_rule",
            "spells",
            "covered_days",
            "period_days",
            "driver_value",
            "trust",
            "pulse",
            "unflexed_verdict",
            "unflexed_attainment",
        ]


class ReadingOutput(serializers.ModelSerializer[Reading]):
    """A reading with its verdict (3 Good … 0 Inadequate), attainment in millionths and the band it was judged by.

    `verdict` is the one that counts; `unflexed_verdict` that of the band as agreed, the same where nothing moved it.
    `flexing` says how it was moved, null where it was not.
    """

    unflexed_verdict = serializers.SerializerMethodField()
    flexing = FlexingOutput(allow_null=True)

    class Meta:
        model = Reading
        fields: ClassVar = [
            "id",
            "relationship",
            "kpi",
            "period_start",
            "period_end",
            "value",
            "numerator",
            "denominator",
            "is_not_applicable",
            "note",
            "state",
            "verdict",
            "attainment",
            "unflexed_verdict",
            "band_revision",
            "flexing",
            "submitted_at",
            "settled_at",
            "recorded_at",
            "version",
        ]

    @extend_schema_field({"type": ["integer", "null"], "minimum": 0, "maximum": 3})
    def get_unflexed_verdict(self, reading: Reading) -> int | None:
        return reading.verdict if reading.flexing is None else reading.flexing.unflexed_verdict


class ProblemOutput(serializers.Serializer[Any]):
    """Why one row of a bulk write was not taken; rows are counted from 0."""

    row = serializers.IntegerField()
    field = serializers.CharField()
    message = serializers.CharField()


class BulkOutput(serializers.Serializer[Any]):
    """How many readings were taken, and what was wrong with the others."""

    accepted = serializers.IntegerField()
    problems = ProblemOutput(many=True)


class ConfirmedOutput(serializers.Serializer[Any]):
    """How many readings were confirmed."""

    confirmed = serializers.IntegerField()


class DisputeOutput(serializers.ModelSerializer[Dispute]):
    """One side's objection to one reading."""

    class Meta:
        model = Dispute
        fields: ClassVar = [
            "id",
            "relationship",
            "reading",
            "side",
            "reason",
            "claimed_value",
            "opened_by",
            "opened_at",
            "resolved_at",
            "resolution",
            "resolution_note",
        ]
