"""Pulses: opened, answered, closed; what comes out is the index of a whole side, never an answer."""

from typing import ClassVar

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import inputs, output
from portal.api.base import ReadableItem, ReadableList, WriteOnly, acting, standpoint_in, understood
from relationships import actions
from relationships.models import Pulse
from relationships.policy import Right


class PulseFilter(filters.FilterSet):
    """By relationship, and whether it is open."""

    is_open = filters.BooleanFilter(method="open_ones")

    class Meta:
        model = Pulse
        fields: ClassVar = ["relationship"]

    def open_ones(self, rows: QuerySet[Pulse], name: str, value: bool) -> QuerySet[Pulse]:
        return rows.filter(closed_at__isnull=value)


class Pulses(ReadableList):
    """Pulses; no figure before they are closed."""

    rows = Pulse.objects.all()
    serializer_class = output.PulseOutput
    filterset_class = PulseFilter


class PulseItem(ReadableItem):
    """One pulse."""

    rows = Pulse.objects.all()
    serializer_class = output.PulseOutput


class PulsesOfRelationship(WriteOnly):
    """Opens a pulse."""

    rows = Pulse.objects.none()
    serializer_class = output.PulseOutput

    @extend_schema(request=inputs.PulseInput, responses={201: output.PulseOutput})
    def post(self, request: Request, id: int) -> Response:
        """Asks everybody with a seat on either side, once."""
        standpoint = standpoint_in(self, needs=Right.PROPOSE)
        given = understood(inputs.PulseInput, request)
        pulse = actions.open_pulse(relationship=standpoint.relationship, **given, **acting(standpoint))
        return self.answer(pulse, status=201)


class PulseAnswer(WriteOnly):
    """Answers a pulse."""

    rows = Pulse.objects.all()
    serializer_class = output.PulseOutput

    @extend_schema(request=inputs.PulseAnswerInput, responses={204: None})
    def post(self, request: Request, id: int) -> Response:
        """Takes the viewer's answer, once and without a name; it can be read again by nobody."""
        pulse, standpoint = self.find()
        given = understood(inputs.PulseAnswerInput, request)
        actions.answer_pulse(pulse_id=pulse.pk, **given, **acting(standpoint))
        return Response(status=204)


class PulseClosing(WriteOnly):
    """Closes a pulse before its time."""

    rows = Pulse.objects.all()
    serializer_class = output.PulseOutput

    @extend_schema(request=None, responses={200: output.PulseOutput})
    def post(self, request: Request, id: int) -> Response:
        """Closes it for good, once everybody has answered."""
        pulse, standpoint = self.find(needs=Right.PROPOSE)
        return self.answer(actions.close_pulse(pulse_id=pulse.pk, **acting(standpoint)))
