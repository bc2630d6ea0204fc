"""Saying what a file's text was written in, and which column means what."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from kpis.actions import Refused, uploads
from kpis.forms.uploads import EncodingForm
from kpis.models import Upload
from kpis.queries.uploads import Reader
from kpis.spreadsheets import FileRefused
from kpis.views.uploads.pages import mapping_form, own, show
from relationships.access import Standpoint
from relationships.policy import Right


@login_required
@require_POST
def mapping(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Says what the text was written in, or which column means what."""
    found, standpoint = own(request, upload_id, Right.REPORT)
    try:
        uploads.check_sender(found, standpoint.person)
        if not found.header:
            return _say_encoding(request, found, standpoint)
        return _name_columns(request, found, standpoint)
    except Refused as refusal:
        return refused(request, found, standpoint, refusal)


def _say_encoding(request: HttpRequest, found: Upload, standpoint: Standpoint) -> HttpResponse:
    form = EncodingForm(request.POST, content=bytes(found.content))
    if form.is_valid():
        try:
            uploads.say_encoding(
                upload=found,
                encoding=form.cleaned_data["encoding"],
                actor=standpoint.person,
                now=timezone.now(),
            )
        except FileRefused as refusal:
            form.add_error("encoding", str(refusal))
        else:
            return redirect("kpis:upload", upload_id=found.pk)
    return show(request, found, standpoint, encoding_form=form, status=422)


def _name_columns(request: HttpRequest, found: Upload, standpoint: Standpoint) -> HttpResponse:
    reader = Reader(found, timezone.now())
    form = mapping_form(found, reader, data=request.POST)
    if not form.is_valid():
        return show(request, found, standpoint, mapping_form=form.shown(), status=422)
    uploads.name_columns(upload=found, mapping=form.mapping(), actor=standpoint.person, now=timezone.now())
    return redirect(f"{reverse('kpis:upload', args=[found.pk])}#preview")


def refused(request: HttpRequest, found: Upload, standpoint: Standpoint, refusal: Refused) -> HttpResponse:
    """409 where somebody was faster, 403 where it is somebody else's to do; the page says why."""
    status = 403 if isinstance(refusal, uploads.NotYourUpload) else 409
    return show(request, found, standpoint, refusal=str(refusal), status=status)
