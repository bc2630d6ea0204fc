"""The dialogue both sides read: what happened, what was said, and saying something."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from relationships import actions, queries
from relationships.access import Standpoint, load_relationship, viewer_of
from relationships.forms import CommentForm
from relationships.models import TimelineEntry
from relationships.policy import Right

PER_PAGE = 50
UNPROCESSABLE = 422


@dataclass(frozen=True)
class Choice:
    """One way to narrow the dialogue."""

    label: str
    href: str
    is_current: bool


@login_required
@require_http_methods(["GET", "POST"])
def timeline(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """GET shows the dialogue, newest first; POST says something, about one thing or about everything."""
    viewer = viewer_of(request)
    if request.method != "POST":
        return _page(request, load_relationship(viewer, relationship_id), CommentForm())
    standpoint = load_relationship(viewer, relationship_id, needs=Right.COMMENT)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _page(request, standpoint, form, status=UNPROCESSABLE)
    entry = actions.comment(
        relationship=standpoint.relationship,
        actor=standpoint.person,
        side=standpoint.side,
        now=timezone.now(),
        **form.said(),
    )
    messages.success(request, _receipt(entry, standpoint))
    return redirect(_next(request, standpoint))


def _receipt(entry: TimelineEntry, standpoint: Standpoint) -> str:
    if entry.internal_to_id is not None:
        return _("Said. Only %(name)s reads it.") % {"name": standpoint.organisation.name}
    return _("Said. Both sides read it.")


def _next(request: HttpRequest, standpoint: Standpoint) -> str:
    """Where to go on: the page of this portal that the form named, else the dialogue."""
    wanted = request.POST.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("relationships:timeline", args=[standpoint.relationship.pk])


def _page(
    request: HttpRequest, standpoint: Standpoint, form: CommentForm, *, status: int = 200
) -> HttpResponse:
    asked = {name: _asked(request, name) for name in ("kind", "q", "about")}
    if asked["kind"] not in TimelineEntry.Kind.values:
        asked["kind"] = ""
    found = queries.get_timeline(standpoint, about=asked["about"], kind=asked["kind"], search=asked["q"])
    context = {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "timeline",
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "is_filtered": any(asked.values()),
        "kinds": _kinds(request, asked["kind"]),
        "comment_form": form,
        "next": request.POST.get("next", ""),
    }
    return render(request, "relationships/timeline.html", context, status=status)


def _asked(request: HttpRequest, name: str) -> str:
    """A word of the query; of a refused comment only what it is about."""
    source = request.POST if request.method == "POST" and name == "about" else request.GET
    return source.get(name, "").replace("\x00", "").strip()


def _kinds(request: HttpRequest, current: str) -> list[Choice]:
    labels = {"": _("Everything"), "COMMENT": _("Comments"), "EVENT": _("Events")}
    return [Choice(label, _address(request, kind), kind == current) for kind, label in labels.items()]


def _address(request: HttpRequest, kind: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query["kind"] = kind
    return f"?{query.urlencode()}"
