"""The list of relationships, a new one, and inviting the other organisation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from relationships import actions, queries
from relationships.access import Standpoint, load_relationship, viewer_of
from relationships.forms import FoundForm, InviteOrganisationForm
from relationships.models import Relationship, Stage
from relationships.policy import Right
from relationships.queries.relationships import DEFAULT_SORT

PER_PAGE = 50


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every relationship one may read, searched, sorted and paged."""
    viewer = viewer_of(request)
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "stage", "sort")}
    found = queries.list_relationships(
        viewer, search=asked["q"], stage=asked["stage"], sort=asked["sort"] or DEFAULT_SORT
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "relationships/index.html",
        {"page": page, "asked": asked, "stages": Stage.choices, "own_id": viewer.person.organisation_id},
    )


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Founds a relationship; shows the invitation link once, for copying."""
    person = viewer_of(request).person
    if person.organisation is None:
        raise Http404
    own = person.organisation
    initial = {
        "currency": own.currency,
        "time_zone": own.time_zone,
        "side": "PROVIDER" if own.is_provider and not own.is_customer else "CUSTOMER",
    }
    form = FoundForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        relationship, token = actions.found_relationship(
            actor=person, now=timezone.now(), link_to=lambda t: _link(request, t), **form.cleaned_data
        )
        return _invited(request, relationship, form.cleaned_data, _link(request, token))
    return render(request, "relationships/new.html", {"form": form})


@login_required
@require_POST
def invitation_made(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Invites the other organisation (again); an earlier link stops working."""
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.SEAT)
    form = InviteOrganisationForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Name the organisation and a valid e-mail address."))
        return redirect("relationships:people", relationship_id=relationship_id)
    try:
        token = actions.invite_organisation(
            relationship=standpoint.relationship,
            link_to=lambda t: _link(request, t),
            **_acting(standpoint),
            **form.cleaned_data,
        )
    except actions.AlreadyAccepted as refusal:
        messages.error(request, str(refusal))
        return redirect("relationships:people", relationship_id=relationship_id)
    return _invited(request, standpoint.relationship, form.cleaned_data, _link(request, token))


@login_required
@require_POST
def invitation_revocation(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Makes the open invitation useless."""
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.SEAT)
    try:
        actions.revoke_relationship_invitation(relationship=standpoint.relationship, **_acting(standpoint))
    except actions.NoOpenInvitation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The invitation is revoked."))
    return redirect("relationships:people", relationship_id=relationship_id)


def _acting(standpoint: Standpoint) -> dict[str, object]:
    return {"actor": standpoint.person, "side": standpoint.side, "now": timezone.now()}


def _link(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("relationships:invitation", args=[token]))


def _invited(
    request: HttpRequest, relationship: Relationship, invited: dict[str, object], link: str
) -> HttpResponse:
    context = {"relationship": relationship, "invited": invited, "link": link}
    response = render(request, "relationships/invitation_made.html", context, status=201)
    response["Cache-Control"] = "no-store"
    return response
