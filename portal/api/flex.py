"""What moves bands: environments and their spells."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from kpis import actions
from kpis.models import Environment, Spell
from kpis.queries.surroundings import spells_in_force
from portal.api import inputs, output
from portal.api.base import ReadableItem, ReadableList, WriteOnly, acting, standpoint_in, understood
from portal.api.problems import Conflict
from relationships.policy import Right

WITH_MEANING = Environment.objects.prefetch_related("revisions")


class Environments(ReadableList):
    """Environments with everything they were ever said to mean."""

    rows = WITH_MEANING
    serializer_class = output.EnvironmentOutput
    filterset_fields: ClassVar = ["relationship", "name"]


class EnvironmentItem(ReadableItem):
    """One environment."""

    rows = WITH_MEANING
    serializer_class = output.EnvironmentOutput


class EnvironmentsOfRelationship(WriteOnly):
    """Proposes an environment."""

    rows = Environment.objects.none()
    serializer_class = output.EnvironmentOutput

    @extend_schema(request=inputs.EnvironmentInput, responses={201: output.EnvironmentOutput})
    def post(self, request: Request, id: int) -> Response:
        """Proposes a named environment with its meaning, and with a condition if its spells shall be proposed."""
        standpoint = standpoint_in(self, needs=Right.PROPOSE)
        given = understood(
            inputs.EnvironmentInput, request, context={"relationship": standpoint.relationship}
        )
        proposed = actions.propose_environment(
            relationship=standpoint.relationship, **given, **acting(standpoint)
        )
        return self.answer(WITH_MEANING.get(pk=proposed.environment_id), status=201)


class RevisionsOfEnvironment(WriteOnly):
    """Proposes another meaning or condition."""

    rows = Environment.objects.select_related("relationship")
    serializer_class = output.EnvironmentRevisionOutput

    @extend_schema(request=inputs.EnvironmentRevisionInput, responses={201: output.EnvironmentRevisionOutput})
    def post(self, request: Request, id: int) -> Response:
        """Proposes what the environment means from a day on; its name stays."""
        environment, standpoint = self.find(needs=Right.PROPOSE)
        given = understood(
            inputs.EnvironmentRevisionInput, request, context={"relationship": standpoint.relationship}
        )
        proposed = actions.propose_environment(
            relationship=standpoint.relationship,
            environment=environment,
            name="",
            **given,
            **acting(standpoint),
        )
        return self.answer(proposed, status=201)


class SpellFilter(filters.FilterSet):
    """By relationship, environment, origin, the days it shares, and whether it counts."""

    is_in_force = filters.BooleanFilter(method="in_force", help_text="Signed by both sides and not replaced.")
    first_day_from = filters.DateFilter(field_name="first_day", lookup_expr="gte")
    first_day_to = filters.DateFilter(field_name="first_day", lookup_expr="lte")

    class Meta:
        model = Spell
        fields: ClassVar = ["relationship", "environment", "origin"]

    def in_force(self, rows: QuerySet[Spell], name: str, value: bool) -> QuerySet[Spell]:
        counting = spells_in_force().values("pk").order_by()
        return rows.filter(pk__in=counting) if value else rows.exclude(pk__in=counting)


class Spells(ReadableList):
    """Spells, proposed, signed and replaced."""

    rows = Spell.objects.all()
    serializer_class = output.SpellOutput
    filterset_class = SpellFilter


class SpellItem(ReadableItem):
    """One spell."""

    rows = Spell.objects.all()
    serializer_class = output.SpellOutput


class SpellsOfEnvironment(WriteOnly):
    """Declares that an environment holds."""

    rows = Environment.objects.select_related("relationship__customer", "relationship__provider")
    serializer_class = output.SpellOutput

    @extend_schema(request=inputs.SpellInput, responses={201: output.SpellOutput})
    def post(self, request: Request, id: int) -> Response:
        """Proposes a spell, in advance or afterwards; `replaces` ends, moves or takes back a signed one."""
        environment, standpoint = self.find(needs=Right.PROPOSE)
        if not environment.revisions.filter(agreed_at__isnull=False).exists():
            raise Conflict("Both sides have not agreed yet what this environment means.")
        given: dict[str, Any] = understood(
            inputs.SpellInput, request, context={"relationship": standpoint.relationship}
        )
        proposed = actions.propose_spell(environment=environment, **given, **acting(standpoint))
        return self.answer(proposed, status=201)
