"""Everything that judges a KPI: proposed as one, read, and tried on the past before anybody signs."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from kpis import actions
from kpis.actions.bands import check_order
from kpis.actions.flex_rules import check_rules
from kpis.models import BandRevision, FlexRule, Kpi
from kpis.queries.backtest import backtest_terms
from kpis.queries.calendars import today_in
from kpis.queries.judging import terms_of
from portal.api import inputs, output
from portal.api.base import ReadableItem, ReadableList, WriteOnly, acting, understood
from relationships.policy import Right


class BandRevisions(ReadableList):
    """Bands with all that bends them, agreed and proposed."""

    rows = BandRevision.objects.prefetch_related("flex_rules")
    serializer_class = output.BandRevisionOutput
    filterset_fields: ClassVar = ["relationship", "kpi"]


class BandRevisionsOfKpi(WriteOnly):
    """Proposes everything that judges a KPI."""

    rows = Kpi.objects.select_related("relationship")
    serializer_class = output.BandRevisionOutput

    @extend_schema(request=inputs.BandInput, responses={201: output.BandRevisionOutput})
    def post(self, request: Request, id: int) -> Response:
        """Proposes thresholds, wiggle room, earned room and flex rules; they judge nothing until both sides signed.

        The back-test over the last periods becomes part of what is signed: it stands in the agreement's `content`.
        """
        kpi, standpoint = self.find(needs=Right.PROPOSE)
        given = understood(inputs.BandInput, request, context={"relationship": standpoint.relationship})
        return self.answer(actions.propose_band(kpi=kpi, **given, **acting(standpoint)), status=201)


class BandRevisionItem(ReadableItem):
    """One band revision."""

    rows = BandRevision.objects.prefetch_related("flex_rules")
    serializer_class = output.BandRevisionOutput


class BackTestOfKpi(WriteOnly):
    """Replays the last periods of a KPI under other terms."""

    rows = Kpi.objects.select_related("relationship__customer", "relationship__provider")
    serializer_class = output.BackTestOutput

    @extend_schema(request=inputs.BackTestInput, responses={200: output.BackTestOutput})
    def post(self, request: Request, id: int) -> Response:
        """Compares the terms of the body with those they would replace; nothing is proposed and nothing is kept."""
        kpi, standpoint = self.find()
        given = understood(inputs.BackTestInput, request, context={"relationship": standpoint.relationship})
        periods: int = given.pop("periods")
        rules: list[FlexRule] = given.pop("rules", [])
        proposed = BandRevision(relationship=kpi.relationship, kpi=kpi, **given)
        _check(kpi, proposed, rules)
        today = today_in(kpi.relationship, timezone.now())
        found = backtest_terms(kpi, terms_of(proposed, rules), on=today, periods=periods)
        return Response(output.back_test_answer(found))


def _check(kpi: Kpi, proposed: BandRevision, rules: Any) -> None:
    """Raises what proposing these terms would raise."""
    if kpi.is_driver:
        raise actions.BandOutOfOrder("A driver is context: it is never judged, so it has no band.")
    check_order(kpi.polarity, proposed)
    check_rules(kpi, proposed, rules)
