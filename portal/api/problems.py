"""Errors as problem+json (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from django.http import Http404
from rest_framework import status
from rest_framework.exceptions import APIException, PermissionDenied, ValidationError
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


NON_FIELD: Final = "non_field_errors"
MOVED: Final = (
    relationship_actions.VersionHasMoved,
    kpi_actions.ChangedMeanwhile,
    kpi_actions.ReadingChangedMeanwhile,
)
FORBIDDEN: Final = (
    kpi_actions.NotYourSideToReport,
    kpi_actions.NotYourSideToSettle,
    relationship_actions.NotAsked,
)
# What is wrong with the request itself, and at which field it shows.
AT_FIELD: Final[Mapping[type[Exception], str]] = {
    kpi_actions.BandOutOfOrder: "floor",
    kpi_actions.PeriodNotInCalendar: "period_start",
    kpi_actions.PeriodNotOver: "period_start",
    kpi_actions.ReferenceIsTaken: "reference",
    kpi_actions.EndsBeforeItsReadings: "ends_on",
    kpi_actions.EnvironmentNameIsTaken: "name",
    relationship_actions.PulseClosesTooEarly: "closes_at",
    relationship_actions.NotAnAnswer: "trust",
    relationship_actions.ParentDoesNotFit: "parent",
    relationship_actions.NotAccountable: "accountable",
}
SAYS_ITS_FIELD: Final = (
    kpi_actions.ConditionRefused,
    kpi_actions.ReadingIncomplete,
    kpi_actions.RebaseRefused,
    kpi_actions.RoomRefused,
    kpi_actions.SpellRefused,
)
CONFLICTS: Final = (
    relationship_actions.AgreementIsSettled,
    relationship_actions.SignedByTheSamePerson,
    relationship_actions.NotYourSide,
    relationship_actions.PulseRefused,
    kpi_actions.Refused,
)


def as_http(exception: Exception) -> Exception:
    """A foreseen refusal of an action as the HTTP error that says the same; any other exception as it is."""
    if isinstance(exception, MOVED):
        return PreconditionFailed(str(exception))
    if isinstance(exception, FORBIDDEN):
        return PermissionDenied(str(exception))
    if isinstance(exception, kpi_actions.RuleRefused):
        return ValidationError({f"rules[{exception.index}].{exception.field}": [str(exception)]})
    if isinstance(exception, SAYS_ITS_FIELD):
        return ValidationError({exception.field: [str(exception)]})
    for kind, field in AT_FIELD.items():
        if isinstance(exception, kind):
            return ValidationError({field: [str(exception)]})
    return Conflict(str(exception)) if isinstance(exception, CONFLICTS) else exception


def handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, answering application/problem+json; foreseen refusals of actions become 400, 403, 409 or 412."""
    exception = as_http(exception)
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
        body["errors"] = by_field(response.data)
    response.data = body
    response.content_type = "application/problem+json"
    return response


def by_field(errors: Any, at: str = "") -> Any:
    """Errors by the name of their field, whatever it lies in: {"rules[1].slope": ["This number is needed."]}."""
    if isinstance(errors, Mapping):
        named = [(_within(at, key), found) for key, found in errors.items()]
    elif isinstance(errors, list) and any(isinstance(found, (Mapping, list)) for found in errors):
        named = [(f"{at}[{place}]", found) for place, found in enumerate(errors) if found]
    else:
        return {at: errors} if at else errors
    flat: dict[str, Any] = {}
    for name, found in named:
        flat |= by_field(found, name) if found else {}
    return flat


def _within(at: str, key: object) -> str:
    if isinstance(key, int):
        return f"{at}[{key}]"
    return at if at and key == NON_FIELD else f"{at}.{key}".lstrip(".")
