"""Administering one's organisation: its people and its calendar."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access, actions, queries
from accounts.domain.holidays import UnknownCalendar, next_holidays
from accounts.forms import InviteForm, OrganisationForm, RankForm
from accounts.links import absolute
from accounts.models import Organisation, Person
from accounts.views.profile import me

PEOPLE_PER_PAGE = 25


@login_required
@require_GET
def organisation(request: HttpRequest) -> HttpResponse:
    """The people of the organisation and the invitations that are open."""
    own = access.load_own_organisation(me(request))
    search = request.GET.get("q", "").strip()
    page = Paginator(queries.people_of(own, search=search), PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/organisation.html",
        {
            "organisation": own,
            "page": page,
            "search": search,
            "invitations": queries.open_invitations(own, now=timezone.now()),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def invitations(request: HttpRequest) -> HttpResponse:
    """Invites somebody; shows the link once, for copying."""
    person = me(request)
    own = access.load_own_organisation(person)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation, token = actions.invite_person(
                actor=person, now=timezone.now(), link_to=_link, **form.cleaned_data
            )
        except actions.EmailIsTaken as refusal:
            form.add_error("email", str(refusal))
        else:
            context = {"organisation": own, "invitation": invitation, "link": _link(token)}
            return _never_stored(render(request, "accounts/invitation_made.html", context, status=201))
    return render(request, "accounts/invite.html", {"organisation": own, "form": form})


def _link(token: str) -> str:
    return absolute(reverse("accounts:invitation", args=[token]))


def _never_stored(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def invitation_revocation(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Makes an open invitation useless."""
    person = me(request)
    invitation = access.load_invitation(person, invitation_id)
    try:
        actions.revoke_invitation(invitation=invitation, actor=person, now=timezone.now())
    except actions.InvitationIsSpent as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The invitation of %(email)s is revoked.") % {"email": invitation.email})
    return redirect("accounts:organisation")


@login_required
@require_http_methods(["GET", "POST"])
def person_page(request: HttpRequest, person_id: int) -> HttpResponse:
    """Somebody of the organisation: their rank, and whether they may sign in."""
    actor = me(request)
    colleague = access.load_colleague(actor, person_id)
    shown = {name: getattr(colleague, name) for name in RankForm.base_fields}
    form = RankForm(request.POST if request.method == "POST" else None, initial=shown)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_rank(person=colleague, actor=actor, now=timezone.now(), **form.cleaned_data)
        except actions.LastAdministrator as refusal:
            form.add_error("is_organisation_admin", str(refusal))
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": colleague.full_name})
            return redirect("accounts:person", person_id=colleague.pk)
    context = {"form": form, "colleague": colleague, "organisation": colleague.organisation}
    return render(request, "accounts/person.html", context)


@login_required
@require_POST
def person_deactivation(request: HttpRequest, person_id: int) -> HttpResponse:
    """Ends somebody's sign-in."""
    actor = me(request)
    colleague = access.load_colleague(actor, person_id)
    try:
        actions.deactivate(person=colleague, actor=actor, now=timezone.now())
    except actions.LastAdministrator as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s can no longer sign in.") % {"name": colleague.full_name})
    return redirect("accounts:person", person_id=colleague.pk)


@login_required
@require_POST
def person_reactivation(request: HttpRequest, person_id: int) -> HttpResponse:
    """Lets somebody sign in again."""
    actor = me(request)
    colleague = access.load_colleague(actor, person_id)
    actions.reactivate(person=colleague, actor=actor, now=timezone.now())
    messages.success(request, _("%(name)s can sign in again.") % {"name": colleague.full_name})
    return redirect("accounts:person", person_id=colleague.pk)


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Name, zone, money and working calendar; `preview` shows the holidays of what is typed without saving."""
    person = me(request)
    own = access.load_own_organisation(person)
    form = OrganisationForm(request.POST) if request.method == "POST" else OrganisationForm.showing(own)
    country, region = own.holiday_country, own.holiday_subdivision
    if request.method == "POST" and form.is_valid():
        country = form.cleaned_data["holiday_country"]
        region = form.cleaned_data["holiday_subdivision"]
        if "preview" not in request.POST:
            return _save_settings(request, form, own, person)
    return render(
        request,
        "accounts/organisation_settings.html",
        {"form": form, "organisation": own, "holidays": _preview(country, region)},
    )


def _save_settings(
    request: HttpRequest, form: OrganisationForm, own: Organisation, person: Person
) -> HttpResponse:
    actions.change_organisation(organisation=own, actor=person, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("The organisation is saved."))
    return redirect("accounts:organisation_settings")


def _preview(country: str, region: str) -> list[object]:
    try:
        return list(next_holidays(country, region, on=timezone.localdate()))
    except UnknownCalendar:  # a stored calendar that the library no longer knows
        return []
