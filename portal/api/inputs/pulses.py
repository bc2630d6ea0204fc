"""Pulses: opened by a lead, answered without a name."""

from typing import Any

from rest_framework import serializers

from portal.api.inputs.fields import check_day


class PulseInput(serializers.Serializer[Any]):
    """Until when a pulse can be answered."""

    closes_at = serializers.DateTimeField()

    def validate_closes_at(self, moment: Any) -> Any:
        check_day(moment.date())
        return moment


class PulseAnswerInput(serializers.Serializer[Any]):
    """How far one trusts the other side to do what it says: 1 not at all, 7 entirely."""

    trust = serializers.IntegerField(min_value=1, max_value=7)
