"""Errors as problem+json (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import Http404
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from kpis import actions as kpi_actions
from relationships import actions as relationship_actions


class PreconditionRequired(APIException):
    """An edit must say which version it saw (If-Match)."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "Send If-Match with the ETag you read."
    default_code = "precondition_required"


class PreconditionFailed(APIException):
    """Somebody changed the resource after the caller read it."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = "The resource changed after you read it; read it again."
    default_code = "precondition_failed"


class Conflict(APIException):
    """The action is not possible in the present state."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class KeyReused(APIException):
    """An idempotency key came back with another body."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "This Idempotency-Key was used with a different body."
    default_code = "idempotency_key_reused"


CONFLICTS: tuple[type[Exception], ...] = (
    relationship_actions.AgreementIsSettled,
    relationship_actions.SignedByTheSamePerson,
    relationship_actions.NotYourSide,
)


def handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, answering application/problem+json; foreseen refusals of actions become 409 or 412."""
    if isinstance(exception, relationship_actions.VersionHasMoved) or isinstance(
        exception, kpi_actions.ReadingChangedMeanwhile
    ):
        exception = PreconditionFailed(str(exception))
    elif isinstance(exception, CONFLICTS):
        exception = Conflict(str(exception))
    response = exception_handler(exception, context)
    if response is None:
        return None
    set_rollback()
    code = response.status_code
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(code).phrase, "status": code}
    if isinstance(exception, Http404):
        body["detail"] = "There is nothing here for you."
    elif isinstance(response.data, Mapping) and set(response.data) == {"detail"}:
        body["detail"] = str(response.data["detail"])
    else:
        body["detail"] = "Some fields were not understood."
        body["errors"] = response.data
    response.data = body
    response.content_type = "application/problem+json"
    return response
