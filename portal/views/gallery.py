"""Every component with its states, as living documentation."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@login_required
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """The components gallery."""
    return render(request, "portal/gallery.html", {})
