"""What the resources of the API share: lists cut to what the viewer may read, single rows, who acts and when."""

from typing import Any, ClassVar, cast

from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from portal.api.paging import ById
from portal.api.preconditions import with_etag
from relationships.access import Standpoint, Viewer, load_relationship
from relationships.policy import Right
from relationships.queries import readable_relationships

Rows = QuerySet[Any]


def viewer_of_api(request: Request) -> Viewer:
    """The viewer whom the middleware attached; 404 while nobody is (the permission classes have refused before)."""
    viewer = getattr(request, "viewer", None)
    if viewer is None:
        raise Http404
    return cast(Viewer, viewer)


def acting(standpoint: Standpoint) -> dict[str, Any]:
    """Who acts, for which side and when, as every verb wants to be told."""
    return {"actor": standpoint.person, "side": standpoint.side, "now": timezone.now()}


def understood(serializer: type[Serializer[Any]], request: Request, **options: Any) -> dict[str, Any]:
    """The body of a request, parsed and checked. Raises ValidationError, answered with 400 and its fields."""
    given = serializer(data=request.data, **options)
    given.is_valid(raise_exception=True)
    found: dict[str, Any] = given.validated_data
    return found


class ReadableList(ListAPIView[Any]):
    """A list of rows that carry `relationship_id`, cut to the viewer's relationships."""

    pagination_class = ById
    rows: ClassVar[Rows]

    def get_queryset(self) -> Rows:
        if getattr(self, "swagger_fake_view", False):
            return self.rows.none()
        return self.rows.filter(relationship__in=readable_relationships(viewer_of_api(self.request)))


class ReadableItem(RetrieveAPIView[Any]):
    """One such row: 404 to outsiders, 403 to insiders without the right to read, ETag where it has a version."""

    rows: ClassVar[Rows]
    lookup_url_kwarg = "id"

    def get_queryset(self) -> Rows:
        return self.rows.all()

    def find(self, *, needs: Right = Right.READ) -> tuple[Any, Standpoint]:
        """The row and the standpoint from which it is seen. Raises Http404 or PermissionDenied."""
        return find_row(self, self.rows, needs=needs)

    def get_object(self) -> Model:
        return cast(Model, self.find()[0])

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer(self.get_object())

    def answer(self, item: Any, *, status: int = 200) -> Response:
        """The row as the API shows it, with its ETag."""
        response = Response(self.get_serializer(item).data, status=status)
        return with_etag(response, item) if hasattr(item, "version") else response


class WriteOnly(ReadableItem):
    """An address that only takes POST: what is written there is read elsewhere."""

    rows: ClassVar[Rows]
    http_method_names = ["post", "options"]  # noqa: RUF012  Django's own way to say it


def find_row(view: GenericAPIView[Any], rows: Rows, *, needs: Right) -> tuple[Any, Standpoint]:
    """The row that the address names, if the viewer is a party to its relationship and holds the right."""
    viewer = viewer_of_api(view.request)
    row = rows.filter(pk=view.kwargs["id"]).first()
    if row is None:
        raise Http404
    return row, load_relationship(viewer, row.relationship_id, needs=needs)


def standpoint_in(view: GenericAPIView[Any], *, needs: Right) -> Standpoint:
    """The viewer's standpoint in the relationship that the address names. Raises Http404 or PermissionDenied."""
    return load_relationship(viewer_of_api(view.request), view.kwargs["id"], needs=needs)
