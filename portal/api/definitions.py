"""Goals, KPIs and drivers."""

from typing import Any, ClassVar

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from kpis import actions
from kpis.models import Goal, Kpi
from portal.api import inputs, output
from portal.api.base import ReadableItem, ReadableList, WriteOnly, acting, standpoint_in, understood
from portal.api.preconditions import IF_MATCH, check_version
from relationships.policy import Right


class Goals(ReadableList):
    """Joint goals in force."""

    rows = Goal.objects.filter(retired_at__isnull=True)
    serializer_class = output.GoalOutput
    filterset_fields: ClassVar = ["relationship"]


class GoalsOfRelationship(WriteOnly):
    """Adds a joint goal to a relationship."""

    rows = Goal.objects.none()
    serializer_class = output.GoalOutput

    @extend_schema(request=inputs.GoalInput, responses={201: output.GoalOutput})
    def post(self, request: Request, id: int) -> Response:
        """Adds a joint goal after the others."""
        standpoint = standpoint_in(self, needs=Right.CONTRIBUTE)
        given = understood(inputs.GoalInput, request)
        goal = actions.add_goal(relationship=standpoint.relationship, **given, **acting(standpoint))
        return self.answer(goal, status=201)


class GoalItem(ReadableItem):
    """One goal."""

    rows = Goal.objects.all()
    serializer_class = output.GoalOutput

    @extend_schema(request=inputs.GoalInput, responses={200: output.GoalOutput}, parameters=[IF_MATCH])
    def patch(self, request: Request, id: int) -> Response:
        """Rewrites a goal; what the body does not name stays."""
        goal, standpoint = self.find(needs=Right.CONTRIBUTE)
        check_version(request, goal)
        names = ("name", "outcome", "worth_to_customer", "worth_to_provider")
        stands = {name: getattr(goal, name) for name in names}
        given = stands | understood(inputs.GoalInput, request, partial=True)
        changed = actions.edit_goal(goal=goal, version=goal.version, **given, **acting(standpoint))
        return self.answer(changed)


class KpiFilter(filters.FilterSet):
    """By relationship, goal, performer, frequency and reference; drivers are left out unless asked for."""

    is_driver = filters.BooleanFilter(help_text="Without it only what is judged: false.")

    class Meta:
        model = Kpi
        fields: ClassVar = ["relationship", "goal", "performed_by", "frequency", "reference", "is_driver"]

    def filter_queryset(self, queryset: Any) -> Any:
        found = super().filter_queryset(queryset)
        asked = self.form.cleaned_data.get("is_driver")
        return found.filter(is_driver=False) if asked is None else found


class Kpis(ReadableList):
    """KPIs that are judged, with their definition cards; `is_driver=true` lists the drivers instead."""

    rows = Kpi.objects.all()
    serializer_class = output.KpiOutput
    filterset_class = KpiFilter


class Drivers(ReadableList):
    """Series of context: reported like KPIs, never judged and never scored."""

    rows = Kpi.objects.filter(is_driver=True)
    serializer_class = output.KpiOutput
    filterset_fields: ClassVar = ["relationship", "performed_by", "frequency", "reference"]


class KpisOfGoal(WriteOnly):
    """Adds a KPI under a goal."""

    rows = Goal.objects.select_related("relationship")
    serializer_class = output.KpiOutput

    @extend_schema(request=inputs.KpiInput, responses={201: output.KpiOutput})
    def post(self, request: Request, id: int) -> Response:
        """Adds a KPI; it is judged once a band is agreed."""
        goal, standpoint = self.find(needs=Right.CONTRIBUTE)
        given = understood(inputs.KpiInput, request, context={"relationship": standpoint.relationship})
        return self.answer(actions.add_kpi(goal=goal, **given, **acting(standpoint)), status=201)


class KpiItem(ReadableItem):
    """One KPI."""

    rows = Kpi.objects.select_related("relationship")
    serializer_class = output.KpiOutput

    @extend_schema(request=inputs.KpiInput, responses={200: output.KpiOutput}, parameters=[IF_MATCH])
    def patch(self, request: Request, id: int) -> Response:
        """Rewrites the definition card; what the body does not name stays."""
        kpi, standpoint = self.find(needs=Right.CONTRIBUTE)
        check_version(request, kpi)
        given = understood(
            inputs.KpiInput,
            request,
            partial=True,
            context={"relationship": standpoint.relationship, "kpi": kpi},
        )
        return self.answer(actions.edit_kpi(kpi=kpi, version=kpi.version, **given, **acting(standpoint)))


class DriversOfRelationship(WriteOnly):
    """Adds a driver to a relationship."""

    rows = Kpi.objects.none()
    serializer_class = output.KpiOutput

    @extend_schema(request=inputs.DriverInput, responses={201: output.KpiOutput})
    def post(self, request: Request, id: int) -> Response:
        """Adds a series of context; it is reported like a KPI and edited at `kpis/{id}/`."""
        standpoint = standpoint_in(self, needs=Right.CONTRIBUTE)
        given = understood(inputs.DriverInput, request, context={"relationship": standpoint.relationship})
        driver = actions.add_driver(relationship=standpoint.relationship, **given, **acting(standpoint))
        return self.answer(driver, status=201)
