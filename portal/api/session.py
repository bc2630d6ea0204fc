"""Who is signed in, and the token that writers have to send."""

from typing import Any

from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import output
from portal.api.base import viewer_of_api


class Session(GenericAPIView[Any]):
    """The session: one signs in at /accounts/login/ and sends `csrf_token` as X-CSRFToken with every write."""

    serializer_class = output.SessionOutput

    @extend_schema(responses={200: output.SessionOutput})
    def get(self, request: Request) -> Response:
        """The person of this session, their organisation, and the CSRF token."""
        person = viewer_of_api(request).person
        answer = {
            "person": {"id": person.pk, "name": person.full_name, "email": person.email},
            "organisation": person.organisation,
            "csrf_token": get_token(request._request),  # noqa: SLF001  DRF's own way to the request beneath
        }
        return Response(output.SessionOutput(answer).data)
