"""Relationships: who works with whom."""

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import inputs, output
from portal.api.base import standpoint_in, understood, viewer_of_api
from portal.api.paging import ById
from portal.api.preconditions import with_etag
from relationships import actions
from relationships.models import Relationship
from relationships.policy import Right
from relationships.queries import readable_relationships


class RelationshipFilter(filters.FilterSet):
    """By stage, party, and a part of the name."""

    name = filters.CharFilter(lookup_expr="icontains")
    organisation = filters.NumberFilter(method="of_organisation")

    class Meta:
        model = Relationship
        fields: ClassVar = ["stage", "name"]

    def of_organisation(self, rows: QuerySet[Relationship], name: str, value: int) -> QuerySet[Relationship]:
        return rows.filter(Q(customer=value) | Q(provider=value))


class Relationships(ListAPIView[Relationship]):
    """Every relationship the viewer may read; founding one invites the other organisation by letter."""

    serializer_class = output.RelationshipOutput
    pagination_class = ById
    filterset_class = RelationshipFilter

    def get_queryset(self) -> QuerySet[Relationship]:
        if getattr(self, "swagger_fake_view", False):
            return Relationship.objects.none()
        return readable_relationships(viewer_of_api(self.request)).select_related("customer", "provider")

    @extend_schema(request=inputs.RelationshipInput, responses={201: output.RelationshipOutput})
    def post(self, request: Request) -> Response:
        """Founds a relationship with the viewer as its first lead."""
        person = viewer_of_api(request).person
        given = understood(inputs.RelationshipInput, request)
        try:
            relationship, _token = actions.found_relationship(
                actor=person, now=timezone.now(), link_to=lambda token: _link(request, token), **given
            )
        except actions.OrganisationNeeded as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        response = Response(output.RelationshipOutput(relationship).data, status=201)
        return with_etag(response, relationship)


class RelationshipItem(RetrieveAPIView[Relationship]):
    """One relationship."""

    serializer_class = output.RelationshipOutput
    queryset = Relationship.objects.none()
    lookup_url_kwarg = "id"

    def get_object(self) -> Relationship:
        return standpoint_in(self, needs=Right.READ).relationship

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        item = self.get_object()
        return with_etag(Response(self.get_serializer(item).data), item)


def _link(request: Request, token: str) -> str:
    return request.build_absolute_uri(reverse("relationships:invitation", args=[token]))
