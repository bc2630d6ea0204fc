"""Answers when something is wrong, in the house's look; and the mark that browsers ask for unasked."""

import logging

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.access import NeedsAdministrator

log = logging.getLogger("portal.errors")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request makes no sense."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: an insider without the right; says which, when the refusal does."""
    context = {
        "reason": str(exception or ""),
        "needs_administrator": isinstance(exception, NeedsAdministrator),
    }
    return render(request, "403.html", context, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is nothing here, or nothing that the reader may see; the page says the same in both cases."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our mistake. Drawn without database, session or context; in plain text when even that fails."""
    try:
        return HttpResponse(get_template("500.html").render(), status=500)
    except Exception:
        log.exception("the page for server errors could not be drawn")
        said = _("Something went wrong on our side. Nothing you saved is lost; please try again in a moment.")
        return HttpResponse(said, content_type="text/plain; charset=utf-8", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was too old or came from elsewhere."""
    return render(request, "403_csrf.html", status=403)


@require_safe
@cache_control(max_age=86_400, public=True)
def favicon(request: HttpRequest) -> HttpResponse:
    """Where the mark is, for browsers that do not read the page first."""
    return HttpResponseRedirect(static("mark.svg"))
