"""Attaches the viewer to each signed-in request and opens the database's eyes for exactly that viewer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.lib import scope
from relationships.access import look_up_viewer


class ScopeMiddleware:
    """Roles are read anew for each request, so a revoked role acts on the next one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            with scope.acting_as():
                return self.get_response(request)
        viewer = look_up_viewer(request.user)
        request.viewer = viewer  # type: ignore[attr-defined]
        with scope.acting_as(
            person_id=viewer.person.pk,
            organisation_id=viewer.person.organisation_id or 0,
            relationship_ids=viewer.relationship_ids,
        ):
            response = self.get_response(request)
        # What one person may see is kept by no cache, and by no browser for whoever sits down there next.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
