"""What a KPI's figures add up to: wiggle room, signals, and what other terms would have said."""

from typing import Any, Final

from rest_framework import serializers

from kpis.domain.budget import Signal
from kpis.domain.signals import Assurance, Cause, Direction, Meaning
from kpis.queries.backtest import Backtest, meanings_of, warnings_of
from kpis.queries.room import Room
from kpis.queries.signals import Signals
from portal.api.output.method import LimitsOutput, ThresholdsOutput, limits, number
from portal.lib.series import Thresholds
from relationships.models import Side

PLACES: Final = 6
NUMBER: Final[dict[str, Any]] = {"max_digits": None, "decimal_places": PLACES}
VERDICT: Final[dict[str, Any]] = {"min_value": 0, "max_value": 3, "allow_null": True}


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


class OutcomeOutput(serializers.Serializer[Any]):
    """What one set of terms makes of the periods: mean attainment in per cent, misses, and what it costs."""

    attainment = serializers.DecimalField(**NUMBER, allow_null=True)
    misses = serializers.IntegerField()
    spent = serializers.DecimalField(**NUMBER)
    allowance = serializers.DecimalField(**NUMBER, allow_null=True)
    balance = serializers.DecimalField(**NUMBER, allow_null=True)
    is_exhausted = serializers.BooleanField()


class CountOutput(serializers.Serializer[Any]):
    """How many periods get a verdict (null: no band) under the old and the new terms."""

    verdict = serializers.IntegerField(**VERDICT)
    before = serializers.IntegerField()
    after = serializers.IntegerField()


class ReplayedOutput(serializers.Serializer[Any]):
    """One period: its verdict under the old and the new terms, and the thresholds that would judge it."""

    period_start = serializers.DateField()
    period_end = serializers.DateField()
    value = serializers.DecimalField(**NUMBER, allow_null=True)
    before = serializers.IntegerField(**VERDICT)
    after = serializers.IntegerField(**VERDICT)
    thresholds = ThresholdsOutput(allow_null=True)


class MeaningOutput(serializers.Serializer[Any]):
    """What the change would have meant for one side."""

    side = serializers.ChoiceField(choices=Side.choices)
    text = serializers.CharField()


class BackTestOutput(serializers.Serializer[Any]):
    """The last periods under the terms in force and under those proposed, newest first."""

    periods = serializers.IntegerField()
    rejudged = serializers.IntegerField(help_text="Readings that a signature would judge anew.")
    better = serializers.IntegerField()
    worse = serializers.IntegerField()
    same = serializers.IntegerField()
    before = OutcomeOutput()
    after = OutcomeOutput()
    counts = CountOutput(many=True)
    rows = ReplayedOutput(many=True)
    meanings = MeaningOutput(many=True)
    warnings = serializers.ListField(child=serializers.CharField())


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


def back_test_answer(found: Backtest) -> dict[str, Any]:
    """What BackTestOutput describes."""
    rows = [
        {
            "period_start": row.point.first_day,
            "period_end": row.point.last_day,
            "value": number(row.point.value),
            "before": row.before,
            "after": row.after,
            "thresholds": _thresholds(row.point.band),
        }
        for row in found.rows
    ]
    return {
        "periods": found.periods,
        "rejudged": found.rejudged,
        "better": found.better,
        "worse": found.worse,
        "same": found.same,
        "before": _outcome(found.before),
        "after": _outcome(found.after),
        "counts": [
            {"verdict": one.verdict, "before": one.before, "after": one.after} for one in found.counts
        ],
        "rows": rows,
        "meanings": [{"side": one.side, "text": one.text} for one in meanings_of(found)],
        "warnings": warnings_of(found),
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


def _outcome(one: Any) -> dict[str, Any]:
    return {
        "attainment": number(one.attainment),
        "misses": one.misses,
        "spent": number(one.spent),
        "allowance": number(one.allowance),
        "balance": number(one.balance),
        "is_exhausted": one.is_exhausted,
    }


def _thresholds(band: Thresholds | None) -> dict[str, Any] | None:
    names = ("floor", "tolerance", "target", "upper_target", "upper_tolerance", "upper_floor")
    return None if band is None else {name: number(getattr(band, name)) for name in names}
