"""One's own profile and notices."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import actions, queries
from accounts.forms import ProfileForm
from accounts.models import Notice, Person

NOTICES_PER_PAGE = 50


def me(request: HttpRequest) -> Person:
    """The signed-in person of a view behind login_required."""
    return cast(Person, request.user)


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Shows and changes one's own name and time zone."""
    person = me(request)
    shown = {"full_name": person.full_name, "time_zone": person.time_zone}
    form = ProfileForm(request.POST or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        actions.change_profile(actor=person, **form.cleaned_data)
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form, "person": person})


@login_required
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """What happened that concerns oneself, newest first."""
    person = me(request)
    every = Notice.objects.filter(person=person)
    page = Paginator(every, NOTICES_PER_PAGE).get_page(request.GET.get("page"))
    unread = queries.unread_notices(person).count()
    return render(request, "accounts/notices.html", {"page": page, "unread": unread})


@login_required
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Marks one notice (field `notice`) or all of them as read."""
    chosen = request.POST.get("notice", "")
    if chosen and not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 19):
        raise Http404
    notice_id = int(chosen) if chosen else None
    actions.mark_notices_read(actor=me(request), now=timezone.now(), notice_id=notice_id)
    return redirect("accounts:notices")
