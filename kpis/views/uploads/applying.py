"""Applying a file, how far that is, and what came of it."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kpis.actions import Refused, upload_application, uploads
from kpis.models import Upload
from kpis.tasks_uploads import apply
from kpis.views.uploads.columns import refused
from kpis.views.uploads.pages import context_of, own
from relationships.policy import Right


@login_required
@require_POST
def application(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Applies what the file says: at once where it is small, else by a worker while the page shows how far it is."""
    found, standpoint = own(request, upload_id, Right.REPORT)
    is_small = uploads.is_checked_whole(found)
    try:
        uploads.start_application(
            upload=found,
            only_good_rows=request.POST.get("rows") == "good",
            actor=standpoint.person,
            now=timezone.now(),
        )
    except Refused as refusal:
        return refused(request, found, standpoint, refusal)
    if is_small:
        upload_application.apply_upload(upload_id=found.pk, now=timezone.now())
        _say_what_happened(request, Upload.objects.defer("content").get(pk=found.pk))
    else:
        person = standpoint.person.pk
        start = partial(
            apply.delay, upload_id=found.pk, relationship_id=found.relationship_id, person_id=person
        )
        # A lost message is only lost time: kpis.resume_uploads goes on with whatever waits.
        transaction.on_commit(start, robust=True)
    return redirect("kpis:upload", upload_id=found.pk)


@login_required
@require_GET
def progress(request: HttpRequest, upload_id: int) -> HttpResponse:
    """How far a large upload is; sends the browser to the result when it is through."""
    found, standpoint = own(request, upload_id)
    address = reverse("kpis:upload", args=[found.pk])
    if not getattr(request, "htmx", False):
        return redirect(address)
    if found.state != Upload.State.APPLYING:
        return HttpResponse(headers={"HX-Redirect": address})
    return render(request, "kpis/_upload_progress.html", context_of(standpoint, upload=found))


def _say_what_happened(request: HttpRequest, found: Upload) -> None:
    if found.state != Upload.State.APPLIED:
        messages.warning(request, _("Nothing was taken; what stood before still stands."))
        return
    text = ngettext("%(count)d reading was taken.", "%(count)d readings were taken.", found.rows_good)
    messages.success(request, text % {"count": found.rows_good})
