"""What the database's own walls refuse looks to the reader like something that does not exist."""

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import get_resolver

INSUFFICIENT_PRIVILEGE = "42501"
log = logging.getLogger("portal.security")


def sqlstate(error: BaseException | None) -> str | None:
    """The five-letter SQLSTATE of a database error or of its cause; None for any other error."""
    while error is not None:
        code = getattr(error, "pgcode", None)
        if code:
            return str(code)
        error = error.__cause__
    return None


class DatabaseRefusalMiddleware:
    """Answers 404 where a policy, a grant or a two-sided check refused (SQLSTATE 42501), and logs it.

    The first wall, in the views, should have refused before: each line in the log names a hole in it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DatabaseError) or sqlstate(exception) != INSUFFICIENT_PRIVILEGE:
            return None
        log.warning(
            "database refused: %s %s person=%s: %s",
            request.method,
            ascii(request.path),  # an address may hold a line break, which would begin a line of its own
            getattr(getattr(request, "user", None), "pk", None),
            ascii(str(exception).splitlines()[0]),
        )
        answer = get_resolver().resolve_error_handler(404)
        response: HttpResponse = answer(request, exception=Http404())  # type: ignore[call-arg]  # as Django calls it
        return response
