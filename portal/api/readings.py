"""Readings: lists, bulk writes with an idempotency key, confirming and disputing."""

from typing import Any, ClassVar

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from kpis import actions
from kpis.models import Reading
from portal.api import inputs, output
from portal.api.base import ReadableItem, ReadableList, WriteOnly, acting, standpoint_in, understood
from portal.api.idempotency import IDEMPOTENCY_KEY, once
from portal.api.preconditions import IF_MATCH, check_version
from relationships.policy import Right


class ReadingFilter(filters.FilterSet):
    """By relationship, KPI, state, verdict and the range of period starts."""

    period_start_from = filters.DateFilter(field_name="period_start", lookup_expr="gte")
    period_start_to = filters.DateFilter(field_name="period_start", lookup_expr="lte")

    class Meta:
        model = Reading
        fields: ClassVar = ["relationship", "kpi", "state", "verdict"]


class Readings(ReadableList):
    """Readings with their verdicts."""

    rows = Reading.objects.select_related("flexing")
    serializer_class = output.ReadingOutput
    filterset_class = ReadingFilter


class ReadingItem(ReadableItem):
    """One reading."""

    rows = Reading.objects.select_related("flexing")
    serializer_class = output.ReadingOutput


class ReadingsOfRelationship(WriteOnly):
    """Reports many readings of one relationship at once."""

    rows = Reading.objects.none()
    serializer_class = output.BulkOutput

    @extend_schema(
        request=inputs.ReadingsInput, responses={200: output.BulkOutput}, parameters=[IDEMPOTENCY_KEY]
    )
    def post(self, request: Request, id: int) -> Response:
        """Reports or corrects readings of the viewer's side; the answer says row by row what was not taken."""
        standpoint = standpoint_in(self, needs=Right.REPORT)
        given = understood(inputs.ReadingsInput, request)
        rows = [{"kpi_id": row.pop("kpi"), **row} for row in given["readings"]]

        def work() -> dict[str, Any]:
            outcome = actions.submit_readings_in_bulk(
                relationship=standpoint.relationship,
                rows=rows,
                all_or_nothing=given["all_or_nothing"],
                **acting(standpoint),
            )
            problems = [
                {"row": problem.row, "field": problem.field.removesuffix("_id"), "message": problem.message}
                for problem in outcome.problems
            ]
            return {"accepted": outcome.accepted, "problems": problems}

        return once(request, standpoint, work)


class ConfirmationsOfRelationship(WriteOnly):
    """Confirms readings of the other side."""

    rows = Reading.objects.none()
    serializer_class = output.ConfirmedOutput

    @extend_schema(request=inputs.ConfirmationsInput, responses={200: output.ConfirmedOutput})
    def post(self, request: Request, id: int) -> Response:
        """Confirms the versions named; 412 when one of them changed since, and then none is confirmed."""
        standpoint = standpoint_in(self, needs=Right.SETTLE)
        given = understood(inputs.ConfirmationsInput, request)
        readings = {row["reading"]: row["version"] for row in given["readings"]}
        actions.confirm_readings(
            relationship=standpoint.relationship, readings=readings, **acting(standpoint)
        )
        return Response({"confirmed": len(readings)})


class ReadingDispute(WriteOnly):
    """Disputes one reading of the other side."""

    rows = Reading.objects.select_related("kpi", "relationship")
    serializer_class = output.DisputeOutput

    @extend_schema(request=inputs.DisputeInput, responses={201: output.DisputeOutput}, parameters=[IF_MATCH])
    def post(self, request: Request, id: int) -> Response:
        """Opens a dispute about the version named in If-Match."""
        reading, standpoint = self.find(needs=Right.SETTLE)
        check_version(request, reading)
        given = understood(inputs.DisputeInput, request)
        dispute = actions.dispute_reading(
            reading=reading,
            version=reading.version,
            reason=given["reason"],
            claimed_value=given.get("claimed_value"),
            **acting(standpoint),
        )
        return self.answer(dispute, status=201)
