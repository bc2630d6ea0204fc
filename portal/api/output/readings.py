"""Readings, what became of many at once, disputes."""

from typing import Any, ClassVar

from rest_framework import serializers

from kpis.models import Dispute, Reading


class ReadingOutput(serializers.ModelSerializer[Reading]):
    """A reading with its verdict (3 Good … 0 Inadequate), attainment in millionths and the band it was judged by."""

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
            "band_revision",
            "submitted_at",
            "settled_at",
            "recorded_at",
            "version",
        ]


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
