"""Who sits where: roles with their counterparts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from relationships import actions, queries
from relationships.access import Standpoint, load_relationship, load_seat, viewer_of
from relationships.forms import ChangeSeatForm, InviteOrganisationForm, SeatForm
from relationships.models import RelationshipInvitation, Role
from relationships.policy import Right

REFUSALS = (
    actions.NotOfThisSide,
    actions.SeatIsTaken,
    actions.CounterpartDoesNotFit,
    actions.NotYourSide,
    actions.LastLead,
    actions.SeatHasEnded,
)


def _context(standpoint: Standpoint, **more: object) -> dict[str, object]:
    return {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "people",
        "today": timezone.localdate(),
        **more,
    }


@login_required
@require_GET
def people(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Two in a box, with the gaps; and the invitation while the other organisation is missing."""
    return page(request, load_relationship(viewer_of(request), relationship_id))


def page(
    request: HttpRequest, standpoint: Standpoint, *, invite_form: InviteOrganisationForm | None = None
) -> HttpResponse:
    """The page of people, with the invitation as it was typed when it was refused."""
    relationship = standpoint.relationship
    pairs = queries.two_in_a_box(relationship)
    invitation = queries.open_invitation(relationship)
    context = _context(
        standpoint,
        pairs=pairs,
        gaps=sum(half.is_gap for pair in pairs for half in pair.halves),
        former=queries.former_seats(relationship),
        invitation=invitation,
        is_expired=invitation is not None and invitation.expires_at <= timezone.now(),
        invite_form=invite_form or InviteOrganisationForm(initial=_as_invited(invitation)),
    )
    return render(request, "relationships/people.html", context)


def _as_invited(invitation: RelationshipInvitation | None) -> dict[str, str]:
    if invitation is None:
        return {}
    return {"organisation_name": invitation.organisation_name, "email": invitation.email}


@login_required
@require_http_methods(["GET", "POST"])
def seats(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Gives a seat on one's own side."""
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.SEAT)
    asked = {
        "role": request.GET.get("role", Role.MEMBER),
        "counterpart": request.GET.get("counterpart", ""),
    }
    form = SeatForm(
        request.POST or None, initial=asked, relationship=standpoint.relationship, side=standpoint.side
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_seat(
                relationship=standpoint.relationship,
                actor=standpoint.person,
                side=standpoint.side,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("%(name)s has a seat now.") % {"name": form.cleaned_data["person"].full_name}
            )
            return redirect("relationships:people", relationship_id=relationship_id)
    return render(request, "relationships/seat_new.html", _context(standpoint, form=form))


@login_required
@require_http_methods(["GET", "POST"])
def seat(request: HttpRequest, seat_id: int) -> HttpResponse:
    """Changes title and counterpart of a seat on one's own side."""
    found, standpoint = load_seat(viewer_of(request), seat_id, needs=Right.SEAT)
    initial = {"title": found.title, "counterpart": found.counterpart_id}
    form = ChangeSeatForm(request.POST or None, initial=initial, seat=found, side=standpoint.side)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_seat(
                seat=found,
                actor=standpoint.person,
                side=standpoint.side,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("relationships:people", relationship_id=found.relationship_id)
    return render(request, "relationships/seat.html", _context(standpoint, form=form, seat=found))


@login_required
@require_POST
def seat_ending(request: HttpRequest, seat_id: int) -> HttpResponse:
    """Ends a seat on one's own side."""
    found, standpoint = load_seat(viewer_of(request), seat_id, needs=Right.SEAT)
    try:
        actions.end_seat(seat=found, actor=standpoint.person, side=standpoint.side, now=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The seat of %(name)s has ended.") % {"name": found.person.full_name})
    return redirect("relationships:people", relationship_id=found.relationship_id)
