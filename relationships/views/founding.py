"""The list of relationships, a new one, and inviting the other organisation."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.links import absolute
from accounts.models import Organisation
from relationships import actions, queries
from relationships.access import Standpoint, load_relationship, viewer_of
from relationships.forms import FoundForm, InviteOrganisationForm
from relationships.models import Relationship, Side, Stage
from relationships.policy import Right
from relationships.queries.relationships import DEFAULT_SORT
from relationships.views import people

PER_PAGE = 50


@dataclass(frozen=True)
class Header:
    """A column of the list that sorts it; `direction` is empty unless the list is sorted by it now."""

    label: str
    href: str
    direction: str


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every relationship one may read, searched, sorted and paged."""
    viewer = viewer_of(request)
    asked = {name: request.GET.get(name, "").replace("\x00", "").strip() for name in ("q", "stage", "sort")}
    found = queries.list_relationships(
        viewer, search=asked["q"], stage=asked["stage"], sort=asked["sort"] or DEFAULT_SORT
    )
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "is_filtered": bool(asked["q"] or asked["stage"]),
        "headers": _headers(request, asked["sort"] or DEFAULT_SORT),
        "stages": Stage.choices,
        "own_id": viewer.person.organisation_id,
        "may_found": viewer.person.organisation_id is not None,
    }
    return render(request, "relationships/index.html", context)


def _headers(request: HttpRequest, sort: str) -> list[Header]:
    labels = {
        "name": _("Relationship"),
        "customer": _("Customer"),
        "provider": _("Provider"),
        "stage": _("Stage"),
        "changed": _("Last change"),
    }
    return [_header(request, key, label, sort) for key, label in labels.items()]


def _header(request: HttpRequest, key: str, label: str, sort: str) -> Header:
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = f"-{key}" if sort == key else key
    direction = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
    return Header(label, f"?{query.urlencode()}", direction)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Founds a relationship and invites the other organisation."""
    person = viewer_of(request).person
    if person.organisation is None:
        raise Http404
    form = FoundForm(request.POST or None, initial=_usual(person.organisation))
    if request.method == "POST" and form.is_valid():
        relationship, token = actions.found_relationship(
            actor=person, now=timezone.now(), link_to=_link, **form.cleaned_data
        )
        return _invited(request, relationship, token)
    return render(request, "relationships/new.html", {"form": form})


def _usual(own: Organisation) -> dict[str, str]:
    return {
        "currency": own.currency,
        "time_zone": own.time_zone,
        "side": Side.PROVIDER if own.is_provider and not own.is_customer else Side.CUSTOMER,
    }


@login_required
@require_http_methods(["GET", "POST"])
def invitation_made(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """POST invites the other organisation (again); an earlier link stops working. GET shows the link, once."""
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.SEAT)
    if request.method != "POST":
        return _show_link(request, standpoint)
    form = InviteOrganisationForm(request.POST)
    if not form.is_valid():
        return people.page(request, standpoint, invite_form=form)
    try:
        token = actions.invite_organisation(
            relationship=standpoint.relationship,
            link_to=_link,
            actor=standpoint.person,
            side=standpoint.side,
            now=timezone.now(),
            **form.cleaned_data,
        )
    except actions.AlreadyAccepted as refusal:
        messages.error(request, str(refusal))
        return redirect("relationships:people", relationship_id=relationship_id)
    return _invited(request, standpoint.relationship, token)


def _show_link(request: HttpRequest, standpoint: Standpoint) -> HttpResponse:
    invitation = queries.open_invitation(standpoint.relationship)
    if invitation is None:
        return redirect("relationships:people", relationship_id=standpoint.relationship.pk)
    context = {
        "relationship": standpoint.relationship,
        "invitation": invitation,
        "link": request.session.pop(_remembered(standpoint.relationship), ""),
    }
    response = render(request, "relationships/invitation_made.html", context)
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def invitation_revocation(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Makes the open invitation useless."""
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.SEAT)
    try:
        actions.revoke_relationship_invitation(
            relationship=standpoint.relationship,
            actor=standpoint.person,
            side=standpoint.side,
            now=timezone.now(),
        )
    except actions.NoOpenInvitation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The invitation is revoked."))
    return redirect("relationships:people", relationship_id=relationship_id)


def _link(token: str) -> str:
    return absolute(reverse("relationships:invitation", args=[token]))


def _remembered(relationship: Relationship) -> str:
    return f"invitation-link-{relationship.pk}"


def _invited(request: HttpRequest, relationship: Relationship, token: str) -> HttpResponse:
    """To the page that shows the link; the session carries it there and forgets it, so that reloading repeats nothing."""
    request.session[_remembered(relationship)] = _link(token)
    return redirect("relationships:invitation_made", relationship_id=relationship.pk)
