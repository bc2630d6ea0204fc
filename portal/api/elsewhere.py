"""Addresses under the API that name nothing: a problem document, not a page for people."""

from typing import NoReturn

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView


@extend_schema(exclude=True)
class Elsewhere(APIView):
    """Answers 404 to everything."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> NoReturn:
        """Whatever the method and whoever asks."""
        raise Http404
