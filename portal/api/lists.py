"""Lists and single resources: every one filtered to what the viewer may read, paged by cursor."""

from typing import Any, ClassVar

from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from kpis.models import BandRevision, Goal, Kpi, Reading
from portal.api import output
from portal.api.paging import ById
from portal.api.preconditions import with_etag
from relationships.access import Viewer, load_relationship, viewer_of
from relationships.models import Agreement, Contract, Relationship, Role
from relationships.policy import RIGHTS, Right
from value.models import Score


def readable_ids(viewer: Viewer) -> list[int]:
    """Relationships in which the viewer holds the right to read."""
    readers = {role for role in Role.values if Right.READ in RIGHTS[role]}
    return [key for key, roles in viewer.roles.items() if roles & readers]


class ReadableList(ListAPIView[Any]):
    """A list of rows that carry `relationship_id`, cut to the viewer's relationships."""

    pagination_class = ById
    rows: ClassVar[Any]
    order = "pk"

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.rows.none()
        return self.rows.filter(relationship_id__in=readable_ids(viewer_of(self.request)))


class ReadableItem(RetrieveAPIView[Any]):
    """One such row: 404 to outsiders, 403 to insiders without the right to read, ETag where it has a version."""

    rows: ClassVar[Any]
    lookup_url_kwarg = "id"

    def get_queryset(self) -> QuerySet[Any]:
        return self.rows.all()

    def get_object(self) -> Model:
        viewer = viewer_of(self.request)
        row = self.rows.filter(relationship_id__in=viewer.relationship_ids, pk=self.kwargs["id"]).first()
        if row is None:
            raise Http404
        load_relationship(viewer, row.relationship_id)
        return row  # type: ignore[no-any-return]

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        item = self.get_object()
        response = Response(self.get_serializer(item).data)
        return with_etag(response, item) if hasattr(item, "version") else response


class RelationshipFilter(filters.FilterSet):
    """By stage, party, and a part of the name."""

    name = filters.CharFilter(lookup_expr="icontains")
    organisation = filters.NumberFilter(method="of_organisation")

    class Meta:
        model = Relationship
        fields: ClassVar = ["stage", "name"]

    def of_organisation(self, rows: QuerySet[Relationship], name: str, value: int) -> QuerySet[Relationship]:
        return rows.filter(Q(customer=value) | Q(provider=value))


@extend_schema(operation_id="relationships_list")
class Relationships(ListAPIView[Relationship]):
    """Every relationship the viewer may read."""

    serializer_class = output.RelationshipOutput
    pagination_class = ById
    filterset_class = RelationshipFilter

    def get_queryset(self) -> QuerySet[Relationship]:
        if getattr(self, "swagger_fake_view", False):
            return Relationship.objects.none()
        ids = readable_ids(viewer_of(self.request))
        return Relationship.objects.filter(pk__in=ids).select_related("customer", "provider")


class RelationshipItem(RetrieveAPIView[Relationship]):
    """One relationship."""

    serializer_class = output.RelationshipOutput
    queryset = Relationship.objects.none()
    lookup_url_kwarg = "id"

    def get_object(self) -> Relationship:
        return load_relationship(viewer_of(self.request), self.kwargs["id"]).relationship

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        item = self.get_object()
        return with_etag(Response(self.get_serializer(item).data), item)


class Contracts(ReadableList):
    """Contracts of the viewer's relationships."""

    rows = Contract.objects.all()
    serializer_class = output.ContractOutput
    filterset_fields: ClassVar = ["relationship", "kind", "parent"]


class ContractItem(ReadableItem):
    """One contract."""

    rows = Contract.objects.all()
    serializer_class = output.ContractOutput


class Goals(ReadableList):
    """Joint goals in force."""

    rows = Goal.objects.filter(retired_at__isnull=True)
    serializer_class = output.GoalOutput
    filterset_fields: ClassVar = ["relationship"]


class GoalItem(ReadableItem):
    """One goal."""

    rows = Goal.objects.all()
    serializer_class = output.GoalOutput


class Kpis(ReadableList):
    """KPIs with their definition cards."""

    rows = Kpi.objects.all()
    serializer_class = output.KpiOutput
    filterset_fields: ClassVar = ["relationship", "goal", "performed_by", "frequency", "reference"]


class KpiItem(ReadableItem):
    """One KPI."""

    rows = Kpi.objects.all()
    serializer_class = output.KpiOutput


class BandRevisions(ReadableList):
    """Bands, agreed and proposed."""

    rows = BandRevision.objects.all()
    serializer_class = output.BandRevisionOutput
    filterset_fields: ClassVar = ["relationship", "kpi"]


class BandRevisionItem(ReadableItem):
    """One band revision."""

    rows = BandRevision.objects.all()
    serializer_class = output.BandRevisionOutput


class Agreements(ReadableList):
    """Two-key agreements."""

    rows = Agreement.objects.all()
    serializer_class = output.AgreementOutput
    filterset_fields: ClassVar = ["relationship", "kind", "outcome"]


class AgreementItem(ReadableItem):
    """One agreement."""

    rows = Agreement.objects.all()
    serializer_class = output.AgreementOutput


class ReadingFilter(filters.FilterSet):
    """By relationship, KPI, state, verdict and the range of period starts."""

    period_start_from = filters.DateFilter(field_name="period_start", lookup_expr="gte")
    period_start_to = filters.DateFilter(field_name="period_start", lookup_expr="lte")

    class Meta:
        model = Reading
        fields: ClassVar = ["relationship", "kpi", "state", "verdict"]


class ReadingItem(ReadableItem):
    """One reading."""

    rows = Reading.objects.all()
    serializer_class = output.ReadingOutput


class SharedValues(ReadableList):
    """Scores by date."""

    rows = Score.objects.all()
    serializer_class = output.ScoreOutput
    filterset_fields: ClassVar = ["relationship", "as_of", "state"]


class SharedValueItem(ReadableItem):
    """One score with its parts."""

    rows = Score.objects.all()
    serializer_class = output.ScoreOutput
