"""How it is computed."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@login_required
@require_GET
def method(request: HttpRequest) -> HttpResponse:
    """The method in words."""
    return render(request, "portal/method.html", {})
