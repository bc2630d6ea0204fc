"""What the figures of a KPI asked both sides for."""

from typing import ClassVar

from rest_framework import serializers

from kpis.models import Rebase, Review


class RebaseOutput(serializers.ModelSerializer[Rebase]):
    """From which period on signals are read against new limits; `agreed_at` is null while proposed."""

    class Meta:
        model = Rebase
        fields: ClassVar = ["id", "relationship", "kpi", "agreement", "from_period", "reason", "agreed_at"]


class ReviewOutput(serializers.ModelSerializer[Review]):
    """A joint look at one KPI with the figures that opened it; `choice` is blank and `closed_at` null while open."""

    figures = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = Review
        fields: ClassVar = [
            "id",
            "relationship",
            "kpi",
            "cause",
            "period_start",
            "opened_at",
            "closed_at",
            "choice",
            "agreement",
            "figures",
        ]
