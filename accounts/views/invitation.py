"""The page behind an invitation link."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import actions, queries
from accounts.actions.invitations import is_open
from accounts.forms import AcceptForm
from accounts.models import Invitation, Person
from accounts.views.profile import me

GONE = 410
BACKEND = settings.AUTHENTICATION_BACKENDS[0]


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Says who invites whom; a newcomer chooses name and password, somebody with a sign-in just joins."""
    found = queries.find_invitation(token)
    if found is None:
        raise Http404
    if not is_open(found, timezone.now()):
        return _spent(request, found)
    if request.user.is_authenticated:
        return _join(request, found, token)
    if Person.objects.filter(email=found.email).exists():
        return render(request, "accounts/invitation_sign_in.html", {"invitation": found})
    return _accept(request, found, token)


def _spent(request: HttpRequest, found: Invitation) -> HttpResponse:
    return render(request, "accounts/invitation_spent.html", {"invitation": found}, status=GONE)


def _join(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    person = me(request)
    fits = person.email == found.email and person.organisation_id is None
    if request.method == "POST":
        try:
            actions.join_organisation(token=token, actor=person, now=timezone.now())
        except actions.NotYourInvitation:
            fits = False
        except actions.InvitationIsSpent:
            return _spent(request, found)
        else:
            return _welcome(request, found)
    elsewhere = person.organisation if person.email == found.email else None
    context = {"invitation": found, "fits": fits, "elsewhere": elsewhere}
    return render(request, "accounts/invitation_join.html", context)


def _accept(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    form = AcceptForm(request.POST or None, email=found.email, initial={"full_name": found.full_name})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                person = actions.accept_invitation(token=token, now=timezone.now(), **form.cleaned_data)
        except actions.InvitationIsSpent:
            return _spent(request, found)
        except (actions.EmailIsTaken, ValidationError) as refusal:
            form.add_error(None, refusal if isinstance(refusal, ValidationError) else str(refusal))
        else:
            login(request, person, backend=BACKEND)
            return _welcome(request, found)
    return render(request, "accounts/invitation.html", {"invitation": found, "form": form})


def _welcome(request: HttpRequest, found: Invitation) -> HttpResponse:
    messages.success(request, _("Welcome to %(organisation)s.") % {"organisation": found.organisation.name})
    return redirect("home")
