"""What waits for me, what waits for the other side, what changed since I was last here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.actions import note_visit
from portal.queries import home as questions
from portal.queries.together import look_together
from relationships.access import Viewer, viewer_of
from relationships.models import Role
from relationships.policy import Right
from relationships.reach import ids_with


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The home page; a calm one of their own for recipients, and the first step for newcomers."""
    if not request.user.is_authenticated:
        return redirect(
            "account_login"
        )  # without "next": after signing in everybody starts where they belong
    now, viewer = timezone.now(), viewer_of(request)
    note_visit(actor=viewer.person, now=now)
    if not ids_with(viewer, Right.READ):
        return render(request, "portal/home_first.html", {"is_recipient": _is_recipient(viewer)})
    context = {
        "waiting": questions.what_waits(viewer, now=now),
        "changes": questions.what_changed(viewer, now=now),
        "together": look_together(viewer, now=now),
        "most_looked_at": questions.MOST_LINES,
        "now": now,
    }
    return render(request, "portal/home.html", context)


def _is_recipient(viewer: Viewer) -> bool:
    return any(Role.RECIPIENT in roles for roles in viewer.roles.values())
