"""Optimistic locking over HTTP: ETag out, If-Match in."""

from typing import Final, Protocol

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.problems import PreconditionFailed, PreconditionRequired

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of what you read. 428 without it, 412 when somebody changed the resource since.",
)


class Versioned(Protocol):
    """Something with an integer version that grows with each edit."""

    version: int


def with_etag(response: Response, item: Versioned) -> Response:
    """Adds the ETag of `item` to the answer."""
    response.headers["ETag"] = f'"{item.version}"'
    return response


MOST_DIGITS: Final = 9


def demanded_version(request: Request) -> int:
    """The version named in If-Match. Raises 428 without the header, 412 when it is not one of ours."""
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise PreconditionRequired
    text = header.removeprefix("W/").strip('"')
    if not text.isdecimal() or len(text) > MOST_DIGITS:
        raise PreconditionFailed
    return int(text)


def check_version(request: Request, item: Versioned) -> None:
    """Raises 412 unless If-Match names the present version."""
    if demanded_version(request) != item.version:
        raise PreconditionFailed
