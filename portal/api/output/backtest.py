"""What other terms would have said of the last periods."""

from typing import Any

from rest_framework import serializers

from kpis.queries.backtest import Backtest, meanings_of, warnings_of
from portal.api.output.figures import NUMBER, VERDICT, ThresholdsOutput, number
from portal.lib.series import Thresholds
from relationships.models import Side


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
