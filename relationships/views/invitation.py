"""The page behind an invitation into a relationship."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions as account_actions
from accounts import secrets
from accounts.models import Person
from relationships import actions, joining
from relationships.forms import JoinAsNewcomerForm, JoinWithNewOrganisationForm
from relationships.joining import FoundInvitation
from relationships.models import Side

GONE = 410
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
ZONE_AND_MONEY = {"time_zone": "Europe/London", "currency": "GBP"}


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Says who invites into what, and lets the reader accept for their organisation."""
    found = joining.find_invitation(secrets.hash_of(token))
    if found is None:
        raise Http404
    if not found.is_open(timezone.now()):
        return _spent(request, found)
    try:
        # Half an acceptance is none: whatever is refused takes the person and organisation back with it.
        with transaction.atomic():
            return _answer(request, found, token)
    except actions.InvitationIsSpent:
        return _spent(request, found)


def _answer(request: HttpRequest, found: FoundInvitation, token: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return _as_newcomer(request, found, token)
    assert isinstance(request.user, Person)  # noqa: S101  the line above let only people through
    if request.user.organisation is None:
        return _with_new_organisation(request, found, token, request.user)
    return _for_own_organisation(request, found, token, request.user)


@never_cache
@require_POST
def declined(request: HttpRequest, token: str) -> HttpResponse:
    """Declines; whoever holds the link may."""
    try:
        actions.decline_relationship_invitation(token=token, now=timezone.now())
    except actions.NoOpenInvitation as refusal:
        if joining.find_invitation(secrets.hash_of(token)) is None:
            raise Http404 from refusal
    return redirect(f"{reverse('relationships:invitation', args=[token])}?declined=1")


def _page(request: HttpRequest, found: FoundInvitation, token: str, **more: Any) -> HttpResponse:
    invited_side = Side(found.inviting_side).other
    context = {"invitation": found, "token": token, "invited_side": invited_side, **more}
    return render(request, "relationships/invitation.html", context)


def _spent(request: HttpRequest, found: FoundInvitation) -> HttpResponse:
    was_declined = found.settled_at is not None and "declined" in request.GET
    context = {"invitation": found, "was_declined": was_declined}
    return render(request, "relationships/invitation_spent.html", context, status=GONE)


def _as_newcomer(request: HttpRequest, found: FoundInvitation, token: str) -> HttpResponse:
    if Person.objects.filter(email=found.email).exists():
        return _page(request, found, token, must_sign_in=True)
    initial = {**ZONE_AND_MONEY, "organisation_name": found.organisation_name}
    form = JoinAsNewcomerForm(request.POST or None, email=found.email, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _page(request, found, token, form=form)
    given, now = dict(form.cleaned_data), timezone.now()
    person = account_actions.create_person(
        email=found.email,
        password=given.pop("password"),
        full_name=given.pop("full_name"),
        organisation=None,
        now=now,
    )
    relationship_id = actions.found_organisation_and_join(token=token, actor=person, now=now, **given)
    login(request, person, backend=BACKEND)
    return _welcome(request, found, relationship_id)


def _with_new_organisation(
    request: HttpRequest, found: FoundInvitation, token: str, person: Person
) -> HttpResponse:
    initial = {**ZONE_AND_MONEY, "organisation_name": found.organisation_name}
    form = JoinWithNewOrganisationForm(request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _page(request, found, token, form=form)
    relationship_id = actions.found_organisation_and_join(
        token=token, actor=person, now=timezone.now(), **form.cleaned_data
    )
    return _welcome(request, found, relationship_id)


def _for_own_organisation(
    request: HttpRequest, found: FoundInvitation, token: str, person: Person
) -> HttpResponse:
    is_own = person.organisation_id == found.inviting_organisation_id
    if request.method != "POST" or is_own:
        return _page(request, found, token, is_own=is_own, accepts_for=person.organisation)
    relationship_id = actions.join_as_organisation(token=token, actor=person, now=timezone.now())
    return _welcome(request, found, relationship_id)


def _welcome(request: HttpRequest, found: FoundInvitation, relationship_id: int) -> HttpResponse:
    messages.success(request, _("You are in: “%(name)s”.") % {"name": found.relationship_name})
    return redirect("relationships:people", relationship_id=relationship_id)
