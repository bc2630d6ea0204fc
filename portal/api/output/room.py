"""What a KPI's figures add up to: wiggle room and signals."""

from typing import Any

from rest_framework import serializers

from kpis.domain.budget import Signal
from kpis.domain.signals import Assurance, Cause, Direction, Meaning
from kpis.queries.room import Room
from kpis.queries.signals import Signals
from portal.api.output.figures import NUMBER, VERDICT, LimitsOutput, limits, number


class SpendingOutput(serializers.Serializer[Any]):
    """What one period took from its allowance; `status` is DISPUTED or NOT_APPLICABLE where it counts nothing."""

    period_start = serializers.DateField()
    period_end = serializers.DateField()
    verdict = serializers.IntegerField(**VERDICT)
    spent = serializers.DecimalField(**NUMBER)
    allowance = serializers.DecimalField(**NUMBER, allow_null=True)
    balance_after = serializers.DecimalField(**NUMBER, allow_null=True)
    was_exhausted_before = serializers.BooleanField()
    is_miss = serializers.BooleanField()
    status = serializers.CharField(allow_blank=True)


class RoomOutput(serializers.Serializer[Any]):
    """The wiggle-room budget as of a day; without an agreed allowance everything but `kpi` and `as_of` is null or empty."""

    kpi = serializers.IntegerField()
    as_of = serializers.DateField()
    band_revision = serializers.IntegerField(allow_null=True)
    allowance = serializers.DecimalField(**NUMBER, allow_null=True)
    balance = serializers.DecimalField(**NUMBER, allow_null=True)
    spent_1 = serializers.DecimalField(**NUMBER, allow_null=True)
    spent_3 = serializers.DecimalField(**NUMBER, allow_null=True)
    spent_12 = serializers.DecimalField(**NUMBER, allow_null=True)
    burn_1 = serializers.DecimalField(**NUMBER, allow_null=True)
    burn_3 = serializers.DecimalField(**NUMBER, allow_null=True)
    burn_12 = serializers.DecimalField(**NUMBER, allow_null=True)
    is_exhausted = serializers.BooleanField(allow_null=True)
    exhausted_since = serializers.DateField(allow_null=True)
    exhausted_on = serializers.DateField(allow_null=True, help_text="The forecast.")
    signals = serializers.ListField(child=serializers.ChoiceField(choices=[one.value for one in Signal]))
    spendings = SpendingOutput(many=True)


class SignalPointOutput(serializers.Serializer[Any]):
    """One period on the chart; without a cause it is normal variation."""

    period_start = serializers.DateField()
    value = serializers.DecimalField(**NUMBER)
    cause = serializers.ChoiceField(choices=[one.value for one in Cause], allow_null=True)
    direction = serializers.ChoiceField(choices=[one.value for one in Direction], allow_null=True)
    meaning = serializers.ChoiceField(choices=[one.value for one in Meaning], allow_null=True)


class KpiSignalsOutput(serializers.Serializer[Any]):
    """The process behaviour chart of a KPI as of a day; `limits` is null with fewer than six values."""

    kpi = serializers.IntegerField()
    as_of = serializers.DateField()
    rebase = serializers.IntegerField(allow_null=True)
    limits = LimitsOutput(allow_null=True)
    assurance = serializers.ChoiceField(choices=[one.value for one in Assurance], allow_null=True)
    points = SignalPointOutput(many=True)


def room_answer(kpi_id: int, room: Room | None, as_of: Any) -> dict[str, Any]:
    """What RoomOutput describes."""
    sums = ("balance", "spent_1", "spent_3", "spent_12", "burn_1", "burn_3", "burn_12")
    budget = None if room is None else room.budget
    return {
        "kpi": kpi_id,
        "as_of": as_of,
        "band_revision": None if room is None else room.terms.pk,
        "allowance": None if room is None else number(room.allowance),
        **{name: None if budget is None else number(getattr(budget, name)) for name in sums},
        "is_exhausted": None if budget is None else budget.is_exhausted,
        "exhausted_since": budget and budget.exhausted_since,
        "exhausted_on": budget and budget.exhausted_on,
        "signals": [] if budget is None else [signal.value for signal in budget.signals],
        "spendings": [] if room is None else [_spending(one) for one in room.spendings],
    }


def kpi_signals_answer(signals: Signals, as_of: Any) -> dict[str, Any]:
    """What KpiSignalsOutput describes."""
    points = [
        {
            "period_start": period.first,
            "value": number(point.value),
            "cause": point.cause,
            "direction": point.direction,
            "meaning": point.meaning,
        }
        for period, point in zip(signals.periods, signals.chart.points, strict=True)
    ]
    return {
        "kpi": signals.kpi_id,
        "as_of": as_of,
        "rebase": None if signals.rebase is None else signals.rebase.pk,
        "limits": limits(signals.limits),
        "assurance": signals.assurance,
        "points": points,
    }


def _spending(one: Any) -> dict[str, Any]:
    return {
        "period_start": one.period.first,
        "period_end": one.period.last,
        "verdict": one.verdict,
        "spent": number(one.units),
        "allowance": number(one.allowance),
        "balance_after": number(one.balance_after),
        "was_exhausted_before": one.was_exhausted_before,
        "is_miss": one.is_miss,
        "status": one.status,
    }
