"""What the figures of a KPI add up to: its wiggle room and its signals, as of any day."""

from datetime import date
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from kpis.models import Kpi
from kpis.queries.calendars import today_in
from kpis.queries.room import room_of
from kpis.queries.signals import charts_of
from portal.api import inputs, output
from portal.api.base import ReadableItem
from relationships.models import Relationship

ON = OpenApiParameter("on", date, description="As of the end of this day; today unless asked.")


class _DayInput(Serializer[Any]):
    """The day that is asked about."""

    on = inputs.DayField(required=False)


def day_asked(request: Request, relationship: Relationship) -> date:
    """The day in the address, or today in the relationship's time zone. Raises ValidationError."""
    asked = _DayInput(data=request.query_params)
    asked.is_valid(raise_exception=True)
    found: date = asked.validated_data.get("on") or today_in(relationship, timezone.now())
    return found


class RoomOfKpi(ReadableItem):
    """The wiggle-room budget of a KPI."""

    rows = Kpi.objects.select_related("relationship")
    serializer_class = output.RoomOutput

    @extend_schema(responses={200: output.RoomOutput}, parameters=[ON])
    def get(self, request: Request, id: int) -> Response:
        """Balance, burn over 1, 3 and 12 months, forecast, and what each of the last periods spent."""
        kpi, standpoint = self.find()
        day = day_asked(request, standpoint.relationship)
        room = room_of([kpi], on=day).get(kpi.pk)
        return Response(output.room_answer(kpi.pk, room, day))


class SignalsOfKpi(ReadableItem):
    """The process behaviour chart of a KPI."""

    rows = Kpi.objects.select_related("relationship")
    serializer_class = output.KpiSignalsOutput

    @extend_schema(responses={200: output.KpiSignalsOutput}, parameters=[ON])
    def get(self, request: Request, id: int) -> Response:
        """Limits, assurance against the target, and what each of the last 24 values says."""
        kpi, standpoint = self.find()
        day = day_asked(request, standpoint.relationship)
        return Response(output.kpi_signals_answer(charts_of([kpi], on=day)[kpi.pk], day))
